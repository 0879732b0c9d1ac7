"""Two versions of one answer side by side, in words, for a person to choose between. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.core.filling import forms
from engine.core.filling.marks import is_blank
from engine.core.messages import Message, Text
from engine.web.context import runtime
from engine.web.forms import where
from engine.web.labels import label
from engine.web.language import language, t, translate
from portal.desk import Desk

if TYPE_CHECKING:
    from engine.core.filling.fieldtype import FormFacts
    from engine.core.filling.form import Form
    from engine.core.filling.merging import Difference, Picks
    from engine.core.filling.questions import Question

Words = tuple[tuple[str, str], ...]  # (label, text) each; the label is "" for an answer that is one text


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: where it stands, and both texts; `picked` is what is chosen already.

    A side without words is blank; None: its row was removed.
    """

    key: str
    where: tuple[Text | Message, ...]
    mine: Words | None
    theirs: Words | None
    picked: str


def choices(
    desk: Desk, differences: Iterable[Difference], picks: Picks, versions: Iterable[Mapping[str, Any]]
) -> list[Choice]:
    """What to show of differences between these versions: text as it was typed, names of what was chosen."""
    for raw in versions:
        desk = desk.knowing(runtime(), raw)
    facts = forms.facts(desk.found.view)
    return [
        Choice(
            each.key,
            place(desk, each.place),
            _words(desk.form, facts, each, each.mine),
            _words(desk.form, facts, each, each.theirs),
            picks.get(each.key, each.changed),
        )
        for each in _in_order(desk.form, differences)
    ]


def _in_order(form: Form, differences: Iterable[Difference]) -> list[Difference]:
    """Differences as they stand on the page, from top to bottom."""
    keys = [each.key for each in form.questions]

    def at(difference: Difference) -> tuple[int, int, int]:
        key, row, column, *_ = [*difference.place.split("."), "", ""]
        columns = [each.key for each in getattr(form.questions[key].type, "columns", None) or ()]
        return (
            keys.index(key),
            int(row) if row.isdecimal() else -1,
            columns.index(column) if column in columns else -1,
        )

    return sorted(differences, key=at)


def place(desk: Desk, path: str) -> tuple[Text | Message, ...]:
    """Where a difference stands: the field; in a table also the row and the column."""
    key, *rest = path.split(".")
    if rest and rest[0].isdecimal():
        return where(desk.form, ".".join([key, *rest[:2]]))
    return where(desk.form, key)


def places(desk: Desk, differences: Iterable[Difference]) -> str:
    """The places of differences in one line, each once."""
    ordered = _in_order(desk.form, differences)
    found = (", ".join(translate(word) for word in place(desk, each.place)) for each in ordered)
    return "; ".join(dict.fromkeys(found))


def _words(form: Form, facts: FormFacts, difference: Difference, value: Any) -> Words | None:
    if difference.is_row and value is None:
        return None
    key, *rest = difference.place.split(".")
    question = form.questions[key]
    if difference.is_row:
        return tuple(_cells(facts, question, value))
    if rest and rest[0].isdecimal():
        question, rest = question.type.columns[rest[1]], rest[2:]
    text = str(value or "") if rest else _text(facts, question, value)
    return (("", text),) if text else ()


def _cells(facts: FormFacts, question: Question, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for column in question.type.columns:
        text = _text(facts, column, row.get(column.key))
        if text:
            yield translate(label(column.spec)), text


def _text(facts: FormFacts, question: Question, value: Any) -> str:
    """What was typed, as typed; what was chosen, by its name."""
    if is_blank(value):
        return ""
    if chosen := list(question.type.names(value)):
        return ", ".join(facts.named[each].label if each in facts.named else t("keeping.unknown") for each in chosen)
    if names := {item.key: translate(item.label) for item in question.type.items}:
        several = value if isinstance(value, (list, tuple)) else [value]
        return ", ".join(names.get(each, str(each)) for each in several)
    if isinstance(value, str):
        return value
    judged, errors = question.type.judge(value, facts)
    return t("keeping.unknown") if errors or judged is None else question.type.format(judged, language())
