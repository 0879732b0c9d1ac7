"""An indicator ready to be asked: what it looks at found, its formulas compiled, and which days it is about.

Values only; the numbers come from the shell, and become a figure in figuring.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from engine.core.definition import IndicatorDefinition, Quantity, Window
from engine.core.expression import Expression

# How the numbers of a quantity are come by. sums: kept by day, whatever the number of entries; columns: the measures
# of each entry; answers: what each entry says, which has to be read and worked out one by one.
Road = Literal["sums", "columns", "answers"]
DAY = "day"  # how formulas call the day of an entry
MONTHS = {"year": 12, "half_year": 6, "quarter": 3, "month": 1}


@dataclass(frozen=True, slots=True)
class BoundQuantity:
    """A quantity with its formulas. measure: where `of` is a measure of the register and nothing else.

    part: of a share, what the part is; asked of the same entries. closes_after: so many days after its day nobody who
    did not sign in adds to it any more; None where nobody ever does, or each answer is read anyway. told_from: with
    fewer answers than so many nothing is told of them.
    """

    spec: Quantity
    when: Expression | None = None
    of: Expression | None = None
    measure: str | None = None
    part: Expression | None = None
    measures: frozenset[str] = frozenset()
    closes_after: int | None = None
    told_from: int = 0

    @property
    def reads_answers(self) -> bool:
        """Whether a formula looks at more than measures and the day."""
        return self.spec.book is None or not self._read <= self.measures | {DAY}

    @property
    def reads_day(self) -> bool:
        """Whether a formula looks at the day."""
        return DAY in self._read

    @property
    def questions(self) -> frozenset[str]:
        """The questions of a register to which formulas look at the answers."""
        return frozenset(path.partition(".")[0] for path in self._read - self.measures - {DAY})

    @property
    def _read(self) -> set[str]:
        formulas = (self.when, None if self.measure else self.of, self.part)
        return {name for each in formulas if each is not None for name in each.references}

    @property
    def is_plain(self) -> bool:
        """Whether every entry counts, by nothing or by a measure: then sums by day are enough."""
        return (
            not self.spec.verified and self.when is None and self.part is None and (not self.of or bool(self.measure))
        )


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator of one definition version; frozen, shared by threads."""

    definition: IndicatorDefinition
    above: BoundQuantity
    over: BoundQuantity | None = None
    offered_when: Expression | None = None

    @property
    def quantities(self) -> tuple[BoundQuantity, ...]:
        return (self.above,) if self.over is None else (self.above, self.over)

    @property
    def hides_answers(self) -> bool:
        """Whether it counts answers of which nobody reads a single one."""
        return self.told_after is not None

    @property
    def told_after(self) -> int | None:
        """So many days after its days an indicator that hides answers is told; None of any other.

        A day more than nobody adds to them: seen from the first place to wake up.
        """
        closing = [each.closes_after for each in self.quantities if each.closes_after is not None]
        return max(closing) + 2 if closing else None

    @property
    def frozen_after(self) -> int | None:
        """So many days after its window a figure is frozen, never before it is told; None: never.

        A version that says fewer than it is told after is not published any more, but may be in force from before.
        """
        after = self.definition.freeze_after
        return None if after is None else max(after, self.told_after or 0)

    def road(self, quantity: BoundQuantity) -> Road:
        """The quickest way to what a method needs of a quantity."""
        if quantity.reads_answers:
            return "answers"
        method, blank = self.definition.method, self.definition.blank
        # Sums by day do not tell an entry without the number from one with zero: a mean may not be made of them.
        adds = method in ("count", "sum", "ratio") or (method == "mean" and blank == "zero")
        return "sums" if adds and quantity.is_plain and quantity.spec.book is not None else "columns"


@dataclass(frozen=True, slots=True)
class Days:
    """From the first day to the last, both counting; without a first since the beginning."""

    first: date | None
    last: date


def days_of(window: Window, on: date, period: tuple[date, date] | None = None) -> Days:
    """The days of a window as of `on`. `period`: of the case; without one the calendar year stands for it."""
    if window.length == "as_of":
        return Days(None, on)
    if window.length == "rolling":
        return Days(on - timedelta(days=(window.days or 1) - 1), on)
    if window.length == "period":
        return Days(*period) if period is not None else _part_of_year(on, 12)
    return _part_of_year(on, MONTHS[window.length])


def before(window: Window, days: Days) -> Days | None:
    """The window before this one; None where each contains the others."""
    if days.first is None:
        return None
    return days_of(window, days.first - timedelta(days=1))


def _part_of_year(on: date, months: int) -> Days:
    first = on.replace(month=(on.month - 1) // months * months + 1, day=1)
    after = date(first.year + (first.month - 1 + months) // 12, (first.month - 1 + months) % 12 + 1, 1)
    return Days(first, after - timedelta(days=1))
