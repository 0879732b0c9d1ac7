"""A trend as bars: where each stands in a picture of fixed size. Whole numbers; the template draws, a table tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT, TOP, GAP = 640, 160, 12, 16


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its left edge, top, width and height; `middle` for what stands below it. None of a missing number."""

    x: int
    y: int
    width: int
    height: int
    middle: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars in the order of the numbers, the line of zero, and the height of the goal where there is one."""

    bars: tuple[Bar | None, ...]
    zero: int
    goal: int | None
    width: int = WIDTH
    height: int = HEIGHT


def bars(numbers: Sequence[Decimal | None], goal: Decimal | None) -> Chart | None:
    """Lay out a trend of two numbers at least; None where there is none."""
    there = [each for each in numbers if each is not None]
    if len(there) < 2:
        return None
    marks = [*there, Decimal(0), *([] if goal is None else [goal])]
    low, high = min(marks), max(marks)
    span = high - low or Decimal(1)

    def level(number: Decimal) -> int:
        return TOP + int((high - number) / span * (HEIGHT - TOP))

    step = WIDTH // len(numbers)
    zero, found = level(Decimal(0)), list[Bar | None]()
    for index, number in enumerate(numbers):
        if number is None:
            found.append(None)
            continue
        top, bottom = sorted((level(number), zero))
        x = index * step + GAP // 2
        found.append(Bar(x, top, step - GAP, max(bottom - top, 1), x + (step - GAP) // 2))
    return Chart(tuple(found), zero, None if goal is None else level(goal))
