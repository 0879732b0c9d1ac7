"""The field type `time`: a time of the day, 24 hours, to the minute."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from wtforms import StringField

from engine.core.catalog import field_type
from engine.core.expression import NUMBER, TEXT, Record, Type
from engine.core.filling.fieldtype import FieldType, FormFacts, unfit
from engine.core.messages import Message
from engine.fields.reading import line, quoted, wrong_type

HOUR = 60  # minutes
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?:[:.]00)?\Z")
_DIGITS = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])\Z")


@field_type
@dataclass(frozen=True)
class TimeField(FieldType):
    """A time of the day: 08:30, 08.30 or 0830. In expressions `.text` (08:30) and `.minutes` since midnight."""

    name: ClassVar[str] = "time"
    earliest: str | None = None
    latest: str | None = None

    def problems(self) -> Iterator[tuple[str, Message]]:
        limits = {"earliest": self.earliest, "latest": self.latest}
        wrong = [option for option, limit in limits.items() if limit is not None and _minutes(limit) is None]
        for option in wrong:
            yield option, Message("bind.not_a_time", found=quoted(limits[option]))
        if not wrong and self.earliest and self.latest and _number(self.earliest) > _number(self.latest):
            yield "earliest", Message("bind.reversed", least=self.earliest, most=self.latest)

    def value_type(self) -> Type:
        return Record({"text": TEXT, "minutes": NUMBER})

    @property
    def asks_facts(self) -> bool:
        return False

    def clean(self, raw: Any, facts: FormFacts) -> Mapping[str, Any] | None:
        if type(raw) is dt.time:
            raw = f"{raw:%H:%M}"
        if raw is not None and not isinstance(raw, str):
            raise wrong_type(raw, Message("field.kind.time"))
        text = line(raw)
        if not text:
            return None
        minutes = _minutes(text)
        if minutes is None:
            raise unfit(Message("field.time.unreadable", found=quoted(text)))
        if self.earliest is not None and minutes < _number(self.earliest):
            raise unfit(Message("field.time.too_early", earliest=self.earliest))
        if self.latest is not None and minutes > _number(self.latest):
            raise unfit(Message("field.time.too_late", latest=self.latest))
        return _value(minutes)

    def dump(self, value: Mapping[str, Any]) -> str:
        return str(value["text"])

    def load(self, body: str) -> Mapping[str, Any]:
        return _value(_number(body))

    def format(self, value: Mapping[str, Any], language: str) -> str:
        text = str(value["text"])
        return text if language == "en" else text.replace(":", ".")

    def from_cell(self, cell: Any) -> Any:
        return cell.time().replace(second=0, microsecond=0) if isinstance(cell, dt.datetime) else cell

    def widget(self) -> Any:
        return StringField()


def _minutes(text: str) -> int | None:
    """The minutes since midnight; None where it is no time."""
    found = _TIME.match(text) or _DIGITS.match(text)
    return int(found[1]) * HOUR + int(found[2]) if found else None


def _number(text: str) -> int:
    """The same for a time that is known to be one."""
    return _minutes(text) or 0


def _value(minutes: int) -> Mapping[str, Any]:
    return {"text": f"{minutes // HOUR:02}:{minutes % HOUR:02}", "minutes": Decimal(minutes)}
