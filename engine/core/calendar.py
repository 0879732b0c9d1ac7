"""Two clocks: dates of a period, and working days. A deadline is the instant at which its last local day ends.

Working days are Monday to Friday less the holidays given. Reads no clock: every day and instant is an argument.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from engine.core.definition import Due

SATURDAY = 5
INSTANT = timedelta(microseconds=1)
DAY = timedelta(days=1)


def due_at(
    due: Due,
    entered: datetime,
    period_start: date,
    period_end: date,
    zone: tzinfo,
    holidays: Set[date] = frozenset(),
) -> datetime | None:
    """The UTC instant at which a deadline passes: the local midnight after its last day; None where none is set.

    `entered` is aware. A month and day mean the first such date that is not before the period (or the next one,
    which begins on the day after `period_end`); the day of entering does not count as a working day.
    """
    if due.on is not None:
        first = period_end + DAY if due.of == "next_period" else period_start
        return end_of(_on_or_after(first, due.on), zone)
    if due.working_days is not None:
        return end_of(add_working_days(entered.astimezone(zone).date(), due.working_days, holidays), zone)
    return None


def end_of(day: date, zone: tzinfo) -> datetime:
    """The UTC instant at which a local day ends (24:00 there)."""
    return datetime.combine(day + DAY, time.min, tzinfo=zone).astimezone(UTC)


def add_working_days(day: date, count: int, holidays: Set[date] = frozenset()) -> date:
    """The `count`-th working day after `day`; `day` itself does not count."""
    while count > 0:
        day += DAY
        if is_working_day(day, holidays):
            count -= 1
    return day


def is_working_day(day: date, holidays: Set[date] = frozenset()) -> bool:
    """Monday to Friday, and no holiday."""
    return day.weekday() < SATURDAY and day not in holidays


def days_left(due: datetime, now: datetime, zone: tzinfo) -> int:
    """Local days until the last day of a deadline: 0 on that day, negative when it has passed."""
    last = (due - INSTANT).astimezone(zone).date()
    return (last - now.astimezone(zone).date()).days


def _on_or_after(first: date, month_day: str) -> date:
    month, day = int(month_day[:2]), int(month_day[3:])
    found = _in_year(first.year, month, day)
    return found if found >= first else _in_year(first.year + 1, month, day)


def _in_year(year: int, month: int, day: int) -> date:
    """The date, or the last day of that month where the month is shorter (29 February)."""
    after = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day - 1), after - DAY)
