"""A figure from numbers: what is counted, the method, what is declared where there is nothing, rounding, the goal.

Exact: numbers are Decimals with sixty digits until the figure is rounded, once, as the definition says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from typing import Any, Literal, NamedTuple

from engine.core.definition import Goal, IndicatorDefinition
from engine.core.expression import ExpressionFailed
from engine.core.indicator import BoundQuantity, Indicator
from engine.core.messages import Message

EXACT = Context(prec=60)
ROUNDINGS = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN, "up": ROUND_UP}
ADDING = ("count", "sum", "ratio")  # of these every entry counts, with a number or without
HUNDRED, ZERO = Decimal(100), Decimal(0)
Outcome = Literal["value", "empty", "divided", "few", "few_people", "open"]


class Record(NamedTuple):
    """An entry, or a case with a form, as it is counted: whom it is about, its day, and what formulas may name."""

    person: int
    day: date
    names: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """What was found of a quantity. looked: how many there are; kept: for how many `when` holds and there is a number.

    people: about how many persons they are. part: of a share, how many are of the part. numbers: in the order of their
    days; only where a method needs each.
    """

    looked: int = 0
    kept: int = 0
    people: int = 0
    total: Decimal = ZERO
    part: int = 0
    numbers: Sequence[Decimal] = field(default=())


@dataclass(frozen=True, slots=True)
class Found:
    """A figure: rounded, and before; n entries about so many people; above and below the line of a ratio.

    outcome: `value`, or why there is none of its own: no entries, nothing to divide by, too few entries or people, or
    answers of people who did not sign in that others may still be added to.
    """

    value: Decimal | None
    exact: Decimal | None
    n: int
    people: int
    outcome: Outcome
    above: Decimal | None = None
    below: Decimal | None = None

    @property
    def why(self) -> Message | None:
        """What is said instead of the figure, or beside a zero that stands for nothing."""
        return None if self.outcome == "value" else Message(f"indicator.why.{self.outcome}")


def take(quantity: BoundQuantity, records: Iterable[Record], blank: str) -> Taken:
    """Count and add up records, in the order of their days. A formula that cannot be worked out gives no number.

    Records that share their names are worked out once: a hundred thousand days of attendance are of a few kinds.
    """
    looked, part, people, numbers = 0, 0, set[int](), list[Decimal]()
    known: dict[int, tuple[Mapping[str, Any], Decimal | None, bool]] = {}  # with the names, so that none is freed
    for record in records:
        looked += 1
        people.add(record.person)
        found = known.get(id(record.names))
        if found is None:
            found = known[id(record.names)] = (record.names, *_counted(quantity, record, blank))
        if found[1] is not None:
            numbers.append(found[1])
            part += found[2]
    return Taken(looked, len(numbers), len(people - {0}), total(numbers), part, tuple(numbers))


def _counted(quantity: BoundQuantity, record: Record, blank: str) -> tuple[Decimal | None, bool]:
    """The number of a record, None where it does not count; and whether it is of the part."""
    if quantity.when is not None and _value(quantity.when, record) is not True:
        return None, False
    if quantity.of is None:
        return Decimal(1), quantity.part is not None and _value(quantity.part, record) is True
    number = record.names.get(quantity.measure) if quantity.measure else _value(quantity.of, record)
    if isinstance(number, Decimal):
        return number, False
    return (ZERO if blank == "zero" else None), False


def figure(indicator: Indicator, above: Taken, over: Taken | None, *, of_unit: bool = False) -> Found:
    """The figure of what was found. of_unit: a unit's, of which too few people are not told."""
    definition = indicator.definition
    base = over or above
    n = base.looked if definition.method in ADDING else base.kept
    if 0 < n < definition.floor:
        return Found(None, None, n, base.people, "few")
    if of_unit and 0 < base.people < definition.people:  # entries about nobody are told by how many they are
        return Found(None, None, n, base.people, "few_people")
    bottom = over.total if over is not None else None
    if n == 0 or (over is not None and over.total == 0):
        outcome: Outcome = "divided" if over is not None and base.looked else "empty"
        value = ZERO if definition.none == "zero" else None
        return Found(rounded(definition, value), value, n, base.people, outcome, above.total, bottom)
    exact = EXACT.multiply(_by_method(definition, above, over), _times(definition))
    return Found(rounded(definition, exact), exact, n, base.people, "value", above.total, bottom)


def still_open() -> Found:
    """What is said while answers may still come in, of which none may be found out by comparing two days."""
    return Found(None, None, 0, 0, "open")


