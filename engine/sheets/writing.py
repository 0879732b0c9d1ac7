"""Workbooks (XLSX) of forms, written: one sheet with a row a task, and one a table with a row a row.

Which cells there are is core.filling.grid's. The first row, hidden, holds the paths by which reading.py finds the
cells again. Text is written as text, so nothing that somebody typed is a formula.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from engine.core.filling.grid import Cell, Column, offered

EXACT_DIGITS = 15  # of a binary float, as which a spreadsheet keeps each number
TASK, SEEN, WHO, ROW = "@task", "@seen", "@who", "@row"
UNFIT = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True, slots=True)
class Line:
    """One task in a workbook: `ref` and `seen` (the version of its draft) find it again, `who` names it to people.

    `cells` are those of grid.cells, by place; `fixed` are the places that may not be changed.
    """

    ref: str
    seen: int
    who: tuple[str, ...]
    cells: Mapping[str, Cell]
    fixed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a workbook in its language; `who` are the headings of `Line.who`."""

    answers: str
    row: str
    guide: str
    who: tuple[str, ...]
    guidance: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Reported:
    """A table for a workbook with what stands above and below it; `widths`: of its columns, in characters."""

    title: str
    above: Sequence[Sequence[str]]
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    below: Sequence[str]
    widths: Sequence[int]


