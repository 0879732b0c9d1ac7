"""How far a cycle is: of each state how many cases have it behind, beside what the deadlines plan; and its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from admin import words
from admin.heat import CASES
from engine import monitoring
from engine.core import calendar, progress
from engine.core.case import CANCELLED
from engine.core.times import to_datetime
from engine.web.context import runtime
from engine.web.language import today, zone

if TYPE_CHECKING:
    from engine.core.definition import WorkflowDefinition
    from engine.store.queries.monitoring_units import Level


@dataclass(frozen=True, slots=True)
class Behind:
    """A state: how many cases have it behind, their list, and the last day by which the deadlines want all to.

    late: days since then, where some have not; 0 else.
    """

    words: str
    cases: int
    path: str
    planned: date | None
    late: int


@dataclass(frozen=True, slots=True)
class Pace:
    """All states, how many cases there are, and when the last one ends. finish: the deadline of the whole cycle."""

    states: tuple[Behind, ...]
    cases: int
    ended: int
    cancelled: int
    forecast: progress.Forecast
    finish: date | None
    after_finish: int  # days between that deadline and the foretold end


def span(db: Connection, cycle: Any) -> progress.Span:
    """What the days of a cycle are counted in: the reader's zone, and the calendar of the highest unit."""
    first, last = date.fromisoformat(cycle.period_start), date.fromisoformat(cycle.period_end)
    return progress.Span(first, last, ZoneInfo(zone()), monitoring.calendar_of_all(runtime(), db))


def window(cycle: Any, within: progress.Span) -> tuple[date, ...]:
    """The working days whose pace counts."""
    opened = to_datetime(cycle.opened_at).astimezone(within.zone).date()
    return progress.window(today(), opened, within.calendar)


def since(days: Sequence[date], within: progress.Span) -> datetime:
    """When the first of these days began."""
    return datetime.combine(days[0] if days else today(), time(), within.zone)


def pace(
    definition: WorkflowDefinition,
    cycle: Any,
    level: Level,
    within: progress.Span,
    days: Sequence[date],
    rows: Sequence[Any],
    ends: Sequence[Any],
) -> Pace:
    """rows: how many cases stand in which state; ends: how many ended in which hour."""
    standing: dict[str, int] = {}
    for row in rows:
        standing[row.state] = standing.get(row.state, 0) + int(row.cases)
    cancelled = standing.pop(CANCELLED, 0)
    cases = sum(standing.values())
    ended = sum(standing.get(state.key, 0) for state in definition.states if state.final)
    opened = to_datetime(cycle.opened_at)
    planned = progress.planned(definition, opened, within)
    told = progress.forecast(_by_day(ends, within), cases - ended, today(), days, within.calendar)
    finish = _finish(definition, opened, within)
    return Pace(
        tuple(
            _behind(definition, key, cycle, level, standing, cases, day) for key, day in _in_order(definition, planned)
        ),
        cases,
        ended,
        cancelled,
        told,
        finish,
        max((told.last - finish).days, 0) if told.last and finish else 0,
    )


def _in_order(definition: WorkflowDefinition, planned: Mapping[str, date | None]) -> list[tuple[str, date | None]]:
    steps = progress.steps(definition)
    states = [state.key for state in definition.states if not state.final]
    return [(key, planned[key]) for key in sorted(states, key=lambda key: steps[key])]


def _behind(
    definition: WorkflowDefinition, key: str, cycle: Any, level: Level, standing: Mapping[str, int], cases: int,
    planned: date | None,
) -> Behind:  # fmt: skip
    past = progress.beyond(definition, key)
    count = sum(standing.get(state, 0) for state in past)
    asked = {"cycle": cycle.ref, "among": ".".join(past)}
    if level.unit is not None:
        asked["unit" if level.unit.active else "under"] = level.unit.ref
    late = (today() - planned).days if planned and count < cases else 0
    return Behind(words.state(definition, key), count, f"{CASES}?{urlencode(asked)}", planned, max(late, 0))


def _by_day(ends: Sequence[Any], within: progress.Span) -> dict[date, int]:
    """Local day → how many cases ended on it."""
    found: dict[date, int] = {}
    for row in ends:
        day = datetime.fromisoformat(f"{row.hour}:00").replace(tzinfo=UTC).astimezone(within.zone).date()
        found[day] = found.get(day, 0) + int(row.cases)
    return found


def _finish(definition: WorkflowDefinition, opened: datetime, within: progress.Span) -> date | None:
    if definition.due is None:
        return None
    due = calendar.due_at(definition.due, opened, within.first, within.last, within.zone, within.calendar)
    return calendar.last_day(due, within.zone) if due else None
