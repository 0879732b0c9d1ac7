"""The field type `date`: a calendar day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from wtforms import StringField

from engine.core.catalog import field_type
from engine.core.expression import DATE, Type
from engine.core.filling.fieldtype import FieldType, FormFacts, unfit
from engine.core.messages import Message
from engine.fields.reading import line, quoted, wrong_type

FIRST, LAST = dt.date(1900, 1, 1), dt.date(2200, 12, 31)
NAMED = ("today", "period_start", "period_end")
_MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "en": "January February March April May June July August September October November December",
}
MONTHS = {language: names.split(" ") for language, names in _MONTHS.items()}
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})\Z")


@field_type
@dataclass(frozen=True)
class DateField(FieldType):
    """A day: 2026-01-31, or day first as it is written here (31/01/2026).

    `earliest` and `latest` are a day in the first spelling, or today, period_start, period_end.
    """

    name: ClassVar[str] = "date"
    earliest: str | None = None
    latest: str | None = None

    def problems(self) -> Iterator[tuple[str, Message]]:
        yield from limit_problems(self.earliest, self.latest)

    def value_type(self) -> Type:
        return DATE

    def clean(self, raw: Any, facts: FormFacts) -> dt.date | None:
        day = read(raw)
        if day is None:
            return None
        if self.earliest is not None and day < (first := limit(self.earliest, facts)):
            raise unfit(Message("field.date.too_early", earliest=first))
        if self.latest is not None and day > (last := limit(self.latest, facts)):
            raise unfit(Message("field.date.too_late", latest=last))
        return day

    def dump(self, value: dt.date) -> str:
        return value.isoformat()

    def load(self, body: str) -> dt.date:
        return dt.date.fromisoformat(body)

    def format(self, value: dt.date, language: str) -> str:
        return worded(value, language)

    def cell(self, value: dt.date) -> dt.date:
        return value

    def from_cell(self, cell: Any) -> Any:
        return cell.date() if isinstance(cell, dt.datetime) else cell

    def widget(self) -> Any:
        return StringField()


def limit_problems(earliest: str | None, latest: str | None) -> Iterator[tuple[str, Message]]:
    """A limit is a day or a name of one."""
    for option, limit in (("earliest", earliest), ("latest", latest)):
        if limit is not None and limit not in NAMED and _iso(limit) is None:
            yield option, Message("bind.not_a_day", found=quoted(limit), names=NAMED)


def limit(written: str, facts: FormFacts) -> dt.date:
    """The day that a limit says, for this case."""
    found: dt.date = facts.names()[written] if written in NAMED else dt.date.fromisoformat(written)
    return found


def read(raw: Any, last: dt.date = LAST) -> dt.date | None:
    """The day that was written, within three centuries; None where nothing was."""
    day = raw if type(raw) is dt.date else _written(raw)
    if day is not None and not FIRST <= day <= last:
        raise unfit(Message("field.date.out_of_range", first=FIRST, last=LAST))
    return day


def is_day(text: str) -> bool:
    """Whether a text is one of the spellings of a day."""
    return (_iso(text) or _day_first(text)) is not None


def worded(day: dt.date, language: str) -> str:
    """`31 Januari 2026`."""
    return f"{day.day} {month(day, language)} {day.year}"


def month(day: dt.date, language: str) -> str:
    """The name of its month."""
    return MONTHS["en" if language == "en" else "id"][day.month - 1]


def _written(raw: Any) -> dt.date | None:
    if raw is not None and not isinstance(raw, str):
        raise wrong_type(raw, Message("field.kind.date"))
    text = line(raw)
    if not text:
        return None
    day = _iso(text) or _day_first(text)
    if day is None:
        raise unfit(Message("field.date.unreadable", found=quoted(text)))
    return day


def _iso(text: str) -> dt.date | None:
    found = _ISO.match(text)
    return _date(found[1], found[2], found[3]) if found else None


def _day_first(text: str) -> dt.date | None:
    found = _DAY_FIRST.match(text)
    return _date(found[3], found[2], found[1]) if found else None


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
