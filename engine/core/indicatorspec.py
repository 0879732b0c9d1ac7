"""An indicator as values: a figure declared over a register or over what a workflow's form asked, for whom and when.

Shapes only. Whether it makes sense is reading/lint_indicator.py, what it names is found by reading/measuring.py, and
how a figure comes from numbers is indicating/.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from engine.core.elements import AuthoredText, Element, ExpressionText, Key
from engine.core.rolespec import Lock

# A name that another definition declares.
Foreign = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Who = Literal["person", "unit"]
Method = Literal["count", "sum", "mean", "median", "percentile", "min", "max", "share", "ratio", "longest_run"]
Length = Literal["period", "year", "half_year", "quarter", "month", "rolling", "as_of"]


class Quantity(Element):
    """What is counted or added up: entries of a register or cases of a workflow, those that `when` holds for.

    `of`: a measure or a formula over the answers; without it the entries themselves are counted.
    """

    book: Annotated[Foreign | None, Field(alias="register")] = None
    workflow: Foreign | None = None
    form: Foreign | None = None
    when: ExpressionText | None = None
    of: ExpressionText | None = None
    verified: bool = False


class Window(Element):
    """The days that count: the case's period or that part of the calendar in which the day asked about lies.

    `rolling`: the last so many `days` up to that day; `as_of`: all days up to it.
    """

    length: Length
    days: Annotated[int, Field(ge=1, le=3660)] | None = None


class Manual(Element):
    """What everybody may read about a figure before he trusts it."""

    definition: AuthoredText
    formula: AuthoredText
    source: AuthoredText
    period: AuthoredText


class Goal(Element):
    """What is to be reached: a number, or from a number to another, and how far above all it counts, in percent.

    `up`: more is better; `down`: less is; `range`: neither less than `at` nor more than `to`.
    """

    at: Decimal
    to: Decimal | None = None
    direction: Literal["up", "down", "range"] = "up"
    cap: Annotated[Decimal, Field(ge=0)] | None = None


class IndicatorDefinition(Element):
    """A whole indicator in the normal form. Its own quantity is what is counted; `over` what a ratio is divided by.

    `floor`: with fewer entries nothing is told; `people`: nor of a unit with entries about fewer. `none`: what it is
    where there is no entry or nothing to divide by. `freeze_after`: so many days after its window the figure is kept
    for good.
    """

    kind: Literal["indicator"]
    format: Literal[1]
    key: Key
    name: AuthoredText
    help: AuthoredText | None = None
    about: tuple[Who, ...] = ("person", "unit")
    units: Literal["below", "alone"] = "below"
    book: Annotated[Foreign | None, Field(alias="register")] = None
    workflow: Foreign | None = None
    form: Foreign | None = None
    when: ExpressionText | None = None
    verified: bool = False
    method: Method
    of: ExpressionText | None = None
    over: Quantity | None = None
    part: ExpressionText | None = None
    percentile: Annotated[Decimal, Field(ge=0, le=100)] | None = None
    rank: Literal["nearest", "linear"] | None = None
    times: Decimal | None = None
    blank: Literal["skip", "zero"] = "skip"
    places: Annotated[int, Field(ge=0, le=6)] = 2
    rounding: Literal["half_up", "half_even", "down", "up"] = "half_up"
    none: Literal["null", "zero", "refuse"] = "null"
    floor: Annotated[int, Field(ge=1, le=1000)] = 1
    people: Annotated[int, Field(ge=1, le=1000)] = 1
    window: Window
    freeze_after: Annotated[int, Field(ge=0, le=366)] | None = None
    unit: AuthoredText | None = None
    goal: Goal | None = None
    manual: Manual | None = None
    offered_when: ExpressionText | None = None
    lock: tuple[Lock, ...] = ()

    @property
    def quantity(self) -> Quantity:
        """What is counted, or stands above the line of a ratio."""
        return Quantity(
            book=self.book, workflow=self.workflow, form=self.form, when=self.when, of=self.of,
            verified=self.verified,
        )  # fmt: skip

    @property
    def quantities(self) -> tuple[tuple[str, Quantity], ...]:
        """Everything that is looked at, with its place in the document."""
        return (("", self.quantity), *(() if self.over is None else (("over.", self.over),)))

    def may_be_of(self, who: Who) -> bool:
        """Whether there is a figure of persons, or of units."""
        return who in self.about
