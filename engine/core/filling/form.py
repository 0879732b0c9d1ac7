"""A form ready to judge answers: its questions, bound to their types, and its checks across them.

Built once per definition version by binding.py, shared by threads. Who may see or fill it is forms.py's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.core.definition import Check, FormSchema, Section
from engine.core.expression import Expression, ExpressionFailed
from engine.core.filling.fieldtype import FieldType, FormFacts
from engine.core.filling.questions import Judged, Question, Questions
from engine.core.filling.sight import UNBOUND, Bounds
from engine.core.filling.standing import Beginning, Standing
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
    """A form of one definition version. `asks`: what its beginnings read, by path (`plan.targets`, `previous.…`)."""

    schema: FormSchema
    questions: Questions
    sections: tuple[tuple[Section, tuple[Question, ...]], ...]
    checks: tuple[BoundCheck, ...] = ()
    bounds: Bounds = UNBOUND
    beginnings: tuple[Beginning, ...] = ()
    asks: tuple[str, ...] = ()
    conditional: frozenset[str] = field(init=False)  # the fields that may be edited only under a condition

    def __post_init__(self) -> None:
        object.__setattr__(self, "conditional", frozenset(each.key for each in self.questions if each.editable))

    @property
    def key(self) -> str:
        return self.schema.key

    @property
    def types(self) -> dict[str, FieldType]:
        """The type of each field."""
        return {each.key: each.type for each in self.questions}

    @property
    def is_open(self) -> bool:
        """Whether everybody who may fill it may fill all of it, always: then nobody asks what stands in it."""
        return not self.conditional and not self.bounds.edited and not self.bounds.seen

    def settled(self, raw: Mapping[str, Any], facts: FormFacts, standing: Standing) -> dict[str, Any]:
        """Raw answers to keep as a draft: without what is fixed for whoever writes, and with what stands elsewhere."""
        kept = {**{key: value for key, value in raw.items() if key not in standing.fixed}, **standing.drafted}
        if self.conditional:
            judged = self.judge(raw, facts, standing)
            locked = self.conditional - (judged.visible - judged.fixed) - standing.fixed
            kept |= {key: standing.raw[key] for key in locked & standing.raw.keys()}
            kept = {key: value for key, value in kept.items() if key not in locked or key in standing.raw}
        return kept

    def judge(self, raw: object, facts: FormFacts, standing: Standing | None = None) -> Judged:
        """Judge answers as they came in: values, messages by path, and what was asked.

        `standing`: what stays where the answers may not be edited; without it they were taken before.
        """
        judged = self.questions.judge(raw, facts, standing)
        if not self.checks:
            return judged
        broken: dict[str, Message] = {}
        for check in self.checks:
            if not check.touches(judged.errors) and (message := check.fails(judged, facts)) is not None:
                for path in check.paths():
                    broken.setdefault(path, message)
        return replace(judged, errors={**broken, **judged.errors}) if broken else judged
