"""What was planned beside what came of it: the rows of two tables of a case, the one of which began with the other's.

A form says so itself: `prefill: {achievements: plan.targets}`. Rows belong together where the columns that both tables
have say the same, and none belongs to another by its place alone. Only what the reader may read of both forms is told;
words only, no files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.core.filling import forms
from engine.core.messages import Text
from portal import standing

if TYPE_CHECKING:
    from engine.core.case import Actor
    from engine.core.filling.formviews import FieldView, FormView
    from engine.snapshot import Snapshot

Cells = tuple[tuple[Text, str], ...]
LEFT_OUT = ("file", "note")


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned result: its name, what else is the same in both tables, what was planned, and what came of it.

    came: None where nothing was sent of it yet (or the reader may not read it).
    """

    name: str
    same: Cells
    planned: Cells
    came: Cells | None


def of_case(found: Snapshot, actor: Actor, language: str) -> tuple[Planned, ...]:
    """The planned results of a case, in the order of the plan; none where it has no such tables, or no plan yet."""
    may = standing.access(found, actor)
    for key, form in found.workflow.forms.items():
        for begun in form.schema.prefill:
            source, _, table = begun.value.partition(".")
            if may.get(source) != "read" or "." in table:
                continue
            plan = _rows(_view(found, actor, source), table, language)
            came = _rows(_view(found, actor, key), begun.key, language) if may.get(key) == "read" else None
            if plan:
                return tuple(_paired(plan, came))
    return ()


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row by the key of their column: label and words."""

    cells: dict[str, tuple[Text, str]]


def _view(found: Snapshot, actor: Actor, form: str) -> FormView:
    return forms.view(found.workflow, found.view, actor, form, see_all=found.oversees)


def _rows(view: FormView, key: str, language: str) -> list[Row]:
    field = next((each for each in view if each.key == key and each.type == "table"), None)
    return [] if field is None else [Row(dict(_cells(row, language))) for row in field.rows]


def _cells(row: Sequence[FieldView], language: str) -> Iterator[tuple[str, tuple[Text, str]]]:
    for cell in row:
        if cell.type not in LEFT_OUT and cell.shown:
            yield cell.key, (cell.label, cell.text(language))


def _paired(plan: Sequence[Row], came: Sequence[Row] | None) -> Iterator[Planned]:
    keys, of_both = _columns(plan), _columns(came or ())
    shared = [key for key in keys if key in of_both]
    names = shared or keys[:1]
    left = list(came or ())
    for row in plan:
        match = next((each for each in left if _belong(each, row, shared)), None)
        if match is not None:
            left.remove(match)
        told = None if match is None else _told(match, [key for key in match.cells if key not in shared])
        yield _planned(row, names, told)
    for each in left:  # what came beside the plan
        name = _naming(each, names)
        told = _told(each, [key for key in each.cells if key != name])
        if name or told:
            yield Planned(_words(each, name), (), (), told)


def _belong(one: Row, other: Row, shared: Sequence[str]) -> bool:
    """Whether two rows say the same in what both tables have; not where that is nothing."""
    said = [_words(one, key) for key in shared]
    return any(said) and said == [_words(other, key) for key in shared]


def _columns(rows: Sequence[Row]) -> list[str]:
    """The columns of all rows: a row that was sent holds only the cells that were asked of it."""
    return list(dict.fromkeys(key for row in rows for key in row.cells))


def _planned(row: Row, names: Sequence[str], came: Cells | None) -> Planned:
    name = _naming(row, names)
    same, rest = [key for key in names if key != name], [key for key in row.cells if key not in names]
    return Planned(_words(row, name), _told(row, same), _told(row, rest), came)


def _naming(row: Row, names: Sequence[str]) -> str:
    """The column that names a row: the first in which something stands; "" where nothing does."""
    return next((key for key in names if _words(row, key)), "")


def _told(row: Row, keys: Sequence[str]) -> Cells:
    return tuple(row.cells[key] for key in keys if _words(row, key))


def _words(row: Row, key: str) -> str:
    return row.cells[key][1] if key in row.cells else ""
