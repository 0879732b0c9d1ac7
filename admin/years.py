"""A year of a calendar at a glance: twelve months of weeks, each day with what it is. Pure; no words."""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from engine.core.calendar import Calendar, DayEntry


class Cell(NamedTuple):
    """A day: `kind` is work, weekend, or that of its entry."""

    day: date
    kind: str
    entry: DayEntry | None = None


class Month(NamedTuple):
    """A month: its weeks from Monday on (None: a day of another month), and how many days of it are worked."""

    number: int
    weeks: tuple[tuple[Cell | None, ...], ...]
    working_days: int


def months(office: Calendar, year: int) -> list[Month]:
    """The twelve months of a year."""
    return [_month(office, year, number) for number in range(1, 13)]


def _month(office: Calendar, year: int, number: int) -> Month:
    weeks = tuple(
        tuple(_cell(office, date(year, number, day)) if day else None for day in week)
        for week in gregorian.Calendar().monthdayscalendar(year, number)
    )
    worked = sum(office.is_working(cell.day) for week in weeks for cell in week if cell)
    return Month(number, weeks, worked)


def _cell(office: Calendar, day: date) -> Cell:
    entry = office.days.get(day)
    if entry is not None:
        return Cell(day, entry.kind, entry)
    return Cell(day, "work" if office.is_working(day) else "weekend")


def fixed(days: Mapping[date, DayEntry], year: int) -> Iterator[date]:
    """The days of a year that stood on the same date in another year: those that a copy may begin with."""
    elsewhere = {(entry.day.month, entry.day.day, entry.kind) for entry in days.values() if entry.day.year != year}
    yield from (
        day for day, entry in sorted(days.items())
        if day.year == year and (day.month, day.day, entry.kind) in elsewhere
    )  # fmt: skip
