"""A form as a grid of cells, as a spreadsheet carries it: its columns, and what stands in each cell.

Pure. Cells are text, Decimal, date or None. A place is the path of a field (`reason`) or of a cell in a table
(`targets.2.weight`, rows from 0). What comes back is read in returned.py; files are written in engine/sheets.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from engine.core.filling.fieldtype import FieldType
from engine.core.filling.form import Form
from engine.core.filling.formviews import FieldView, FormView, label_of
from engine.core.filling.questions import Question
from engine.core.messages import LANGUAGES, Text

Cell: TypeAlias = str | Decimal | date | None

LONGEST = 16_000  # characters; a cell holds 32,767 UTF-16 units (ECMA-376 part 1, as spreadsheets implement it)
CUT = " […]"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: of the form itself, or of the table `table`. `group` is the section's title, or the table's."""

    table: str
    question: Question
    group: Text | None

    @property
    def key(self) -> str:
        return self.question.key

    @property
    def path(self) -> str:
        """`reason`, `targets.weight`."""
        return f"{self.table}.{self.key}" if self.table else self.key

    @property
    def title(self) -> Text:
        return label_of(self.question.spec)


def columns(form: Form) -> tuple[Column, ...]:
    """The columns of a form: its own fields in order, then those of its tables."""
    own: list[Column] = []
    nested: list[Column] = []
    for section, questions in form.sections:
        for each in questions:
            inner = getattr(each.type, "columns", None)
            if inner is not None:
                nested += [Column(each.key, one, label_of(each.spec)) for one in inner if _carries(one.type)]
            elif _carries(each.type):
                own.append(Column("", each, section.title))
    return (*own, *nested)


def cells(view: FormView, language: str) -> dict[str, Cell]:
    """What a reader sees of a form, by place; what is not shown to him has no cell."""
    return {each.path: cell_of(each, language) for each in leaves(view) if each.shown and _carries(each.field)}


def leaves(view: FormView) -> Iterator[FieldView]:
    """The fields of a form, with the cells of its tables in place of the tables."""
    for each in view:
        if not each.columns:
            yield each
        elif each.shown:
            yield from (cell for row in each.rows for cell in row)


def cell_of(view: FieldView, language: str) -> Cell:
    """The cell of one field: a choice in words, what was typed where it is no good answer, long text cut."""
    if view.value is None or view.value == view.field.empty:
        typed = view.typed(language)
        return _short(typed) or None if isinstance(typed, str) else None
    cell: Cell = view.field.cell(view.value)
    return _short(_words(view.field, language).get(cell, cell)) if isinstance(cell, str) else cell


def offered(kind: FieldType, language: str) -> tuple[str, ...]:
    """What a cell of this type may say, in words; nothing where it is not one choice of several."""
    return tuple(_words(kind, language).values()) if kind.name in ("choice", "scale") else ()


def key_of(kind: FieldType, cell: Cell) -> Cell:
    """The key of a choice that was written in words of either language; any other cell as it is."""
    if isinstance(cell, str):
        for language in LANGUAGES:
            for key, word in _words(kind, language).items():
                if word.casefold() == cell.strip().casefold():
                    return key
    return cell


def same(one: Cell, other: Cell) -> bool:
    """Whether two cells say the same, however a spreadsheet keeps them: 12 and "12", a line break and another."""
    return plain(one) == plain(other)


def plain(cell: Cell | bool | float | datetime) -> str | None:
    """A cell as text to compare: numbers without trailing zeros, days in ISO form, lines ended alike; None if blank."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        cell = Decimal(repr(cell))
    if isinstance(cell, (int, Decimal)):
        return format(Decimal(cell).normalize(), "f") if cell else "0"
    if isinstance(cell, datetime):
        return cell.isoformat() if cell.time().isoformat() != "00:00:00" else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return None if cell is None else cell.replace("\r\n", "\n").replace("\r", "\n").strip() or None


def was_cut(cell: Cell) -> bool:
    """Whether the cell shows only the beginning of its answer."""
    return isinstance(cell, str) and len(cell) > LONGEST and cell.endswith(CUT)


def _carries(kind: FieldType) -> bool:
    return kind.answered != "never"


def _words(kind: FieldType, language: str) -> dict[str, str]:
    """Key → wording of what can be chosen, where no two choices read alike in either language."""
    for each in LANGUAGES:
        if len({item.label.say(each).casefold() for item in kind.items}) < len(kind.items):
            return {}
    return {item.key: item.label.say(language) for item in kind.items}


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + CUT
