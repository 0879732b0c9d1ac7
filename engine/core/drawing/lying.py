"""Charts that lie: each label on lines of its own, its bars beneath it from the left, the number at the end."""

from __future__ import annotations

from decimal import Decimal

from engine.core.drawing.marks import (
    LINE,
    TEXT,
    WIDTH,
    Bar,
    Drawing,
    Number,
    Series,
    Stroke,
    Words,
    broken,
    room_of_number,
)
from engine.core.drawing.scales import Scale
from engine.core.drawing.standing import reach_of_stacks

THICK, THIN, BETWEEN = 30, 24, 22  # a bar alone, a bar among others, and from one label's bars to the next label
BESIDE = 10
HUNDRED = Decimal(100)


def bars(
    labels: tuple[str, ...], series: tuple[Series, ...], goal: Decimal | None, *, stacks: bool, percent: bool = False
) -> Drawing:
    """Bars beneath each other. `percent`: the whole width is 100."""
    there = reach_of_stacks(series) if stacks else [n for each in series for n in each.values if n is not None]
    right = WIDTH - BESIDE - max(room_of_number(n, "%" if percent else "") for n in (*there, Decimal(0)))
    marks = [*there, Decimal(0), *([HUNDRED] if percent else []), *([] if goal is None else [goal])]
    low, high = min(marks), max(marks)
    return _laid(labels, series, goal, Scale(low, high if high > low else Decimal(1), (), 0, right), stacks=stacks)


def _laid(
    labels: tuple[str, ...], series: tuple[Series, ...], goal: Decimal | None, scale: Scale, *, stacks: bool
) -> Drawing:
    words, drawn, numbers, y = list[Words](), list[Bar](), list[Number](), 0
    zeros, goals, zero = list[Stroke](), list[Stroke](), scale.at(Decimal(0))
    thick = THICK if stacks or len(series) == 1 else THIN
    for index, label in enumerate(labels):
        written = broken(label, WIDTH)
        words.append(Words(0, y + TEXT, "start", written))
        y += LINE * len(written) + 6
        begun = y
        values = [each.values[index] for each in series]
        y += (_upon if stacks else _under)(values, scale, y, thick, drawn, numbers)
        zeros.append(Stroke(zero, begun - 4, zero, y + 4))
        if goal is not None:
            goals.append(Stroke(scale.at(goal), begun - 4, scale.at(goal), y + 4))
        y += BETWEEN
    return Drawing(y, tuple(drawn), (), tuple(words), tuple(numbers), (), tuple(zeros), tuple(goals))


def _under(
    values: list[Decimal | None], scale: Scale, y: int, thick: int, drawn: list[Bar], numbers: list[Number]
) -> int:
    zero = scale.at(Decimal(0))
    for place, number in enumerate(values):
        left, right = sorted((zero, scale.at(number or Decimal(0))))
        if number is not None:
            drawn.append(Bar(left, y + place * thick, max(right - left, 1), thick - 2, place))
        numbers.append(Number(right + BESIDE, y + place * thick + thick * 3 // 4, "start", number))
    return thick * len(values)


def _upon(
    values: list[Decimal | None], scale: Scale, y: int, thick: int, drawn: list[Bar], numbers: list[Number]
) -> int:
    above = below = Decimal(0)
    for place, number in enumerate(values):
        if not number:
            continue
        begun, above, below = (above, above + number, below) if number > 0 else (below, above, below + number)
        left, right = sorted((scale.at(begun), scale.at(begun + number)))
        drawn.append(Bar(left, y, max(right - left, 1), thick, place))
    if any(number is not None for number in values):
        numbers.append(Number(scale.at(above) + BESIDE, y + thick * 3 // 4, "start", above + below))
    return thick
