"""The number of a civil servant (NIP, and NI PPPK): what its eighteen digits say, and whether they can be true.

Layout: birth YYYYMMDD, appointment YYYYMM, sex 1 or 2, serial NNN. A contract employee (PPPK) carries a marker
instead of the month of appointment, and no year before there were contracts. A number of the one kind often cannot be
one of the other, so the kind has to be said. Nothing here knows whether such a person exists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from engine.core.messages import Message

LENGTH = 18
YOUNGEST, OLDEST = 16, 65  # whole years at appointment: beyond them a digit is wrong, not a person remarkable
CONTRACTS_SINCE = 2019  # PP 49/2018 came into force at the end of November 2018; nobody has an older number
SEXES: dict[str, Literal["male", "female"]] = {"1": "male", "2": "female"}


@dataclass(frozen=True, slots=True)
class Nip:
    """What a valid number says. `appointed` is the first of the month, or of the year for PPPK."""

    digits: str
    born: date
    appointed: date
    sex: Literal["male", "female"]

    def __str__(self) -> str:
        return grouped(self.digits)


def plain_nip(text: str) -> str:
    """The digits of a number as people write it: grouped by spaces, dots or hyphens."""
    return re.sub(r"[\s.\-]", "", text)


def grouped(digits: str) -> str:
    """The digits in their four groups, as people write them; what has another length stays as it is."""
    return f"{digits[:8]} {digits[8:14]} {digits[14]} {digits[15:]}" if len(digits) == LENGTH else digits


def read_nip(text: str, kind: str) -> Nip | Message:
    """Read a number of a `kind` of civil servant (`pns` or `pppk`); answer what is wrong with it otherwise."""
    digits = plain_nip(text)
    if not (digits.isascii() and digits.isdigit() and len(digits) == LENGTH):
        return Message("people.nip.digits", found=text.strip(), length=len(digits))
    born = _date(digits[:4], digits[4:6], digits[6:8])
    if born is None:
        return Message("people.nip.born", found=digits[:8])
    appointed = _date(digits[8:12], "01" if kind == "pppk" else digits[12:14], "01")
    if appointed is None:
        return Message("people.nip.appointed", found=digits[8:14])
    if kind == "pppk" and appointed.year < CONTRACTS_SINCE:
        return Message("people.nip.contract", found=digits[8:12], since=str(CONTRACTS_SINCE))
    if not YOUNGEST <= appointed.year - born.year <= OLDEST:
        return Message("people.nip.age", born=str(born.year), appointed=str(appointed.year))
    sex = SEXES.get(digits[14])
    if sex is None:
        return Message("people.nip.sex", found=digits[14])
    return Nip(digits, born, appointed, sex)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
