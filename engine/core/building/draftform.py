"""A form of a draft as the canvas shows it: each question as it is written, and bound where it can be drawn.

A draft may be incomplete or wrong. What cannot be bound is still here, with what is wrong with it. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.core.designing.findings import Finding
from engine.core.designing.spots import text_of
from engine.core.filling.form import Form
from engine.core.filling.questions import Question, Questions
from engine.core.messages import Text, readable
from engine.core.workflow import Workflow
from engine.core.written import nodes


@dataclass(frozen=True, slots=True)
class DraftQuestion:
    """A question, or a column of a table. `question` is None where it cannot be drawn; `columns` are those of a table.

    `written` is the element of the document; `path` leads to it.
    """

    path: str
    written: Mapping[str, Any]
    question: Question | None
    problems: tuple[Finding, ...] = ()
    columns: tuple[DraftQuestion, ...] = ()

    @property
    def key(self) -> str:
        return str(self.written.get("key", ""))

    @property
    def type(self) -> str:
        return str(self.written.get("type", ""))

    @property
    def label(self) -> Text:
        return text_of(self.written.get("label")) or readable(self.key)

    @property
    def is_table(self) -> bool:
        return isinstance(self.written.get("columns"), list)


@dataclass(frozen=True, slots=True)
class DraftSection:
    """A section with its questions, in order; `problems` are its own."""

    path: str
    written: Mapping[str, Any]
    questions: tuple[DraftQuestion, ...]
    problems: tuple[Finding, ...] = ()

    @property
    def key(self) -> str:
        return str(self.written.get("key", ""))

    @property
    def title(self) -> Text | None:
        return text_of(self.written.get("title"))


@dataclass(frozen=True, slots=True)
class DraftForm:
    """A whole form; `form` is as much of it as can be drawn. `problems` stand at no question and no section."""

    path: str
    written: Mapping[str, Any]
    form: Form | None
    sections: tuple[DraftSection, ...]
    problems: tuple[Finding, ...] = ()

    @property
    def key(self) -> str:
        return str(self.written.get("key", ""))

    @property
    def label(self) -> Text:
        return text_of(self.written.get("label")) or readable(self.key)

    def questions(self) -> Iterator[DraftQuestion]:
        """Its questions in order, each table before its columns."""
        for section in self.sections:
            for each in section.questions:
                yield each
                yield from each.columns

    def at(self, path: str) -> DraftQuestion | DraftSection | None:
        """The question, column or section at a path, or around it."""
        every: list[DraftQuestion | DraftSection] = [*self.sections, *self.questions()]
        found = [each for each in every if _is_at(path, each.path)]
        return max(found, key=lambda each: len(each.path), default=None)


def draft_forms(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The forms that a draft has, as they are written."""
    yield from elements(document.get("forms"))


def draft_form(
    document: Mapping[str, Any], key: str, workflow: Workflow | None, problems: Sequence[Finding]
) -> DraftForm | None:
    """The form of a key; None where the draft has none. `workflow`: as much of the draft as could be bound."""
    written = next((each for each in draft_forms(document) if each.get("key") == key), None)
    if written is None:
        return None
    path = f"forms.{key}"
    own = [each for each in problems if _is_at(each.path, path)]
    form = workflow.forms.get(key) if workflow is not None else None
    sections = tuple(_sections(written, path, form, own))
    taken = {each for section in sections for each in _told(section)}
    return DraftForm(path, written, form, sections, tuple(each for each in own if each not in taken))


def elements(value: Any) -> Iterator[Mapping[str, Any]]:
    """The elements of a list that have a key; a draft may hold anything."""
    yield from (each for each in nodes(value) if isinstance(each.get("key"), str))


def _sections(
    written: Mapping[str, Any], path: str, form: Form | None, problems: Collection[Finding]
) -> Iterator[DraftSection]:
    bound = _by_key(form.questions if form is not None else None)
    for section in elements(written.get("sections")):
        here = f"{path}.sections.{section['key']}"
        own = [each for each in problems if _is_at(each.path, here)]
        questions = tuple(_questions(section.get("fields"), f"{here}.fields", bound, own))
        taken = {each for question in questions for each in question.problems}
        yield DraftSection(here, section, questions, tuple(each for each in own if each not in taken))


def _questions(
    written: Any, path: str, bound: Mapping[str, Question], problems: Collection[Finding]
) -> Iterator[DraftQuestion]:
    for field in elements(written):
        here = f"{path}.{field['key']}"
        own = tuple(each for each in problems if _is_at(each.path, here))
        question = bound.get(field["key"])
        inside = _by_key(getattr(question.type, "columns", None) if question is not None else None)
        columns = tuple(_questions(field.get("columns"), f"{here}.columns", inside, own))
        drawn = question if question is None or question.type.name == field.get("type") else None
        yield DraftQuestion(here, field, drawn, own, columns)


def _by_key(questions: Iterable[Question] | Questions | None) -> dict[str, Question]:
    return {each.key: each for each in questions or ()}


def _told(section: DraftSection) -> Iterator[Finding]:
    yield from section.problems
    for question in section.questions:
        yield from question.problems


def _is_at(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}.")
