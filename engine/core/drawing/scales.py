"""The scale of a chart: from which number to which, the round numbers between, and where a number stands. Arithmetic.

Steps are 1, 2 or 5 times a power of ten (Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

MOST_STEPS = 5
NICE = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers from `low` to `high` laid on the pixels from `start` to `end`; `ticks` are the round ones."""

    low: Decimal
    high: Decimal
    ticks: tuple[Decimal, ...]
    start: int
    end: int

    def at(self, number: Decimal) -> int:
        """Where a number stands, in whole units of the picture; outside of the scale at its edge."""
        part = (min(max(number, self.low), self.high) - self.low) / (self.high - self.low)
        return int((self.start + part * (self.end - self.start)).to_integral_value(ROUND_HALF_UP))


def scale_of(numbers: Sequence[Decimal], start: int, end: int, *, from_zero: bool = True) -> Scale:
    """The scale that holds all of `numbers` (one at least), and nought where `from_zero` or where they are near it.

    A scale that does not begin at nought suits lines only: the length of a bar would tell something else than its
    number.
    """
    low, high = min(numbers), max(numbers)
    if from_zero or low == high or abs(low) <= high - low or low <= 0 <= high:
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    if low == high:
        high = Decimal(1)
    step = _step(high - low)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    ticks = tuple(_plain(step * count) for count in range(int(first), int(last) + 1))
    return Scale(ticks[0], ticks[-1], ticks, start, end)


def _step(span: Decimal) -> Decimal:
    power = Decimal(10) ** (span / MOST_STEPS).adjusted()
    return next(each * power for each in NICE if each * power * MOST_STEPS >= span)


def _plain(number: Decimal) -> Decimal:
    """Without zeros after the point and without an exponent, so that it can be told."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
