"""Files as rows of text: CSV in the ways in which offices write it, and XLSX. What a row means is not asked here."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.core.errors import BadRequest
from engine.core.messages import Message
from engine.sheets import reading

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 20_000, 60, 2_000
SEPARATORS = (";", ",", "\t", "|")
NAMED = re.compile(r'sep=([^\r\n"])(?:[\r\n]|\Z)', re.IGNORECASE)
EXACT = 10**15  # whole numbers that a spreadsheet keeps digit for digit are below
ZIP, UTF16 = b"PK\x03\x04", (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SAMPLE = 20  # rows by which the separator is found


@dataclass(frozen=True, slots=True)
class Sheet:
    """The headings of a file, and its rows below with their numbers as a spreadsheet shows them."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read(content: bytes, most: int = MOST_ROWS) -> Sheet:
    """The first sheet of a workbook, or a CSV; raises BadRequest for what is neither, is empty, or has more rows.

    CSV: UTF-8 with or without its mark, UTF-16 with it, else Windows-1252; separated by what splits it best.
    """
    if len(content) > reading.LARGEST:
        raise BadRequest(Message("imports.file.too_large", limit=reading.LARGEST // 1_000_000))
    if content.startswith(ZIP):
        return _sheet(_of_workbook(reading.sheets(content)), most)
    return _sheet(_of_text(_decoded(content)), most)


def of_rows(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Sheet:
    """The same for rows that come without a file; the first has number 2, as below a line of headings."""
    return _sheet([list(headings), *(list(row) for row in rows)])


def _of_workbook(sheets: list[list[list[Any]]]) -> list[list[str]]:
    first = next((rows for rows in sheets if any(_text(cell) for row in rows for cell in row)), [])
    return [[_text(cell) for cell in row] for row in first]


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < EXACT else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == cell.min.time() else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell if cell is not None else "")


def _decoded(content: bytes) -> str:
    encodings = ["utf-16"] if content.startswith(UTF16) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadRequest(Message("imports.file.unreadable"))


def _of_text(text: str) -> list[list[str]]:
    if (named := NAMED.match(text)) is not None:  # a line that only Excel writes
        return _split(text.partition("\n")[2], named[1], line=2)
    lines = [line for line in text.splitlines()[:SAMPLE] if line.strip()]
    return _split(text, max(SEPARATORS, key=lambda separator: _splits(lines, separator)))


def _splits(lines: Sequence[str], separator: str) -> tuple[int, int]:
    """How many columns the headings have with a separator, and how many rows below have as many."""
    rows = _split("\n".join(lines), separator)
    width = len(rows[0]) if rows else 0
    return (width, sum(len(row) == width for row in rows)) if width > 1 else (0, 0)


def _split(text: str, separator: str, line: int = 1) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except (csv.Error, TypeError, ValueError) as broken:  # the two others: of a separator that is none
        raise BadRequest(Message("imports.file.unreadable")) from broken
    return [[] for _ in range(line - 1)] + rows


def _sheet(rows: Sequence[Sequence[str]], most: int = MOST_ROWS) -> Sheet:
    """Rows without any text are left out; the others keep their numbers."""
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(map(str.strip, row))]
    if len(filled) < 2:
        raise BadRequest(Message("imports.file.empty"))
    if len(filled) > most + 1:
        raise BadRequest(Message("imports.file.too_long", rows=most, found=len(filled) - 1))
    headings = [cell.strip()[:LONGEST_CELL] for cell in filled[0][1]]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > MOST_COLUMNS:
        raise BadRequest(Message("imports.file.too_wide", columns=MOST_COLUMNS, found=len(headings)))
    width = len(headings)
    return Sheet(tuple(headings), tuple((number, _fitted(row, width)) for number, row in filled[1:]))


def _fitted(row: Sequence[str], width: int) -> tuple[str, ...]:
    """A row as wide as the headings, without what no cell may hold."""
    if len(row) == width and sum(map(len, row)) <= LONGEST_CELL:
        return tuple(row)
    cells = tuple(cell[:LONGEST_CELL] for cell in row[:width])
    return cells + ("",) * (width - len(cells))
