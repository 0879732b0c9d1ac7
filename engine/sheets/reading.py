"""Workbooks (XLSX) of forms, read back: cells by task and field. What a changed cell means is returned.py's.

Formulas are read as their last value; nothing is executed. What would unpack to more than a workbook of ours is refused
before anything reads it.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.children import Child, Ended
from engine.core.errors import BadRequest
from engine.core.filling.grid import Cell
from engine.core.filling.returned import Filled, Row
from engine.core.messages import Message
from engine.sheets.writing import ROW, SEEN, TASK, WHO

LARGEST = 5_000_000  # bytes of a file that is taken back
LARGEST_INSIDE = 60_000_000  # bytes of its parts when unpacked
UNPACKER = Child("engine.sheets.unpack", seconds=40, patience=30, busy="sheet.busy")
MOST_ROWS = 20_000
MOST_COLUMNS = 400


@dataclass(frozen=True, slots=True)
class Returning:
    """What came back for one task, and the version of its draft that the workbook was made from."""

    seen: int
    filled: Filled


def read(content: bytes, paths: Iterable[str]) -> dict[str, Returning]:
    """What a workbook says, by task; raises BadRequest for what is none of ours, or too large.

    Only the columns of these paths are read; sheets without our first row are passed over.
    """
    ours = [_Rows(rows, frozenset(paths)) for rows in sheets(content) if rows and list(rows[0][:2]) == [TASK, SEEN]]
    if not ours:
        raise BadRequest(Message("sheet.not_ours"))
    by_name = {who: ref for rows in ours for ref, who in rows.named()}
    versions: dict[str, int] = {}
    found: defaultdict[str, dict[str, Cell]] = defaultdict(dict)
    tables: defaultdict[str, defaultdict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for rows in ours:
        for ref, seen, number, cells in rows.read(by_name):
            if rows.table:
                versions.setdefault(ref, seen)
                tables[ref][rows.table].append((number, cells))
            else:
                versions[ref] = seen
                found[ref].update(cells)
    named = {ref: {table: tuple(rows) for table, rows in by_table.items()} for ref, by_table in tables.items()}
    return {ref: Returning(seen, Filled(found[ref], named.get(ref, {}))) for ref, seen in versions.items()}


def sheets(content: bytes) -> list[list[list[Any]]]:
    """The cells of each sheet of any workbook; raises BadRequest for what is none, or too large."""
    _examine(content)
    return _sheets(content)


def _examine(content: bytes) -> None:
    """Refuse what is no workbook, and what would unpack to more than a workbook of ours, before anything reads it."""
    if len(content) > LARGEST:
        raise BadRequest(Message("sheet.too_large", limit=LARGEST // 1_000_000))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            inside = 0
            for member in packed.infolist():
                with packed.open(member) as part:
                    # What a member says of its size may be a lie, so it is unpacked and thrown away.
                    while block := part.read(1 << 16):
                        inside += len(block)
                        if inside > LARGEST_INSIDE:
                            raise BadRequest(Message("sheet.too_large", limit=LARGEST // 1_000_000))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as broken:
        raise BadRequest(Message("sheet.unreadable")) from broken


def _sheets(content: bytes) -> list[list[list[Any]]]:
    """The cells of each sheet, read by unpack.py in a process whose memory and time are limited."""
    try:
        found: list[list[list[Any]]] = json.loads(UNPACKER.ask(given=content), object_hook=_moment)
    except (Ended, ValueError) as broken:
        raise BadRequest(Message("sheet.unreadable")) from broken
    return found


def _moment(cell: dict[str, str]) -> date:
    return date.fromisoformat(cell["day"]) if "day" in cell else datetime.fromisoformat(cell["moment"])


class _Rows:
    """One of our sheets as it came back."""

    def __init__(self, rows: Sequence[Sequence[Any]], known: frozenset[str]) -> None:
        if len(rows) > MOST_ROWS or len(rows[0]) > MOST_COLUMNS:
            raise BadRequest(Message("sheet.too_many", rows=MOST_ROWS, columns=MOST_COLUMNS))
        self.keys = [str(key) for key in rows[0]]
        self.rows = rows[2:]
        self.known = known
        self.table = next((key.partition(".")[0] for key in self.keys if "." in key and key in known), "")

    def named(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Who stands in the rows, so that a row that somebody added under a name finds its task."""
        yield from ((ref, self._who(row)) for row in self.rows if (ref := str(row[0]).strip()))

    def read(self, by_name: Mapping[tuple[str, ...], str]) -> Iterator[tuple[str, int, int | None, dict[str, Cell]]]:
        """Each row that belongs to a task: its ref, the version seen, its number in its table, its cells by key."""
        for row in self.rows:
            ref = str(row[0]).strip() or by_name.get(self._who(row), "")
            if ref:
                cells = {
                    key.rpartition(".")[2]: _cell(row[at]) for at, key in enumerate(self.keys) if key in self.known
                }
                number = _whole(row[self.keys.index(ROW)]) if ROW in self.keys else None
                yield ref, _whole(row[1]) or 0, number or None, cells

    def _who(self, row: Sequence[Any]) -> tuple[str, ...]:
        return tuple(str(row[at]).strip() for at, key in enumerate(self.keys) if key == WHO)


def _whole(value: Any) -> int | None:
    cell = _cell(value)
    return int(cell) if isinstance(cell, Decimal) and cell == cell.to_integral_value() and 0 <= cell < 10**9 else None


def _cell(value: Any) -> Cell:
    """A cell as the library reads it, without binary floats."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return Decimal(repr(value))
    if isinstance(value, datetime):
        return value.date() if (value.hour, value.minute, value.second) == (0, 0, 0) else value.isoformat(" ")
    if isinstance(value, date):
        return value
    return str(value) if value not in (None, "") else None