def too_few() -> Found:
    """What is said where answers are there, but none of a month that is told; not even how many."""
    return Found(None, None, 0, 0, "few")


def refuses(definition: IndicatorDefinition, outcome: Outcome) -> bool:
    """Whether a move that reads this figure is refused since it has no value of its own."""
    return definition.none == "refuse" and outcome != "value"


def rounded(definition: IndicatorDefinition, value: Decimal | None) -> Decimal | None:
    """The value to the places and by the rounding that the definition says."""
    if value is None:
        return None
    found = value.quantize(Decimal(1).scaleb(-definition.places), ROUNDINGS[definition.rounding], EXACT)
    return abs(found) if found == 0 else found  # zero has one sign


def achieved(goal: Goal, value: Decimal) -> Decimal | None:
    """How far a goal is reached, in percent with two places; None where it cannot be said, since the goal is zero.

    up: value ÷ goal. down: what is saved counts as much as what is lost, (2 − value ÷ goal), never below zero. range:
    100 within; below it as `up` from its lower end, above it as `down` from its upper one.
    """
    low, high = goal.at, goal.to if goal.to is not None else goal.at
    if goal.direction == "range" and low <= value <= high:
        share = Decimal(1)
    else:
        falls = goal.direction == "down" or (goal.direction == "range" and value > high)
        aim = high if falls and goal.direction == "range" else low
        if aim == 0:
            return None
        share = EXACT.divide(value, aim)
        share = max(ZERO, EXACT.subtract(Decimal(2), share)) if falls else share
    percent = EXACT.multiply(share, HUNDRED)
    if goal.cap is not None:
        percent = min(percent, goal.cap)
    return percent.quantize(Decimal("0.01"), ROUND_HALF_UP, EXACT)


def total(numbers: Iterable[Decimal]) -> Decimal:
    """Their sum, exactly."""
    found = ZERO
    for number in numbers:
        found = EXACT.add(found, number)
    return found


def _by_method(definition: IndicatorDefinition, above: Taken, over: Taken | None) -> Decimal:
    match definition.method:
        case "count":
            return Decimal(above.kept)
        case "sum":
            return above.total
        case "mean":
            return EXACT.divide(above.total, Decimal(above.kept))
        case "share":
            return EXACT.divide(Decimal(above.part), Decimal(above.kept))
        case "ratio":
            return EXACT.divide(above.total, over.total if over is not None else Decimal(1))
        case "longest_run":
            return Decimal(longest_run(above.numbers))
        case _:
            return _in_order(definition, sorted(above.numbers))


def _in_order(definition: IndicatorDefinition, numbers: Sequence[Decimal]) -> Decimal:
    match definition.method:
        case "min":
            return numbers[0]
        case "max":
            return numbers[-1]
        case "median":
            return linear(numbers, Decimal(50))
    wanted = definition.percentile or ZERO
    return linear(numbers, wanted) if definition.rank == "linear" else nearest(numbers, wanted)


def nearest(numbers: Sequence[Decimal], percent: Decimal) -> Decimal:
    """The nearest rank: the smallest of the sorted numbers that so many percent of all do not exceed."""
    rank = EXACT.divide(EXACT.multiply(percent, Decimal(len(numbers))), HUNDRED)
    return numbers[max(1, int(rank.to_integral_value(ROUND_CEILING))) - 1]


def linear(numbers: Sequence[Decimal], percent: Decimal) -> Decimal:
    """Between the two sorted numbers that lie around the place percent × (n − 1), in proportion."""
    place = EXACT.divide(EXACT.multiply(percent, Decimal(len(numbers) - 1)), HUNDRED)
    below = int(place)
    if below == len(numbers) - 1:
        return numbers[below]
    step = EXACT.multiply(EXACT.subtract(numbers[below + 1], numbers[below]), EXACT.subtract(place, Decimal(below)))
    return EXACT.add(numbers[below], step)


def longest_run(numbers: Iterable[Decimal]) -> int:
    """The most numbers above zero that follow one another."""
    longest = run = 0
    for number in numbers:
        run = run + 1 if number > 0 else 0
        longest = max(longest, run)
    return longest


def _times(definition: IndicatorDefinition) -> Decimal:
    if definition.times is not None:
        return definition.times
    return HUNDRED if definition.method == "share" else Decimal(1)


def _value(formula: Any, record: Record) -> Any:
    try:
        return formula.evaluate(record.names)
    except ExpressionFailed:
        return None
