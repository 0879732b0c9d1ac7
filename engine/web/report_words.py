"""A report in words: its cells, its chart, what it was asked. For the page, the workbook and the PDF alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.core import charting
from engine.core.drawing.marks import Series
from engine.core.messages import Message, Text
from engine.core.reporting import Kind, Report, Value
from engine.web.i18n import Words

if TYPE_CHECKING:
    from engine.reports import Answer, Filter

MOST_DRAWN = 24  # bars or points; the table has them all


@dataclass(frozen=True, slots=True)
class Teller:
    """In which language and zone a report speaks."""

    words: Words
    language: str
    zone: str

    def say(self, message: Message | Text) -> str:
        """A message in the language."""
        return self.words.say(message, self.language, self.zone)

    def told(self, value: Value, kind: Kind = "words") -> str:
        """A value of a column of this kind; nothing for what there is not."""
        if value is None:
            return ""
        shown = self.words.show(value, self.language, self.zone)
        return f"{shown}%" if kind == "percent" and isinstance(value, (int, Decimal)) else shown

    def chart(self, report: Report) -> charting.Chart | None:
        """The picture of a report, where it has one: at most so many bars or points."""
        if report.chart is None:
            return None
        names, numbers = report.drawn()
        labels = [self.told(name) for name in names][:MOST_DRAWN]
        heads = {column.key: self.say(column.label) for column in report.columns}
        series = [Series(heads[key], values[:MOST_DRAWN]) for key, values in numbers.items()]
        draw: dict[str, Callable[..., charting.Chart]] = {
            "bars": charting.grouped, "stacked": charting.stacked, "lines": charting.lines,
        }  # fmt: skip
        found = draw[report.chart.kind](labels, series)
        return found if found.drawn else None

    def asked(self, answer: Answer, unit: str) -> list[tuple[str, str]]:
        """What a report was narrowed to: each filter by its name, and what was chosen. unit: what a unit is called."""
        named = ((Message(f"reports.filter.{each.name}"), each) for each in answer.filters)
        return [(self.say(name), self._chosen(each, unit)) for name, each in named]

    def _chosen(self, each: Filter, unit: str) -> str:
        if each.kind == "unit":
            return unit
        if each.kind == "day":
            return self.told(date.fromisoformat(each.value))
        found = dict(each.options).get(each.value, each.value)
        return found if isinstance(found, str) else self.say(found)
