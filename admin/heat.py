"""Where cases wait, as a table: units down, states across, a number in each cell that leads to its list. Asks nothing.

Every number is the length of the list to which its path leads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from admin import words
from engine.core.case import CANCELLED

if TYPE_CHECKING:
    from engine.core.definition import WorkflowDefinition
    from engine.store.queries.monitoring_units import Level

SHADES = 5
CASES = "/admin/cases/"
ALL, LATE = "all", "late"
SHOWS = (ALL, LATE)
SORTS = ("most", "name")


@dataclass(frozen=True, slots=True)
class Cell:
    """A number with its shade, from 0 (none) to 5, and its list."""

    count: int
    path: str
    heat: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A unit with what lies at and below it. opens: the ref whose page shows the units below it."""

    name: str
    opens: str | None
    itself: bool
    cells: tuple[Cell, ...]
    total: Cell
    ended: Cell


@dataclass(frozen=True, slots=True)
class Column:
    """A state in which cases wait. median: days since half of them have been in it, or longer; None where nobody is."""

    key: str
    words: str
    total: Cell
    median: int | None


@dataclass(frozen=True, slots=True)
class Heat:
    """The whole table. ended: of all units together."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    total: Cell
    ended: Cell
    show: str
    empty: int  # units without any case, which are left out


def table(
    definition: WorkflowDefinition, cycle: str, level: Level, rows: Sequence[Any], waits: Sequence[Any], today: date,
    show: str, sort: str,
) -> Heat:  # fmt: skip
    """The table of a cycle (its ref) over the units of a level. rows: monitoring.by_unit; waits: monitoring.waits."""
    return _Table(definition, cycle, level, show).drawn(rows, waits, today, sort)


class _Table:
    """A table while it is made."""

    def __init__(self, definition: WorkflowDefinition, cycle: str, level: Level, show: str) -> None:
        self.definition, self.cycle, self.level, self.show = definition, cycle, level, show
        self.waiting = [state.key for state in definition.states if not state.final]
        self.over = [state.key for state in definition.states if state.final]

    def drawn(self, rows: Sequence[Any], waits: Sequence[Any], today: date, sort: str) -> Heat:
        counts: dict[tuple[int, str], int] = {}
        for row in rows:
            number = int(row.late if self.show == LATE else row.cases)
            counts[row.unit_id, row.state] = counts.get((row.unit_id, row.state), 0) + number
        units = [(unit.id, unit) for unit in self.level.units]
        own = [(-self.level.unit.id, self.level.unit)] if self.level.unit is not None else []
        hottest = max((counts.get((key, s), 0) for key, _ in units + own for s in self.waiting), default=0)
        found = [self._line(key, unit, counts, hottest) for key, unit in own + units]
        lines = [line for line in found if line.total.count or line.ended.count]
        totals = self._totals(counts, [key for key, _ in own + units])
        medians = _medians(waits, today)
        columns = tuple(
            Column(key, words.state(self.definition, key), totals[key], medians.get(key)) for key in self.waiting
        )
        return Heat(
            columns,
            tuple(_sorted(lines, sort)),
            self._cell(sum(totals[key].count for key in self.waiting), self._where(), self.waiting),
            self._cell(sum(totals[key].count for key in self.over), self._where(), self.over),
            self.show,
            len(units) - sum(not line.itself for line in lines),
        )

    def _line(self, key: int, unit: Any, counts: Mapping[tuple[int, str], int], hottest: int) -> Line:
        where = {"own": unit.ref} if key < 0 else {"unit" if unit.active else "under": unit.ref}
        each = {state: counts.get((key, state), 0) for state in (*self.waiting, *self.over)}
        return Line(
            unit.name,
            unit.ref if key > 0 and unit.has_more else None,
            key < 0,
            tuple(self._cell(each[state], where, [state], hottest) for state in self.waiting),
            self._cell(sum(each[state] for state in self.waiting), where, self.waiting),
            self._cell(sum(each[state] for state in self.over), where, self.over),
        )

    def _totals(self, counts: Mapping[tuple[int, str], int], keys: Sequence[int]) -> dict[str, Cell]:
        sums = {state: sum(counts.get((key, state), 0) for key in keys) for state in (*self.waiting, *self.over)}
        hottest = max((sums[state] for state in self.waiting), default=0)
        return {state: self._cell(count, self._where(), [state], hottest) for state, count in sums.items()}

    def _where(self) -> dict[str, str]:
        unit = self.level.unit
        return {} if unit is None else {"unit" if unit.active else "under": unit.ref}

    def _cell(self, count: int, where: Mapping[str, str], states: Sequence[str], hottest: int = 0) -> Cell:
        asked = {"cycle": self.cycle, **where}
        asked |= {"state": states[0]} if len(states) == 1 else {"among": ".".join(states)}
        asked |= {"overdue": "1"} if self.show == LATE else {}
        return Cell(count, f"{CASES}?{urlencode(asked)}", -(-SHADES * count // hottest) if hottest else 0)


def _sorted(lines: Iterable[Line], sort: str) -> list[Line]:
    """What lies in the unit itself first, then by name or by how much waits."""
    by_name = sorted(lines, key=lambda line: (not line.itself, line.name.casefold()))
    return by_name if sort == "name" else sorted(by_name, key=lambda line: (not line.itself, -line.total.count))


def _medians(waits: Sequence[Any], today: date) -> dict[str, int]:
    """State → days that the cases in it have waited: half of them so long or less."""
    days: dict[str, list[tuple[int, int]]] = {}
    for row in waits:
        if row.state != CANCELLED:
            days.setdefault(row.state, []).append(((today - date.fromisoformat(row.day)).days, int(row.cases)))
    return {state: _median(sorted(found)) for state, found in days.items()}


def _median(days: Sequence[tuple[int, int]]) -> int:
    half, seen = sum(count for _, count in days), 0
    for day, count in days:
        seen += count
        if 2 * seen >= half:
            return max(day, 0)
    return 0
