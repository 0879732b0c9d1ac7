"""Charts as geometry: numbers in, bars, lines, ticks and words at whole units of the picture out. No words, no markup.

    chart = charting.bars(("Jan", "Feb"), (Decimal(3), None), name="…", goal=Decimal(5))
    {% from 'macros/charts.html' import chart with context %} {{ chart(it, 'trend', title) }}

Every function answers a Chart, also of nothing: then `drawn` is false, and the macro tells the table alone. A number
that is None is missing: no bar, a gap in a line. Labels of any length are kept whole in `labels` for the table; where
they are too long to stand under a bar, the bars lie beneath each other and each label has its own line. At most
SERIES series are drawn: as many patterns are told apart without colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from engine.core.drawing import lying, standing
from engine.core.drawing.marks import SERIES, Drawing, Series

HUNDRED, TENTH = Decimal(100), Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing and what it tells: `labels` × `series` are the table. `percent`: what is drawn are `shares` of 100."""

    labels: tuple[str, ...]
    series: tuple[Series, ...]
    drawing: Drawing | None = None
    goal: Decimal | None = None
    percent: bool = False
    shares: tuple[Decimal, ...] = field(default=())

    @property
    def drawn(self) -> bool:
        """Whether there is a picture."""
        return self.drawing is not None

    @property
    def numbers(self) -> tuple[Decimal, ...]:
        """Every number that is there, in the order of the table's columns."""
        return tuple(number for each in self.series for number in each.values if number is not None)


def bars(
    labels: Sequence[str], values: Sequence[Decimal | None], *, name: str = "", goal: Decimal | None = None
) -> Chart:
    """One series as bars from nought, in the order given; `goal` is a dashed line. `name` heads the table's column."""
    return _barred(labels, (Series(name, tuple(values)),), goal, stacks=False)


def grouped(labels: Sequence[str], series: Sequence[Series], *, goal: Decimal | None = None) -> Chart:
    """Several series beside each other at each label."""
    return _barred(labels, tuple(series), goal, stacks=False)


def stacked(labels: Sequence[str], series: Sequence[Series]) -> Chart:
    """Several series upon each other at each label, what is below nought below; the sum is written at the end."""
    return _barred(labels, tuple(series), None, stacks=True)


def lines(labels: Sequence[str], series: Sequence[Series], *, goal: Decimal | None = None) -> Chart:
    """Series over periods, in their order. The scale may begin above nought: its ticks tell where."""
    table = _checked(labels, tuple(series))
    if not _can_be_drawn(table, labels):
        return Chart(tuple(labels), table, goal=goal)
    return Chart(tuple(labels), table, standing.lines(tuple(labels), table, goal), goal)


def shares(labels: Sequence[str], values: Sequence[Decimal | None], *, name: str = "") -> Chart:
    """Parts of one whole, each as a bar of its hundredths (one decimal place, half up: they may miss 100 by a little).

    Nothing is drawn where a part is below nought or the whole is nothing.
    """
    table = _checked(labels, (Series(name, tuple(values)),))
    there = [number or Decimal(0) for number in values]
    total = sum(there, Decimal(0))
    if not _can_be_drawn(table, labels) or total <= 0 or min(there) < 0:
        return Chart(tuple(labels), table)
    parts = tuple((number * HUNDRED / total).quantize(TENTH, ROUND_HALF_UP) for number in there)
    parts = tuple(part.quantize(Decimal(1)) if part == part.to_integral_value() else part for part in parts)
    drawing = lying.bars(tuple(labels), (Series(name, parts),), None, stacks=False, percent=True)
    return Chart(tuple(labels), table, drawing, percent=True, shares=parts)


def _barred(labels: Sequence[str], series: tuple[Series, ...], goal: Decimal | None, *, stacks: bool) -> Chart:
    table, names = _checked(labels, series), tuple(labels)
    if not _can_be_drawn(table, names):
        return Chart(names, table, goal=goal)
    drawing = standing.bars(names, table, goal, stacks=stacks) or lying.bars(names, table, goal, stacks=stacks)
    return Chart(names, table, drawing, goal)


def _checked(labels: Sequence[str], series: tuple[Series, ...]) -> tuple[Series, ...]:
    if any(len(each.values) != len(labels) for each in series):
        raise ValueError("a series has a number, or None, for each label")
    return series


def _can_be_drawn(series: tuple[Series, ...], labels: Sequence[str]) -> bool:
    return bool(labels) and len(series) <= SERIES and any(n is not None for each in series for n in each.values)
