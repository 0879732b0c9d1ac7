"""What came back in a spreadsheet, against what stands in the form: every cell that differs, and the answers after it.

Pure. A cell that does not pass, may not be edited or was cut stays as it was and is named with its problem; the rest is
taken. Nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.core.errors import InvalidSubmission
from engine.core.filling.fieldtype import FormFacts
from engine.core.filling.formviews import FieldView, FormView
from engine.core.filling.grid import LONGEST, Cell, Column, cell_of, columns, key_of, plain, same, was_cut
from engine.core.messages import Message, Text

Row: TypeAlias = tuple[int | None, Mapping[str, Cell]]
Rows: TypeAlias = Sequence[Row]


@dataclass(frozen=True, slots=True)
class Filled:
    """What came back for one case: cells by field, and of each table its rows, with the number (from 1) they had."""

    cells: Mapping[str, Cell]
    tables: Mapping[str, Rows] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that differs; a whole row that went has no `title`. `problem`: why it is not taken."""

    path: str
    title: Text | None
    group: Text | None
    row: int | None
    before: Cell
    after: Cell
    problem: Message | None = None


@dataclass(slots=True)
class Returned:
    """What came back for one form of one case. `raw` are the answers after it, as a page would post them."""

    view: FormView
    facts: FormFacts
    language: str
    raw: dict[str, Any] = field(init=False)
    changes: list[Change] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.raw = _typed(self.view, self.language)

    @property
    def taken(self) -> tuple[Change, ...]:
        return tuple(each for each in self.changes if each.problem is None)

    def take(self, filled: Filled) -> None:
        """Compare everything; fields and columns that the form does not have are passed over."""
        by_table: dict[str, dict[str, Column]] = {}
        for column in columns(self.view.form):
            by_table.setdefault(column.table, {})[column.key] = column
        views = {each.key: each for each in self.view}
        for key, column in by_table.pop("", {}).items():
            if key in filled.cells and key in views:
                self._take(self.raw, column, None, views[key], filled.cells[key])
        for table, rows in filled.tables.items():
            if table in by_table and table in views:
                self._take_rows(by_table[table], views[table], rows)

    def _take(self, raw: dict[str, Any], column: Column, row: int | None, view: FieldView, cell: Cell) -> None:
        before = cell_of(view, self.language) if view.shown else None
        if same(before, cell):
            return
        value, problem = self._read(view, before, cell)
        if problem is None:
            raw[column.key] = value
        self.changes.append(Change(view.path, column.title, column.group, row, before, cell, problem))

    def _read(self, view: FieldView, before: Cell, cell: Cell) -> tuple[Any, Message | None]:
        """The raw answer that a changed cell gives, or why it gives none."""
        if not view.editable:
            return None, Message("sheet.read_only")
        if was_cut(before):
            return None, Message("sheet.cut", limit=LONGEST)
        if plain(cell) is None:
            return None, None
        try:
            value = view.field.clean(view.field.from_cell(key_of(view.field, cell)), self.facts)
        except InvalidSubmission as invalid:
            return None, next(iter(invalid.errors.values()))
        return (None if value is None else view.field.typed(value, self.language)), None

    def _take_rows(self, within: Mapping[str, Column], table: FieldView, rows: Rows) -> None:
        """Rows that came back under their number keep their place, new ones follow, the others went."""
        known: dict[int, Mapping[str, Cell]] = {}
        new: list[Mapping[str, Cell]] = []
        for place, cells in rows:
            # A row that was copied has the number of its twin: the first is the one that stood there.
            if place is None or place > len(table.rows) or place in known:
                new.append(cells)
            else:
                known[place] = cells
        after: list[dict[str, Any]] = []
        for number, (stands, seen) in enumerate(zip(self.raw.get(table.key) or (), table.rows, strict=True), 1):
            row = dict(stands)
            if number in known:
                self._take_row(row, within, number, seen, known[number])
            elif not self._drop(table, number, seen):
                continue
            after.append(row)
        for cells in new:
            self._add(after, within, table, cells)
        self.raw[table.key] = after

    def _take_row(
        self,
        raw: dict[str, Any],
        within: Mapping[str, Column],
        number: int,
        seen: Sequence[FieldView],
        cells: Mapping[str, Cell],
    ) -> None:
        for each in seen:
            if each.key in cells and each.key in within:
                self._take(raw, within[each.key], number, each, cells[each.key])

    def _drop(self, table: FieldView, number: int, seen: Sequence[FieldView]) -> bool:
        """Note that a row did not come back; answers whether it stays."""
        problem = None if table.editable else Message("sheet.read_only")
        said = ", ".join(text for each in seen if (text := each.text(self.language)))
        self.changes.append(Change(f"{table.key}.{number - 1}", None, table.label, number, said, None, problem))
        return problem is not None

    def _add(
        self, after: list[dict[str, Any]], within: Mapping[str, Column], table: FieldView, cells: Mapping[str, Cell]
    ) -> None:
        """A row that was not there: each of its cells is a change."""
        number, row = len(after) + 1, dict[str, Any]()
        found = len(self.changes)
        for column in within.values():
            if plain(cells.get(column.key)) is not None:
                self._take(row, column, number, _blank(table, column, number), cells[column.key])
        if any(each.problem is None for each in self.changes[found:]):
            after.append(row)


def _blank(table: FieldView, column: Column, number: int) -> FieldView:
    """The field of a row that is not there yet."""
    question = column.question
    return FieldView(
        path=f"{table.key}.{number - 1}.{column.key}",
        spec=question.spec,
        field=question.type,
        required=False,
        editable=table.editable and question.type.answered == "by_person",
        shown=True,
    )


def _typed(view: FormView, language: str) -> dict[str, Any]:
    """The answers that stand in the form, as a page would post them."""
    return {each.key: _typed_field(each, language) for each in view if each.field.answered == "by_person"}


def _typed_field(view: FieldView, language: str) -> Any:
    if not view.columns:
        return view.typed(language)
    return [{each.key: each.typed(language) for each in row if each.field.answered == "by_person"} for row in view.rows]
