"""Files of attendance with known faults in known rows, for the tests and proofs of their import. Nothing is random."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

HEADINGS = ("NIP", "Tanggal", "Keterangan", "Jam masuk", "Jam pulang", "Terlambat (menit)", "Catatan mesin")
KINDS = ("Hadir", "hadir", "present", "Dinas luar", "CUTI TAHUNAN", "Sick, with a letter")
Row = list[str]


@dataclass(frozen=True)
class Planted:
    """A file: its rows by number (the first is 2), and which row has which fault."""

    rows: dict[int, Row]
    faults: dict[int, str]

    def csv(self, separator: str = ";", encoding: str = "utf-8-sig") -> bytes:
        out = io.StringIO()
        lines = csv.writer(out, delimiter=separator)
        lines.writerow(HEADINGS)
        lines.writerows(self.rows.values())
        return out.getvalue().encode(encoding)


def attendance(
    nips: Sequence[str], today: date, days: int, faults: int, own: str, taken: set[tuple[str, str]]
) -> Planted:
    """So many days of attendance of these people up to yesterday, among them `faults` wrong rows, of each kind in turn.

    own: the NIP of whoever imports, who may not add about himself. taken: NIP and day of another entry, written here.
    """
    each = [(nip, today - timedelta(days=back)) for back in range(1, days + 1) for nip in nips]
    rows = {number: _row(number, nip, day) for number, (nip, day) in enumerate(each, 2)}
    step, planted = (len(rows) - 4) // faults, {}
    for place in range(faults):
        number = 4 + place * step
        cause = CAUSES[place % len(CAUSES)]
        row, before = rows[number], rows[number - 1]
        if cause == "one_a_day":
            taken.add((row[0], row[1]))
        elif cause == "may_not_add":
            row[0] = own
        elif cause in ("future", "too_old"):
            row[1] = (today + timedelta(days=1 if cause == "future" else -70)).isoformat()
        else:
            FAULTS[cause](row, before)
        planted[number] = cause
    return Planted(rows, planted)


def _row(number: int, nip: str, day: date) -> Row:
    kind = KINDS[number % len(KINDS)]
    there = kind.casefold() in ("hadir", "present")
    hours = [f"07:{number % 60:02}:17", f"16.{number * 7 % 60:02}", str(number % 9)] if there else ["", "", ""]
    return [nip, day.isoformat(), kind, *hours, "abaikan"]


def _put(at: int, make: Callable[[str], str]) -> Callable[[Row, Row], None]:
    def plant(row: Row, before: Row) -> None:
        row[at] = make(row[at])

    return plant


def _same(row: Row, before: Row) -> None:
    row[:] = before


def _second(row: Row, before: Row) -> None:
    row[:] = [before[0], before[1], "Tanpa keterangan", "", "", "", ""]


def _present(late: str, came: str) -> Callable[[Row, Row], None]:
    def plant(row: Row, before: Row) -> None:
        row[2:6] = ["Hadir", came, "", late]

    return plant


FAULTS: dict[str, Callable[[Row, Row], None]] = {
    "nip_number": _put(0, lambda nip: "1,98001E+17"),
    "unknown_person": _put(0, lambda nip: nip[:-1] + str((int(nip[-1]) + 5) % 10)),
    "day": _put(1, lambda day: "2026-02-30"),
    "day_order": _put(1, lambda day: "03/04/2026"),
    "day_serial": _put(1, lambda day: "46082"),
    "code": _put(2, lambda kind: "H"),
    "missing": _put(2, lambda kind: " - "),
    "formula": _put(2, lambda kind: "=1+1"),
    "control": _put(2, lambda kind: "Ha\u200bdir"),
    "answer": _present("0", "25:10"),
    "twice": _same,
    "second_of_day": _second,
}
CAUSES = (*FAULTS, "one_a_day", "may_not_add", "future", "too_old")