def write(columns: Sequence[Column], lines: Iterable[Line], words: Words) -> bytes:
    """The workbook of these cases. Its first row, hidden, holds the paths by which it is read back."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    looks = _looks(book)
    lines = tuple(lines)
    tables = dict.fromkeys(column.table for column in columns)
    taken: set[str] = set()
    for table in sorted(tables, key=bool):
        within = [column for column in columns if column.table == table]
        title = within[0].group.say(words.language) if table and within[0].group else words.answers
        _Sheet(book.add_worksheet(_name(title, taken)), looks, words, within).fill(table, lines)
    _guide(book.add_worksheet(_name(words.guide, taken)), looks, words)
    book.close()
    return out.getvalue()


class _Sheet:
    """One sheet while it is written."""

    def __init__(self, sheet: Any, looks: Mapping[str, Any], words: Words, columns: Sequence[Column]) -> None:
        self.sheet, self.looks, self.words, self.columns = sheet, looks, words, columns
        self.at = 2

    def fill(self, table: str, lines: Sequence[Line]) -> None:
        first = self._head(table)
        for line in lines:
            if not table:
                self._row(line, None, first)
                continue
            for number in range(1, _rows_of(line, table) + 1):
                self._row(line, number, first)
        self._finish(table, first)

    def _head(self, table: str) -> int:
        """The hidden row of paths and the row of headings; answers with the column at which answers begin."""
        keys = [TASK, SEEN, *(WHO for _ in self.words.who), *([ROW] if table else [])]
        titles = ["", "", *self.words.who, *([self.words.row] if table else [])]
        for at, (key, title) in enumerate(zip(keys, titles, strict=True)):
            self.sheet.write_string(0, at, key)
            self.sheet.write_string(1, at, title, self.looks["head"])
        for at, column in enumerate(self.columns, len(keys)):
            self.sheet.write_string(0, at, column.path)
            self.sheet.write_string(1, at, column.title.say(self.words.language), self.looks["head"])
            kind = column.question.type.name
            self.sheet.set_column(at, at, 44 if kind in ("longtext", "richtext") else 24 if kind == "text" else 16)
        return len(keys)

    def _row(self, line: Line, number: int | None, first: int) -> None:
        self.sheet.write_string(self.at, 0, line.ref, self.looks["fixed"])
        self.sheet.write_number(self.at, 1, line.seen, self.looks["fixed"])
        for at, word in enumerate(line.who, 2):
            self.sheet.write_string(self.at, at, word, self.looks["fixed"])
        if number is not None:
            self.sheet.write_number(self.at, first - 1, number, self.looks["fixed"])
        for at, column in enumerate(self.columns, first):
            place = column.path if number is None else f"{column.table}.{number - 1}.{column.key}"
            look = "open" if place in line.cells and place not in line.fixed else "fixed"
            _put(self.sheet, self.at, at, line.cells.get(place), self.looks, look)
        self.at += 1

    def _finish(self, table: str, first: int) -> None:
        """Freeze the names, hide the paths, offer the choices. A table has room for rows that are added."""
        self.sheet.set_row(0, None, None, {"hidden": True})
        self.sheet.set_column(0, 1, None, None, {"hidden": True})
        self.sheet.set_column(2, 1 + len(self.words.who), 26)
        self.sheet.freeze_panes(2, first)
        last = self.at + 200 if table else max(self.at - 1, 2)
        for at, column in enumerate(self.columns, first):
            choices = list(offered(column.question.type, self.words.language))
            if choices and sum(map(len, choices)) + len(choices) <= 255 and not any("," in word for word in choices):
                rule = {"validate": "list", "source": choices, "error_type": "warning", "ignore_blank": True}
                self.sheet.data_validation(2, at, last, at, rule)


def _put(sheet: Any, row: int, at: int, cell: Cell, looks: Mapping[str, Any], look: str) -> None:
    """A number or a day as such, where the spreadsheet keeps it exactly; everything else as text."""
    if cell is None:
        sheet.write_blank(row, at, None, looks[look])
    elif isinstance(cell, Decimal) and len(cell.as_tuple().digits) <= EXACT_DIGITS:
        sheet.write_number(row, at, float(cell), looks[look])
    elif isinstance(cell, date) and cell.year >= 1901:
        sheet.write_datetime(row, at, datetime(cell.year, cell.month, cell.day), looks[f"{look}_day"])  # noqa: DTZ001
    else:
        sheet.write_string(row, at, str(cell), looks[look])


def _looks(book: Any) -> dict[str, Any]:
    shared = {"valign": "top", "text_wrap": True}
    fixed = {**shared, "bg_color": "#f1f1ef", "font_color": "#3d3d3a"}
    return {
        "head": book.add_format({**shared, "bold": True, "bottom": 1, "bg_color": "#e3ecf4"}),
        "open": book.add_format(shared),
        "open_day": book.add_format({**shared, "num_format": "yyyy-mm-dd"}),
        "fixed": book.add_format(fixed),
        "fixed_day": book.add_format({**fixed, "num_format": "yyyy-mm-dd"}),
        "text": book.add_format(shared),
    }


def _guide(sheet: Any, looks: Mapping[str, Any], words: Words) -> None:
    sheet.set_column(0, 0, 100)
    for at, line in enumerate(words.guidance):
        sheet.write_string(at, 0, line, looks["text"])


def _name(title: str, taken: set[str]) -> str:
    """A name that a sheet may have: 31 characters, none of []:*?/\\, no two alike."""
    plain = UNFIT.sub(" ", title).strip()[:28] or "-"
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain} {number}"[:31]
    taken.add(name.casefold())
    return name


def _rows_of(line: Line, table: str) -> int:
    numbers = [int(place.split(".")[1]) for place in line.cells if place.startswith(f"{table}.")]
    return max(numbers, default=-1) + 1


def write_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> bytes:
    """A workbook of one sheet of text under headings that stay in sight; no cell of it is a formula or a number."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    looks, sheet = _looks(book), book.add_worksheet(_name(title, set()))
    as_text = book.add_format({"valign": "top", "text_wrap": True, "num_format": "@"})
    for at, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        sheet.set_column(at, at, width, as_text)
        sheet.write_string(0, at, heading, looks["head"])
    for down, row in enumerate(rows, 1):
        for at, cell in enumerate(row):
            sheet.write_string(down, at, cell, as_text)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def write_report(table: Reported) -> bytes:
    """A workbook of one sheet: what the table is about, the table with its numbers as numbers, and its notes."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    looks, sheet = _looks(book), book.add_worksheet(_name(table.title, set()))
    plain, at = book.add_format({"valign": "top"}), 0
    for at, words in enumerate(table.above, 1):
        for across, word in enumerate(words):
            sheet.write_string(at - 1, across, word, plain)
    at += 1
    for across, (heading, width) in enumerate(zip(table.heads, table.widths, strict=True)):
        sheet.set_column(across, across, width)
        sheet.write_string(at, across, heading, looks["head"])
    for row in table.rows:
        at += 1
        for across, cell in enumerate(row):
            _put(sheet, at, across, cell, looks, "open")
    for down, note in enumerate(table.below, at + 2):
        sheet.write_string(down, 0, note, plain)
    book.close()
    return out.getvalue()
