"""Charts that stand: bars upwards from nought, lines over periods. Where each part is; a scale at the left."""

from __future__ import annotations

from collections.abc import Sequence
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
    Trace,
    Words,
    broken,
    has_room,
    room_of,
    room_of_number,
)
from engine.core.drawing.scales import Scale, scale_of

TOP, FOOT = 40, 320  # of the plot; what is above has room for a number on the highest bar
GAP, LEAST, MOST = 16, 14, 120  # between bars, and the least and the greatest width of one
BESIDE = 10
LABEL_LINES = 2


def bars(labels: tuple[str, ...], series: tuple[Series, ...], goal: Decimal | None, *, stacks: bool) -> Drawing | None:
    """Bars beside each other; None where the labels or the bars have no room: then they are to lie."""
    scale = scale_of(_reach(series, goal, stacks=stacks), FOOT, TOP)
    left = _left(scale)
    step = (WIDTH - left) // len(labels)
    side = 1 if stacks else len(series)
    if (step - GAP) // side < LEAST or not all(has_room(label, step - BESIDE, LABEL_LINES) for label in labels):
        return None
    middles = [left + index * step + step // 2 for index in range(len(labels))]
    words = [
        Words(x, FOOT + TEXT, "middle", broken(label, step - BESIDE)) for x, label in zip(middles, labels, strict=True)
    ]
    drawn, numbers = (_stacked if stacks else _beside)(series, scale, middles, step)
    return Drawing(
        FOOT + LINE * max(len(each.lines) for each in words) + BESIDE,
        bars=drawn,
        words=tuple(words),
        numbers=(*_ticks(scale, left), *numbers),
        grid=_across(scale, left, *(tick for tick in scale.ticks if tick != 0)),
        zeros=_across(scale, left, Decimal(0)),
        goals=() if goal is None else _across(scale, left, goal),
    )


def lines(labels: tuple[str, ...], series: tuple[Series, ...], goal: Decimal | None) -> Drawing:
    """Lines from left to right; of labels too many for their room every second, third … is written, the last always."""
    scale = scale_of(_reach(series, goal, stacks=False), FOOT, TOP, from_zero=False)
    left = _left(scale)
    step = (WIDTH - left) // len(labels)
    places = [left + index * step + step // 2 for index in range(len(labels))]
    words = _thinned(labels, places, step)
    return Drawing(
        FOOT + LINE * max(len(each.lines) for each in words) + BESIDE,
        traces=tuple(_trace(each, index, places, scale) for index, each in enumerate(series)),
        words=words,
        numbers=_ticks(scale, left),
        grid=_across(scale, left, *(tick for tick in scale.ticks if tick != 0)),
        zeros=_across(scale, left, Decimal(0)) if scale.low <= 0 <= scale.high else (),
        goals=() if goal is None else _across(scale, left, goal),
    )


def reach_of_stacks(series: tuple[Series, ...]) -> list[Decimal]:
    """The sums above and below nought of each label."""
    columns = list(zip(*(each.values for each in series), strict=True))
    above = [sum((n for n in column if n is not None and n > 0), Decimal(0)) for column in columns]
    return above + [sum((n for n in column if n is not None and n < 0), Decimal(0)) for column in columns]


def _reach(series: tuple[Series, ...], goal: Decimal | None, *, stacks: bool) -> list[Decimal]:
    there = [number for each in series for number in each.values if number is not None]
    return [*(reach_of_stacks(series) if stacks else there), *([] if goal is None else [goal])]


def _left(scale: Scale) -> int:
    return max(room_of_number(tick) for tick in scale.ticks) + BESIDE


def _ticks(scale: Scale, left: int) -> tuple[Number, ...]:
    return tuple(Number(left - BESIDE, scale.at(tick) + TEXT // 3, "end", tick, tick=True) for tick in scale.ticks)


def _across(scale: Scale, left: int, *numbers: Decimal) -> tuple[Stroke, ...]:
    return tuple(Stroke(left, scale.at(number), WIDTH, scale.at(number)) for number in numbers)


def _beside(
    series: tuple[Series, ...], scale: Scale, middles: Sequence[int], step: int
) -> tuple[tuple[Bar, ...], list[Number]]:
    width, drawn, numbers = min((step - GAP) // len(series), MOST), list[Bar](), list[Number]()
    for place, each in enumerate(series):
        for middle, number in zip(middles, each.values, strict=True):
            if number is None:
                continue
            top, bottom = sorted((scale.at(number), scale.at(Decimal(0))))
            x = middle - width * len(series) // 2 + place * width
            drawn.append(Bar(x, top, width, max(bottom - top, 1), place))
            numbers.append(Number(x + width // 2, _over(top, bottom, number), "middle", number))
    return tuple(drawn), _fitting(numbers, width + GAP // 2)


def _over(top: int, bottom: int, number: Decimal) -> int:
    """Where the number of a bar is written: over it, or under one that goes downwards."""
    return top - BESIDE if number >= 0 else min(bottom + TEXT, FOOT - 4)


def _stacked(
    series: tuple[Series, ...], scale: Scale, middles: Sequence[int], step: int
) -> tuple[tuple[Bar, ...], list[Number]]:
    drawn, numbers, width = list[Bar](), list[Number](), min(step - GAP, MOST)
    for index, middle in enumerate(middles):
        above = below = Decimal(0)
        for place, each in enumerate(series):
            number = each.values[index]
            if not number:
                continue
            begun, above, below = (above, above + number, below) if number > 0 else (below, above, below + number)
            top, bottom = sorted((scale.at(begun), scale.at(begun + number)))
            drawn.append(Bar(middle - width // 2, top, width, max(bottom - top, 1), place))
        if any(each.values[index] is not None for each in series):
            numbers.append(Number(middle, scale.at(above) - BESIDE, "middle", above + below))
    return tuple(drawn), _fitting(numbers, step)


def _fitting(numbers: list[Number], room: int) -> list[Number]:
    """All of the numbers or none: a few of them would look as if the others were missing."""
    return numbers if all(each.value is None or room_of_number(each.value) <= room for each in numbers) else []


def _trace(series: Series, place: int, places: Sequence[int], scale: Scale) -> Trace:
    path, dots, broken_off = list[str](), list[tuple[int, int]](), True
    for x, number in zip(places, series.values, strict=True):
        if number is None:
            broken_off = True
            continue
        y = scale.at(number)
        path.append(f"{'M' if broken_off else 'L'}{x} {y}")
        dots.append((x, y))
        broken_off = False
    return Trace("".join(path), tuple(dots), place)


def _thinned(labels: tuple[str, ...], places: Sequence[int], step: int) -> tuple[Words, ...]:
    last = len(labels) - 1
    for every in range(1, len(labels) + 1):
        chosen = [index for index in range(len(labels)) if (last - index) % every == 0]
        room = step * every - 3 * BESIDE
        if all(has_room(labels[index], room, LABEL_LINES) for index in chosen):
            break
    return tuple(_within(broken(labels[index], max(room, step)), places[index]) for index in chosen)


def _within(written: tuple[str, ...], x: int) -> Words:
    """Words whose middle is moved so far that they stay inside the picture."""
    half = max(map(room_of, written), default=0) // 2
    return Words(max(min(x, WIDTH - half), half), FOOT + TEXT, "middle", written)
