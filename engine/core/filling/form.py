"""A form ready to judge answers: its questions, bound to their types, and its checks across them.

Built once per definition version by binding.py, shared by threads. Who may see or fill it is forms.py's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.core.definition import Check, FormSchema, Section
from engine.core.expression import Expression, ExpressionFailed
from engine.core.filling.fieldtype import FormFacts
from engine.core.filling.questions import Judged, Question, Questions
from engine.core.messages import Message


@dataclass(frozen=True, slots=True)
class BoundCheck:
    """A rule across fields, compiled."""

    spec: Check
    when: Expression

    def fails(self, judged: Judged, facts: FormFacts) -> Message | None:
        """What to say when the rule is broken. One about what is missing is not: asking for it is `required`'s."""
        try:
            kept = self.when.evaluate({**facts.names(), **judged.values})
        except ExpressionFailed as failed:
            return failed.message
        return Message("submission.check", text=self.spec.otherwise) if kept is False else None

    def touches(self, errors: Mapping[str, Message]) -> bool:
        """Whether a field that the rule reads has a message already, so that the rule would speak of nothing."""
        read = {path.partition(".")[0] for path in self.when.references}
        return any(path.partition(".")[0] in read for path in errors)

    def paths(self) -> tuple[str, ...]:
        """Where its message stands: at its fields, or at the form."""
        return self.spec.fields or (f"checks.{self.spec.key}",)


@dataclass(frozen=True, slots=True)
class Form:
    """A form of one definition version."""

    schema: FormSchema
    questions: Questions
    sections: tuple[tuple[Section, tuple[Question, ...]], ...]
    checks: tuple[BoundCheck, ...] = ()

    @property
    def key(self) -> str:
        return self.schema.key

    def judge(self, raw: object, facts: FormFacts) -> Judged:
        """Judge answers as they came in: values, messages by path, and what was asked."""
        judged = self.questions.judge(raw, facts)
        if not self.checks:
            return judged
        broken: dict[str, Message] = {}
        for check in self.checks:
            if not check.touches(judged.errors) and (message := check.fails(judged, facts)) is not None:
                for path in check.paths():
                    broken.setdefault(path, message)
        return replace(judged, errors={**broken, **judged.errors}) if broken else judged
