"""What a report answers: a table with words and numbers, which of its columns are drawn, notes, and where to go on.

Values only: words are keys or authored texts, and the edge says them. Who may see what was asked before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from engine.core.messages import Message, Text
from engine.core.smallnumbers import Name, joined_parts

NOBODY = Message("reports.nobody")
FEWEST = 5  # people of whom a number that sums what was said or found about them tells
HUNDRED, TENTH = Decimal(100), Decimal("0.1")
Days = Annotated[int, Field(ge=1, le=366)]
Seconds = Annotated[int, Field(ge=1, le=600)]
Kind = Literal["words", "count", "number", "percent", "day"]
Value: TypeAlias = Message | Text | str | int | Decimal | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, what is written over it, and what stands in it."""

    key: str
    label: Message | Text
    kind: Kind = "count"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value; `path`: the page of the list of which it is the length, or of the thing that it names."""

    value: Value
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; `total`: of all of the others together, so no chart draws it."""

    cells: tuple[Cell, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Which columns are drawn, and how; the first column says what each bar or point is."""

    kind: Literal["bars", "stacked", "lines"]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Where to go on from a report."""

    words: Message
    path: str


@dataclass(frozen=True, slots=True)
class Report:
    """The answer of a report. Without rows `empty` says why there are none, and what to do."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    chart: Picture | None = None
    notes: tuple[Message, ...] = ()
    links: tuple[Link, ...] = ()
    empty: Message = NOBODY

    def drawn(self) -> tuple[tuple[Value, ...], Mapping[str, tuple[Decimal | None, ...]]]:
        """What each bar or point is, and the numbers of each drawn column."""
        places = {column.key: place for place, column in enumerate(self.columns)}
        rows = [row for row in self.rows if not row.total]
        wanted = self.chart.columns if self.chart else ()
        numbers = {key: tuple(_number(row.cells[places[key]].value) for row in rows) for key in wanted}
        return tuple(row.cells[0].value for row in rows), numbers


def _number(value: Value) -> Decimal | None:
    return Decimal(value) if isinstance(value, (int, Decimal)) else None


def share(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """So many of a hundred, one place, half up; None of nothing."""
    if not whole:
        return None
    return (Decimal(part) * HUNDRED / Decimal(whole)).quantize(TENTH, ROUND_HALF_UP)


def mean(total: int | Decimal, count: int | Decimal) -> Decimal | None:
    """The mean, one place, half up; None of nothing."""
    return (Decimal(total) / Decimal(count)).quantize(TENTH, ROUND_HALF_UP) if count else None


def enough(people: Mapping[Name, int]) -> tuple[tuple[Name, ...], ...]:
    """Parts of one whole as groups of people of whom numbers may tell; those that were put together stand last.

    None at all where the whole is too small (smallnumbers.joined_parts).
    """
    return joined_parts(people, FEWEST)


def row(*cells: Value | Cell, total: bool = False) -> Row:
    """A line of these values."""
    return Row(tuple(each if isinstance(each, Cell) else Cell(each) for each in cells), total)


def columns(report: str, *named: tuple[str, Kind]) -> tuple[Column, ...]:
    """The columns of a report, each called by the translation files: `reports.<report>.column.<key>`."""
    return tuple(Column(key, Message(f"reports.{report}.column.{key}"), kind) for key, kind in named)


def picture(kind: Literal["bars", "stacked", "lines"], drawn: Iterable[str], rows: Sequence[Row]) -> Picture | None:
    """A picture of these columns, where there is something to compare."""
    return Picture(kind, tuple(drawn)) if sum(not each.total for each in rows) > 1 else None
