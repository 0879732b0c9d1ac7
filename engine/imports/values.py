"""Cells as values: each reader answers the value, or says what is wrong with the cell. Pure; asks no database.

A cell is text as the file has it; a day of a workbook comes as `YYYY-MM-DD`. Whether a name exists is the judges'.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.core import grades
from engine.core.messages import Message
from engine.core.nip import plain_nip
from engine.imports.columns import COLUMNS, Column, folded
from engine.imports.rows import Judged, Line
from engine.judgements import EMAIL, KEY, LONGEST_NAME

ISO, DAY_FIRST, MONTH_FIRST = ORDERS = ("iso", "day_first", "month_first")  # how days are written in a file
NOTHING = ("", "-", "–", "—", "null", "n/a")
FORMULA = "=+@\t\r＝＋＠"
SHORT, LONGEST = 100, 200
FIRST, LAST = date(1900, 1, 1), date(2200, 12, 31)
SERIAL, SERIALS = date(1899, 12, 30), (10_000, 80_000)  # day 0 of a spreadsheet, and the numbers that are days of ours
NUMBERED = re.compile(r"\d([.,]\d+)?e\+?\d+", re.IGNORECASE)
SLASHED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
PERSON_KINDS = {
    **dict.fromkeys(("pns", "asnpns"), "pns"),
    **dict.fromkeys(("pppk", "asnpppk", "p3k"), "pppk"),
    **dict.fromkeys(("official", "pejabat", "pejabatnegara", "pejabatterpilih"), "official"),
}
APPOINTMENT_KINDS = {
    **dict.fromkeys(("", "definitif", "definitive"), "definitive"),
    **dict.fromkeys(("plt",), "plt"),
    **dict.fromkeys(("plh",), "plh"),
    **dict.fromkeys(("delegated", "delegasi", "dilimpahkan"), "delegated"),
    **dict.fromkeys(("teamleader", "ketuatim"), "team_leader"),
}
STATUSES = {
    **dict.fromkeys(("aktif", "active", "ya", "yes", "1", "berlaku"), "active"),
    **dict.fromkeys(("tidakaktif", "nonaktif", "keluar", "pensiun", "berakhir", "tutup", "ditutup", "tidak"), "ended"),
    **dict.fromkeys(("inactive", "ended", "closed", "left", "retired", "no", "0"), "ended"),
}
LANGUAGE_NAMES = {"id": "id", "indonesia": "id", "indonesian": "id", "en": "en", "inggris": "en", "english": "en"}


class Wrong(Exception):
    """A cell that cannot be read: the cause, and the parameters of its words."""

    def __init__(self, cause: str, **params: str | int) -> None:
        super().__init__(cause)
        self.cause, self.params = cause, params


def read_lines(kind: str, lines: Iterable[Line], dates: str) -> list[Judged]:
    """The rows of a file with their cells read; what cannot be read is noted, the other cells stay."""
    columns = COLUMNS[kind]
    return [_read_line(columns, line, dates) for line in lines]


def _read_line(columns: Iterable[Column], line: Line, dates: str) -> Judged:
    row = Judged(line.number, {})
    for column in columns:
        if column.name not in line.cells:
            continue
        cell = unicodedata.normalize("NFC", line.cells[column.name]).strip(" \u00a0\ufeff")
        row.values[column.name] = cell
        try:
            row.values[column.name] = _read(column, "" if cell.casefold() in NOTHING else cell, dates)
        except Wrong as wrong:
            row.blame(wrong.cause, column.name, Message(f"imports.fault.{wrong.cause}", **wrong.params))
            row.values[column.name] = None
    return row


def _read(column: Column, cell: str, dates: str) -> str | None:
    if not cell:
        if column.needed:
            raise Wrong("missing")
        return READERS[column.reads]("", dates) if column.reads == "appointment_kind" else None
    if not cell.isprintable():
        raise Wrong("control", code=f"U+{ord(next(letter for letter in cell if not letter.isprintable())):04X}")
    if cell[0] in FORMULA or (cell[0] == "-" and not cell[1:2].isspace()):
        raise Wrong("formula", sign=cell[0])
    return READERS[column.reads](cell, dates)


def _text(most: int) -> Callable[[str, str], str]:
    def read(cell: str, dates: str) -> str:
        if len(cell) > most:
            raise Wrong("too_long", length=len(cell), most=most)
        return cell

    return read


def _key(cell: str, dates: str) -> str:
    if not KEY.fullmatch(cell):
        raise Wrong("key")
    return cell


def _nip(cell: str, dates: str) -> str:
    if NUMBERED.fullmatch(cell):
        raise Wrong("nip_number")
    return plain_nip(cell) if len(cell) <= LONGEST else _text(LONGEST)(cell, dates)


def _email(cell: str, dates: str) -> str:
    address = cell.lower()
    if not (EMAIL.fullmatch(address) and address.isascii() and len(address) <= 254):
        raise Wrong("email")
    return address


def _grade(cell: str, dates: str) -> str:
    """`IIIa`, `iii.a` and `III / a` are III/a. Whether it is a grade of his kind is judged where the kind is known."""
    wanted = folded(cell)
    found = next((grade for grade in (*grades.PNS, *grades.PPPK) if folded(grade) == wanted), None)
    return found or _text(SHORT)(cell, dates)


def _timezone(cell: str, dates: str) -> str:
    zones = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}
    if cell.casefold() in zones:
        return zones[cell.casefold()]
    try:
        return ZoneInfo(cell).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise Wrong("timezone") from unknown


def _one_of(known: Mapping[str, str], cause: str) -> Callable[[str, str], str]:
    def read(cell: str, dates: str) -> str:
        found = known.get(folded(cell))
        if found is None:
            raise Wrong(cause)
        return found

    return read


def _whole(cell: str, dates: str) -> str:
    if not (cell.isascii() and cell.isdecimal() and len(cell) <= 9):
        raise Wrong("whole")
    return str(int(cell))


def read_day(cell: str, dates: str) -> str:
    """A day as `YYYY-MM-DD`. With `day_first` or `month_first` also as `31/12/2026` or `12/31/2026`."""
    try:
        found = date.fromisoformat(cell) if len(cell) == 10 and cell[4] == "-" else None
    except ValueError as impossible:
        raise Wrong("day") from impossible
    if found is None:
        found = _day_otherwise(cell, dates)
    if not FIRST <= found <= LAST:
        raise Wrong("day_far")
    return found.isoformat()


def _day_otherwise(cell: str, dates: str) -> date:
    if cell.isascii() and cell.isdecimal() and SERIALS[0] <= int(cell[:9]) <= SERIALS[1]:
        raise Wrong("day_serial", day=str(SERIAL + timedelta(days=int(cell))))
    slashed = SLASHED.fullmatch(cell)
    if slashed is None:
        raise Wrong("day")
    if dates == ISO:
        raise Wrong("day_order")
    first, second, year = map(int, slashed.groups())
    day, month = (first, second) if dates == DAY_FIRST else (second, first)
    try:
        return date(year, month, day)
    except ValueError as impossible:
        raise Wrong("day") from impossible


READERS: Mapping[str, Callable[[str, str], str]] = {
    "text": _text(LONGEST),
    "name": _text(LONGEST_NAME),
    "short": _text(SHORT),
    "key": _key,
    "reference": _text(LONGEST),
    "nip": _nip,
    "email": _email,
    "grade": _grade,
    "timezone": _timezone,
    "whole": _whole,
    "day": read_day,
    "person_kind": _one_of(PERSON_KINDS, "person_kind"),
    "appointment_kind": _one_of(APPOINTMENT_KINDS, "appointment_kind"),
    "status": _one_of(STATUSES, "status"),
    "language": _one_of(LANGUAGE_NAMES, "language"),
}
