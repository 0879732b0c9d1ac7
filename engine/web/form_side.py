"""What stands beside the canvas of the form builder: the panel of what is selected, its lists, sums and first answers.

Reads only. The canvas itself is form_canvas.py, what the buttons do is engine/core/building/.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.core.building.draftform import DraftForm, DraftQuestion, elements
from engine.core.building.items import LISTS, items_of
from engine.core.building.starters import NUMERIC
from engine.core.designing.panelparts import Choice, Label, Panel, Property
from engine.core.expression import ListOf, Record, Type
from engine.core.messages import Message, Text, readable
from engine.core.sentences import Vocabulary
from engine.web.context import runtime
from engine.web.designing import Bench

LISTED_IN = {"criteria": "criteria_list"}  # the option that names a code list instead; `list` of the others
TYPED = ("text", "longtext", "number", "percent", "money", "time", "link")
CHOSEN = ("choice", "scale", "yesno")
Sources = tuple[tuple[DraftQuestion, tuple[tuple[str, Message], ...]], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of choices, criteria or levels that is edited beside the canvas; `written` as the document has it."""

    name: str
    written: Any
    items: tuple[dict[str, Any], ...]
    label: Label


@dataclass(frozen=True, slots=True)
class Sum:
    """A column of figures, and what its sum must be."""

    key: str
    label: Text
    wanted: str


def panel_of(bench: Bench, at: str, question: DraftQuestion | None) -> Panel | None:
    """The panel of what is selected, without what has controls of its own here: the type, lists, what is only text."""
    found = bench.panel(at)
    if found is None:
        return None
    shown = (_shown(each, question) for each in found.properties)
    return replace(found, properties=tuple(each for each in shown if each is not None))


def _shown(each: Property, question: DraftQuestion | None) -> Property | None:
    if each.name == "default":
        return _first(each, question)
    return None if each.name == "type" or each.kind == "raw" else each


def _first(each: Property, question: DraftQuestion | None) -> Property | None:
    """The answer that a question begins with: one of its choices, or typed where one line is enough."""
    bound = question.question if question is not None else None
    if question is None or bound is None or ".columns." in question.path or not isinstance(each.value, str | None):
        return None
    if question.type in CHOSEN:
        items = tuple(Choice(item.key, item.label) for item in bound.type.items)
        return replace(each, kind="choice", choices=items)
    return replace(each, kind="line") if question.type in TYPED else None


def lists_of(question: DraftQuestion | None) -> Iterator[Listed]:
    """The lists of a question, but those that a code list stands in for."""
    entry = runtime().catalog.get("field", question.type) if question is not None else None
    if question is None or entry is None:
        return
    for name in LISTS:
        listed = LISTED_IN.get(name, "list")
        if name in entry.options.model_fields and (question.written.get(name) or not question.written.get(listed)):
            label = Label(f"design.forms.list.{name}", readable(name))
            yield Listed(name, question.written.get(name), tuple(items_of(question.written, name)), label)


def sums_of(question: DraftQuestion | None) -> Iterator[Sum]:
    """The columns of figures of a table."""
    if question is not None and question.is_table:
        wanted = question.written.get("totals")
        held = wanted if isinstance(wanted, Mapping) else {}
        for column in question.columns:
            if column.type in NUMERIC:
                yield Sum(column.key, column.label, str(held.get(column.key, "")))


def sources_of(found: DraftForm, words: Vocabulary) -> Iterator[tuple[DraftQuestion, tuple[tuple[str, Message], ...]]]:
    """For each question, the answers of other forms, and of the evaluation before, that it could begin with."""
    taken = {each["key"] for each in elements(found.written.get("prefill"))}
    known = words.at(f"{found.path}.prefill.x.value").words.values()
    for section in found.sections:
        for asked in section.questions:
            question = asked.question
            if question is None or question.type.answered != "by_person" or asked.key in taken:
                continue
            wanted = question.type.value_type()
            fitting = tuple((each.path, each.said) for each in known if "." in each.path and _fits(each.type, wanted))
            if fitting:
                yield asked, fitting


def _fits(found: Type | None, wanted: Type | None) -> bool:
    mine, theirs = _row(wanted), _row(found)
    if mine is not None and theirs is not None:
        return any(theirs.fields.get(name) == kind for name, kind in mine.fields.items())
    return found is not None and found == wanted


def _row(kind: Type | None) -> Record | None:
    """What a row of a table holds."""
    return kind.item if isinstance(kind, ListOf) and isinstance(kind.item, Record) else None
