"""How the last day of a deadline moves: put off to a day or by working days, and by what a suspension took. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from engine.core.calendar import DAY, Calendar


@dataclass(frozen=True, slots=True)
class Shift:
    """One moving of a deadline: to the day `until`, by so many working `days`, or by a suspension.

    A suspension began on `first`, which counts as lost, and ended on `last`, which does not.
    """

    until: date | None = None
    days: int | None = None
    first: date | None = None
    last: date | None = None


def shifted(last: date, shifts: Iterable[Shift], calendar: Calendar) -> date:
    """The last day of a deadline after all that happened to it, in order.

    A day that was named stays whatever the calendar says before; working days are counted again by each calendar.
    """
    for shift in shifts:
        if shift.until is not None:
            last = shift.until
        elif shift.days is not None:
            last = calendar.step(last, shift.days)
        elif shift.first is not None and shift.last is not None:
            last = calendar.step(last, lost(shift.first, shift.last, calendar))
    return last


def lost(first: date, last: date, calendar: Calendar) -> int:
    """The working days that a suspension took: from its first day to the day before the one on which it ended."""
    return calendar.between(first - DAY, last - DAY)
