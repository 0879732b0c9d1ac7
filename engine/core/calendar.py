"""Two clocks: dates of a period, and working days of an office's calendar. A deadline is the instant at which its last
local day ends.

A calendar here is what counts for one office, its layers already laid over each other (`layered`). Who may change one,
and where it is kept, is not known here. Reads no clock: every day and instant is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Literal

from engine.core.messages import Text

if TYPE_CHECKING:
    from engine.core.definition import Due

DayKind = Literal["holiday", "collective_leave", "working_day"]
WEEKS = (5, 6)  # from Monday on
INSTANT = timedelta(microseconds=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayEntry:
    """A day that is not like its weekday: off (`holiday`, `collective_leave`), or worked although it would be off.

    `source` is what orders it (the number of a joint decree). `origin` names the calendar that says so.
    """

    day: date
    kind: DayKind
    name: Text
    source: str = ""
    origin: str = ""

    @property
    def is_off(self) -> bool:
        return self.kind != "working_day"


@dataclass(frozen=True, slots=True)
class Layer:
    """One calendar by itself: None is what the calendar below it says."""

    week: int | None = None
    receipt_counts: bool | None = None
    days: Mapping[date, DayEntry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of an office: the first `week` days of the week, but for the days that are named.

    `receipt_counts`: a working day on which a clock starts is the first that counts; else the next one is.
    """

    week: int = 5
    receipt_counts: bool = False
    days: Mapping[date, DayEntry] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether the office works on a day."""
        entry = self.days.get(day)
        return day.weekday() < self.week if entry is None else not entry.is_off

    def add(self, start: date, count: int) -> date:
        """The `count`-th working day from a clock's first day on."""
        day = start - DAY if self.receipt_counts else start
        while count > 0:
            day += DAY
            if self.is_working(day):
                count -= 1
        return day

    def step(self, day: date, count: int) -> date:
        """The `count`-th working day after a day, or before it where the count is negative; 0 is the day itself."""
        way = DAY if count > 0 else -DAY
        while count:
            day += way
            if self.is_working(day):
                count -= 1 if count > 0 else -1
        return day

    def between(self, after: date, last: date) -> int:
        """How many working days come after a day, up to and with the last one; 0 when that has passed."""
        return sum(self.is_working(after + DAY * step) for step in range(1, (last - after).days + 1))


MONDAY_TO_FRIDAY = Calendar()


def layered(layers: Iterable[Layer]) -> Calendar:
    """What counts where layers lie over each other, the one beneath first: the nation's, the region's, the office's."""
    week, receipt_counts, days = MONDAY_TO_FRIDAY.week, MONDAY_TO_FRIDAY.receipt_counts, dict[date, DayEntry]()
    for layer in layers:
        week = week if layer.week is None else layer.week
        receipt_counts = receipt_counts if layer.receipt_counts is None else layer.receipt_counts
        days |= layer.days
    return Calendar(week, receipt_counts, days)


def due_at(
    due: Due,
    started: datetime,
    period_start: date,
    period_end: date,
    zone: tzinfo,
    calendar: Calendar = MONDAY_TO_FRIDAY,
) -> datetime | None:
    """The UTC instant at which a deadline passes: the local midnight after its last day; None where none is set.

    `started` is aware: when the clock began to run. A month and day mean the first such date that is not before the
    period (or the next one, which begins on the day after `period_end`), whether anybody works on it or not.
    """
    if due.on is not None:
        first = period_end + DAY if due.of == "next_period" else period_start
        return end_of(_on_or_after(first, due.on), zone)
    if due.working_days is not None:
        return end_of(calendar.add(started.astimezone(zone).date(), due.working_days), zone)
    return None


def end_of(day: date, zone: tzinfo) -> datetime:
    """The UTC instant at which a local day ends (24:00 there)."""
    return datetime.combine(day + DAY, time.min, tzinfo=zone).astimezone(UTC)


def last_day(due: datetime, zone: tzinfo) -> date:
    """The last local day of a deadline: the instant itself is the beginning of the day after."""
    return (due - INSTANT).astimezone(zone).date()


def days_left(due: datetime, now: datetime, zone: tzinfo) -> int:
    """Local days until the last day of a deadline: 0 on that day, negative when it has passed."""
    return (last_day(due, zone) - now.astimezone(zone).date()).days


def moved(stored: datetime, wanted: datetime, now: datetime, zone: tzinfo) -> datetime:
    """Where a running deadline goes when its calendar says `wanted`: never back behind the end of the present day.

    One that has passed goes forward only: nobody becomes late by what was written into a calendar afterwards.
    """
    if wanted >= stored:
        return wanted
    return max(wanted, min(stored, end_of(now.astimezone(zone).date(), zone)))


@dataclass(frozen=True, slots=True)
class Counted:
    """How the last day of a deadline in working days was reached.

    `skipped` are the days off between, each of which would have counted by its weekday alone; `added` those that
    counted only by name. `left` are the working days after today.
    """

    working_days: int
    start: date
    last: date
    skipped: tuple[DayEntry, ...]
    added: tuple[DayEntry, ...]
    left: int
    receipt_counts: bool


def counted(working_days: int, started: datetime, now: datetime, zone: tzinfo, calendar: Calendar) -> Counted:
    """Explain a deadline in working days whose clock began to run at `started`."""
    start = started.astimezone(zone).date()
    last = calendar.add(start, working_days)
    first = start if calendar.receipt_counts else start + DAY
    within = [calendar.days[day] for day in sorted(calendar.days) if first <= day <= last]
    usual = {entry.day: entry.day.weekday() < calendar.week for entry in within}
    return Counted(
        working_days,
        start,
        last,
        skipped=tuple(entry for entry in within if entry.is_off and usual[entry.day]),
        added=tuple(entry for entry in within if not entry.is_off and not usual[entry.day]),
        left=calendar.between(now.astimezone(zone).date(), last),
        receipt_counts=calendar.receipt_counts,
    )


def _on_or_after(first: date, month_day: str) -> date:
    month, day = int(month_day[:2]), int(month_day[3:])
    found = _in_year(first.year, month, day)
    return found if found >= first else _in_year(first.year + 1, month, day)


def _in_year(year: int, month: int, day: int) -> date:
    """The date, or the last day of that month where the month is shorter (29 February)."""
    after = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day - 1), after - DAY)
