"""A list of holidays as somebody brings it: rows of cells → entries of a calendar, or what is wrong, row by row.

Pure: the year and what stands already are arguments. Nothing of a list with a fault is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.core.calendar import DayEntry, DayKind
from engine.core.messages import Message, Text

MOST_ROWS = 400
LONGEST_NAME = 200
LONGEST_SOURCE = 300
HEADINGS = {
    "day": ("tanggal", "date", "hari/tanggal", "tgl", "day"),
    "name": ("nama", "nama hari libur", "keterangan", "peringatan", "name", "name (id)", "nama (id)", "holiday"),
    "name_en": ("nama (en)", "nama inggris", "name (en)", "english", "english name"),
    "kind": ("jenis", "kind", "type"),
    "source": ("dasar", "sumber", "source", "skb", "dasar hukum"),
}
USUAL = ("day", "name", "kind", "source", "name_en")  # the columns of a list without headings
KINDS: Mapping[str, DayKind] = {
    "": "holiday",
    "libur": "holiday",
    "libur nasional": "holiday",
    "libur daerah": "holiday",
    "holiday": "holiday",
    "public holiday": "holiday",
    "cuti bersama": "collective_leave",
    "collective leave": "collective_leave",
    "hari kerja": "working_day",
    "working day": "working_day",
}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "january", "jan"),
            ("februari", "february", "feb"),
            ("maret", "march", "mar"),
            ("april", "apr"),
            ("mei", "may"),
            ("juni", "june", "jun"),
            ("juli", "july", "jul"),
            ("agustus", "august", "agu", "aug"),
            ("september", "sep", "sept"),
            ("oktober", "october", "okt", "oct"),
            ("november", "nov"),
            ("desember", "december", "des", "dec"),
        ),
        start=1,
    )
    for name in names
}
WRITTEN = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})"),
    re.compile(r"(?:[a-z'’]+,?\s+)?(?P<day>\d{1,2})\s+(?P<word>[a-z]+)\s+(?P<year>\d{4})"),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row of the list; rows are counted from 1 as a spreadsheet does, headings included."""

    row: int
    found: str
    message: Message


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list says: the new entries, how many stand already just like that, and every fault."""

    entries: tuple[DayEntry, ...]
    known: int
    problems: tuple[Problem, ...]


def read_list(rows: Iterable[Sequence[Any]], year: int, standing: Mapping[date, DayEntry], source: str = "") -> Listed:
    """The entries of a list that must all lie in `year`. Cells are text or dates; `source` is what a row leaves open.

    The first row may hold headings (in Indonesian or English); without them columns are day, name, kind, source and
    English name. A row without anything is passed over.
    """
    found = [(number, [_plain(cell) for cell in row]) for number, row in enumerate(rows, start=1)]
    filled = [(number, cells) for number, cells in found if any(cells)]
    columns = _columns(filled[0][1]) if filled else {}
    body = filled[1:] if columns else filled
    if not body:
        return Listed((), 0, (Problem(1, "", Message("calendar.list.empty")),))
    if len(body) > MOST_ROWS:
        return Listed((), 0, (Problem(body[MOST_ROWS][0], "", Message("calendar.list.too_long", most=MOST_ROWS)),))
    return _read(body, columns or {name: at for at, name in enumerate(USUAL)}, year, standing, source)


def _read(
    body: Iterable[tuple[int, list[str]]],
    columns: Mapping[str, int],
    year: int,
    standing: Mapping[date, DayEntry],
    source: str,
) -> Listed:
    entries: dict[date, DayEntry] = {}
    rows: dict[date, int] = {}
    known, problems = 0, []
    for number, cells in body:
        said = {name: cells[at] if at < len(cells) else "" for name, at in columns.items()}
        entry = _entry({**said, "source": said.get("source") or source}, year)
        if isinstance(entry, DayEntry) and entry.day in rows:
            entry = Message("calendar.list.twice", row=rows[entry.day])
        if isinstance(entry, Message):
            problems.append(Problem(number, said.get("day", ""), entry))
            continue
        rows[entry.day] = number
        there = standing.get(entry.day)
        if there is None:
            entries[entry.day] = entry
        elif (there.kind, there.name.id) == (entry.kind, entry.name.id):
            known += 1
        else:
            problems.append(Problem(number, said["day"], Message("calendar.list.there", name=there.name)))
    return Listed(tuple(entries[day] for day in sorted(entries)), known, tuple(problems))


def _plain(cell: Any) -> str:
    if isinstance(cell, datetime):
        cell = cell.date()
    return "" if cell is None else " ".join(str(cell).split())


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Heading → column; nothing where the row holds no headings."""
    names = {word: name for name, words in HEADINGS.items() for word in words}
    found = {names[cell.lower()]: at for at, cell in enumerate(cells) if cell.lower() in names}
    return found if {"day", "name"} <= found.keys() else {}


def _entry(said: Mapping[str, str], year: int) -> DayEntry | Message:
    day = read_day(said.get("day", ""))
    if day is None:
        return Message("calendar.list.day", found=said.get("day", "")[:40])
    if day.year != year:
        return Message("calendar.list.year", found=day, year=str(year))
    kind = KINDS.get(said.get("kind", "").lower())
    if kind is None:
        return Message("calendar.list.kind", found=said["kind"][:40])
    name = said.get("name", "")
    entry = DayEntry(day, kind, Text(name, said.get("name_en") or name), said.get("source", ""))
    return wrong_with(entry) or entry


def read_day(text: str) -> date | None:
    """A day as people write it: 2026-03-19, 19/03/2026, Kamis, 19 Maret 2026; None where it is none."""
    for pattern in WRITTEN:
        if (said := pattern.fullmatch(text.strip().lower())) is not None:
            parts = said.groupdict()
            month = MONTHS.get(parts["word"], 0) if "word" in parts else int(parts["month"])
            try:
                return date(int(parts["year"]), month, int(parts["day"]))
            except ValueError:
                return None
    return None


def wrong_with(entry: DayEntry) -> Message | None:
    """What is wrong with an entry by itself, or None."""
    for name in (entry.name.id, entry.name.en):
        if not (1 <= len(name.strip()) <= LONGEST_NAME and name.isprintable()):
            return Message("calendar.name", most=LONGEST_NAME)
    if len(entry.source) > LONGEST_SOURCE or not entry.source.isprintable():
        return Message("calendar.source", most=LONGEST_SOURCE)
    return None
