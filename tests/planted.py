"""Files of people with known faults in known rows, for the tests and proofs of the import. Nothing is random."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

HEADINGS = ("NIP", "Nama Lengkap", "Jenis Pegawai", "Gol/Ruang", "Surel", "Keterangan")
GRADES = ("II/c", "III/a", "III/b", "III/c", "IV/a")
Row = dict[str, str]


@dataclass(frozen=True)
class Planted:
    """A file: its rows by number (the first is 2), and which row has which fault."""

    rows: dict[int, Row]
    faults: dict[int, str]

    def csv(self, separator: str = ";", encoding: str = "utf-8-sig") -> bytes:
        out = io.StringIO()
        lines = csv.writer(out, delimiter=separator)
        lines.writerow(HEADINGS)
        lines.writerows([row[heading] for heading in HEADINGS] for row in self.rows.values())
        return out.getvalue().encode(encoding)


def people(count: int, faults: int) -> Planted:
    """`count` people, among them `faults` rows with one fault each, of the twelve kinds in turn."""
    rows = {number: _person(number) for number in range(2, count + 2)}
    step = (count - 2) // faults if faults else 0
    planted = {}
    for place in range(faults):
        number = 4 + place * step
        cause = CAUSES[place % len(CAUSES)]
        FAULTS[cause](rows[number], rows[3])
        planted[number] = cause
    return Planted(rows, planted)


def _person(number: int) -> Row:
    year, day = 1970 + number % 30, 1 + number % 28
    serial = number // 1000 % 10 * 100 + 1 + number // 28 % 89
    nip = f"{year}{1 + number % 12:02}{day:02}{year + 25}{1 + number // 336 % 12:02}{1 + number % 2}{serial:03}"
    return {
        "NIP": nip,
        "Nama Lengkap": f"Pegawai Contoh {number}",
        "Jenis Pegawai": "PNS",
        "Gol/Ruang": GRADES[number % len(GRADES)],
        "Surel": f"pegawai{number}@contoh.go.id",
        "Keterangan": "pindahan, 2025" if number % 50 == 0 else "",
    }


def _set(heading: str, make: Callable[[str, Row], str]) -> Callable[[Row, Row], None]:
    def plant(row: Row, other: Row) -> None:
        row[heading] = make(row[heading], other)

    return plant


FAULTS: dict[str, Callable[[Row, Row], None]] = {
    "nip_appointed": _set("NIP", lambda nip, other: nip[:12] + "13" + nip[14:]),
    "nip_digits": _set("NIP", lambda nip, other: nip[:-1]),
    "nip_born": _set(
        "NIP", lambda nip, other: nip[:6] + "31" + nip[8:] if nip[4:6] == "02" else nip[:4] + "0231" + nip[8:]
    ),
    "nip_sex": _set("NIP", lambda nip, other: nip[:14] + "3" + nip[15:]),
    "nip_number": _set("NIP", lambda nip, other: "1,98001E+17"),
    "duplicate": _set("NIP", lambda nip, other: other["NIP"]),
    "email": _set("Surel", lambda email, other: email.replace("@", " at ")),
    "email_twice": _set("Surel", lambda email, other: other["Surel"]),
    "grade": _set("Gol/Ruang", lambda grade, other: "V/a"),
    "person_kind": _set("Jenis Pegawai", lambda kind, other: "Honorer"),
    "missing": _set("Nama Lengkap", lambda name, other: ""),
    "formula": _set("Nama Lengkap", lambda name, other: '=HYPERLINK("http://x";"' + name + '")'),
}
CAUSES = tuple(FAULTS)
