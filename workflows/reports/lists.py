"""What the reports share: the list to which a number leads, the sum of lines, the states in which cases are over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from engine.core.case import CANCELLED
from engine.core.messages import Message
from engine.core.reporting import NOBODY, Cell, Link
from engine.store.queries import report_results
from engine.store.queries.monitoring_units import Level
from engine.store.queries.reporting import Desk

CASES = "/admin/cases/"
MOST_LINES = 200  # people in one table


def cases(count: int, **asked: str | None) -> Cell:
    """So many cases, with the list of them; nought leads nowhere."""
    said = {name: value for name, value in asked.items() if value}
    return Cell(count, f"{CASES}?{urlencode(said)}" if count else None)


def at(unit: Any, itself: bool = False) -> dict[str, str]:
    """What narrows a list of cases to a unit and what lies below it, or to the unit itself."""
    return {"own" if itself else "unit" if unit.active else "under": unit.ref}


def of_level(level: Level) -> dict[str, str]:
    """What narrows a list of cases to all of a level."""
    return {} if level.unit is None else at(level.unit)


def called(unit: Any, itself: bool) -> Message | str:
    """A line's name: a unit, or the unit above the others by itself."""
    return Message("reports.itself", name=unit.name) if itself else str(unit.name)


def opened(report: str, unit: Any, itself: bool, cycle: Any) -> Cell:
    """A line's name, with the same report over the units below it where it has some."""
    below = {"cycle": cycle.ref, "unit": unit.ref}
    leads = not itself and unit.active and unit.has_more
    return Cell(called(unit, itself), f"/admin/reports/{report}?{urlencode(below)}" if leads else None)


def over(desk: Desk, cycle: Any) -> tuple[str, ...]:
    """The states in which a case of a cycle is over."""
    return tuple(state.key for state in desk.workflow(cycle.definition_digest).definition.states if state.final)


def without(desk: Desk, cycle: Any, rows: Sequence[Any]) -> Message:
    """Why a report on the results of a cycle has no rows: nothing is over yet, or what was chosen is too narrow."""
    return NOBODY if rows or report_results.newest_over(desk, [cycle]) else Message("reports.none_over")


def summed(rows: Iterable[Any], over: Iterable[str]) -> Mapping[str, int]:
    """Rows by state as: cases, ended, overdue; what was cancelled counts nowhere."""
    found, ends = {"cases": 0, "ended": 0, "late": 0}, set(over)
    for each in rows:
        if each.state == CANCELLED:
            continue
        found["cases"] += int(each.cases)
        found["ended"] += int(each.cases) if each.state in ends else 0
        found["late"] += int(each.late)
    return found


def monitoring(cycle: Any) -> Link:
    """Where the cases of a cycle wait."""
    return Link(Message("reports.link.monitoring"), f"/admin/monitoring/?{urlencode({'cycle': cycle.ref})}")
