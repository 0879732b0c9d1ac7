"""The field type `period`: from one day to another. Inclusive for people, half-open [start, until) inside."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from engine.core.catalog import field_type
from engine.core.expression import DATE, NUMBER, Record, Type
from engine.core.filling.fieldtype import Count, FieldType, FormFacts, unfit
from engine.core.messages import Message
from engine.fields import date, parts
from engine.fields.reading import line, quoted

A_DAY = dt.timedelta(1)
# 2026-01-01/2026-03-31 (ISO 8601) as a cell holds it; with a dash or "s.d." as people write it.
_BETWEEN = re.compile(r"\s*(?:/|\u2013|\ss\.d\.\s|\ss/d\s|\s-\s)\s*")


@field_type
@dataclass(frozen=True)
class PeriodField(FieldType):
    """From a day to a day, both included. In expressions `.start`, `.end`, `.until` (the day after) and `.days`.

    `earliest` and `latest` are as for a date; `in_period` keeps it within the period of the case.
    """

    name: ClassVar[str] = "period"
    earliest: str | None = None
    latest: str | None = None
    in_period: bool = False
    min_days: Count = 1
    max_days: Count | None = None

    def problems(self) -> Iterator[tuple[str, Message]]:
        yield from date.limit_problems(self.earliest, self.latest)
        if self.max_days is not None and self.min_days > self.max_days:
            yield "min_days", Message("bind.reversed", least=self.min_days, most=self.max_days)

    def value_type(self) -> Type:
        return Record({"start": DATE, "end": DATE, "until": DATE, "days": NUMBER})

    def clean(self, raw: Any, facts: FormFacts) -> Mapping[str, Any] | None:
        found = parts.read(_apart(raw) if isinstance(raw, str) else raw, ("start", "end", "until"))
        if not found:
            return None
        start, end = date.read(found.get("start")), _end(found)
        if start is None or end is None:
            raise unfit(Message("field.period.incomplete"))
        if end < start:
            raise unfit(Message("field.period.reversed", start=start, end=end))
        self._fit(start, end, facts)
        return _value(start, end + A_DAY)

    def _fit(self, start: dt.date, end: dt.date, facts: FormFacts) -> None:
        if self.in_period and not facts.period_start <= start <= end <= facts.period_end:
            raise unfit(Message("field.period.outside", first=facts.period_start, last=facts.period_end))
        if self.earliest is not None and start < (first := date.limit(self.earliest, facts)):
            raise unfit(Message("field.date.too_early", earliest=first))
        if self.latest is not None and end > (last := date.limit(self.latest, facts)):
            raise unfit(Message("field.date.too_late", latest=last))
        days = (end - start).days + 1
        if days < self.min_days:
            raise unfit(Message("field.period.too_short", least=self.min_days, found=days))
        if self.max_days is not None and days > self.max_days:
            raise unfit(Message("field.period.too_long", most=self.max_days, found=days))

    def dump(self, value: Mapping[str, Any]) -> dict[str, str]:
        return {"start": value["start"].isoformat(), "until": value["until"].isoformat()}

    def load(self, body: Mapping[str, str]) -> Mapping[str, Any]:
        return _value(dt.date.fromisoformat(body["start"]), dt.date.fromisoformat(body["until"]))

    def format(self, value: Mapping[str, Any], language: str) -> str:
        start, end = value["start"], value["end"]
        last = date.worded(end, language)
        if start == end:
            return last
        if (start.year, start.month) == (end.year, end.month):
            return f"{start.day}–{last}"
        first = f"{start.day} {date.month(start, language)}"
        return f"{first} – {last}" if start.year == end.year else f"{date.worded(start, language)} – {last}"

    def typed(self, value: Mapping[str, Any], language: str) -> dict[str, str]:
        return {"start": value["start"].isoformat(), "end": value["end"].isoformat()}

    def cell(self, value: Mapping[str, Any]) -> str:
        return f"{value['start']}/{value['end']}"

    def widget(self) -> Any:
        return parts.widget(("start", "end"))


def _end(found: Mapping[str, Any]) -> dt.date | None:
    """The last day: as a page posts it, or the day before what is stored."""
    if "end" in found:
        return date.read(found["end"])
    until = date.read(found.get("until"), date.LAST + A_DAY)
    return None if until is None else until - A_DAY


def _apart(text: str) -> dict[str, str]:
    """The two days of one text: `2026-01-01/2026-03-31`, `1/1/2026 s.d. 31/3/2026`."""
    written = line(text)
    if not written:
        return {}
    for found in _BETWEEN.finditer(written):
        start, end = written[: found.start()], written[found.end() :]
        # A slash also stands inside a day; the one between two days leaves a whole day at each side.
        if date.is_day(start) and date.is_day(end):
            return {"start": start, "end": end}
    raise unfit(Message("field.period.unreadable", found=quoted(text)))


def _value(start: dt.date, until: dt.date) -> Mapping[str, Any]:
    return {"start": start, "end": until - A_DAY, "until": until, "days": Decimal((until - start).days)}
