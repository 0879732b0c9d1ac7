"""Who held a post over the years, as bars on a line of time: numbers for an SVG. Asks no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

WIDTH, ROW = 600, 30  # units of the drawing


@dataclass(frozen=True, slots=True)
class Bar:
    """One appointment: where it begins and how long it is, in units of the drawing. `is_open`: no end is known."""

    x: int
    y: int
    width: int
    kind: str
    words: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """The first of January of a year."""

    x: int
    year: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """The bars, one below the other, the years, and where today is."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    today: int
    height: int


def draw(rows: Sequence[Any], today: date) -> Drawing | None:
    """The appointments of a post (organisation.tenures), the earliest on top; nothing where there are none."""
    if not rows:
        return None
    first = min(date.fromisoformat(row.starts_on) for row in rows)
    ends = [date.fromisoformat(row.ends_on) for row in rows if row.ends_on]
    last = max([*ends, today, first])
    last = date(last.year + 1, 1, 1)
    first = date(first.year, 1, 1)
    span = (last - first).days

    def at(day: date) -> int:
        return round(WIDTH * (day - first).days / span)

    bars = []
    for number, row in enumerate(rows):
        begins = at(date.fromisoformat(row.starts_on))
        until = at(date.fromisoformat(row.ends_on)) if row.ends_on else WIDTH
        bars.append(Bar(begins, number * ROW, max(until - begins, 4), row.kind, row.person_name, row.ends_on is None))
    step = max(1, (last.year - first.year) // 8)
    ticks = tuple(Tick(at(date(year, 1, 1)), year) for year in range(first.year, last.year, step))
    return Drawing(tuple(bars), ticks, at(today), len(bars) * ROW)
