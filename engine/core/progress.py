"""How far the cases of a cycle have come: what lies behind a state, what the deadlines plan, when the last one ends.

Counts and days in, counts and days out. Who may see which cases, and where they are counted, is not known here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from engine.core.calendar import DAY, Calendar, due_at, last_day
from engine.core.drawing.columns import columns_of, returns_of

if TYPE_CHECKING:
    from engine.core.definition import Due, State, WorkflowDefinition

WINDOW = 10  # working days of which the pace is taken
LEAST_DAYS, LEAST_CASES = 3, 5  # below these a pace says nothing
FURTHEST = 750  # working days, three years; whatever ends later than that is not foretold


def steps(definition: WorkflowDefinition) -> dict[str, int]:
    """State → how many moves lead there at most, those that lead back left out."""
    keys, edges = _ways(definition)
    return {key: number for number, column in enumerate(columns_of(keys, edges)) for key in column}


def _ways(definition: WorkflowDefinition) -> tuple[list[str], list[tuple[str, str]]]:
    keys = [state.key for state in definition.states]
    moves = [(source, move.to) for move in definition.transitions for source in move.from_]
    back = returns_of(keys, moves, definition.initial().key)
    return keys, [move for move in moves if move not in back]


def beyond(definition: WorkflowDefinition, key: str) -> tuple[str, ...]:
    """The states of the cases that have a state behind them: those further on, and every final one.

    A case that was sent back stands before it again, whatever it has seen.
    """
    found = steps(definition)
    past = (each for each in definition.states if each.key != key and (each.final or found[each.key] > found[key]))
    return tuple(each.key for each in past)


@dataclass(frozen=True, slots=True)
class Span:
    """What days are counted in: the period of a cycle, and the zone and calendar of an office."""

    first: date
    last: date
    zone: tzinfo
    calendar: Calendar


def planned(definition: WorkflowDefinition, began: datetime, span: Span) -> dict[str, date | None]:
    """State → the last day on which a case leaves it that never comes late, begun at `began` (aware).

    A clock of working days starts where the deadlines before it end. None where no deadline says anything.
    """
    keys, edges = _ways(definition)
    before = {key: [source for source, target in edges if target == key] for key in keys}
    states = {state.key: state for state in definition.states}
    entered: dict[str, datetime] = {}
    found: dict[str, date | None] = {}
    ends: dict[str, datetime] = {}
    for column in columns_of(keys, edges):
        for key in column:
            entered[key] = max((ends[source] for source in before[key] if source in ends), default=began)
            due = _leaves(states[key], entered[key], span)
            ends[key] = max(due, entered[key]) if due else entered[key]
            found[key] = last_day(ends[key], span.zone) if due and not states[key].final else None
    return found


def _leaves(state: State, entered: datetime, span: Span) -> datetime | None:
    """When the deadlines of a state and of its tasks have passed."""
    done: dict[str, datetime] = {}
    dues = [_due(state.due, entered, span)] if state.due else []
    for task in state.tasks:
        received = max((done[key] for key in task.after if key in done), default=entered)
        started = received if task.due and task.due.after == "received" else entered
        due = _due(task.due, started, span) if task.due else None
        done[task.key] = due or received
        if not task.optional:
            dues.append(due)
    return max((due for due in dues if due), default=None)


def _due(due: Due, started: datetime, span: Span) -> datetime | None:
    # What has passed at midnight was done on the day before: a clock that starts there counts from that day.
    at_midnight = started.astimezone(span.zone).time() == time.min
    began = started - timedelta(seconds=1) if at_midnight else started
    return due_at(due, began, span.first, span.last, span.zone, span.calendar)


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the last case ends at the present pace. `why`: going, done, new, slow or far; a `last` only where going.

    ended: cases that ended in the `days` working days before today; left: cases that have not.
    """

    why: str
    ended: int
    days: int
    left: int
    last: date | None = None

    @property
    def tenths(self) -> int:
        """The pace, in tenths of a case each working day, rounded down."""
        return self.ended * 10 // self.days if self.days else 0


def window(today: date, opened: date, calendar: Calendar) -> tuple[date, ...]:
    """The working days whose pace counts: the last ones before today since a cycle was opened, the first one first."""
    found: list[date] = []
    day = today - DAY
    while day >= opened and len(found) < WINDOW:
        if calendar.is_working(day):
            found.append(day)
        day -= DAY
    return tuple(reversed(found))


def forecast(
    ended: Mapping[date, int],
    left: int,
    today: date,
    days: Sequence[date],
    calendar: Calendar,
    least: int = LEAST_CASES,
) -> Forecast:
    """Foretell when `left` cases have ended, if each working day ends as many as those of `days` did.

    `ended`: how many ended on each day; what ended on a day off counts with those of its time.
    """
    total = sum(count for day, count in ended.items() if days and days[0] <= day < today)
    if left == 0:
        return Forecast("done", total, len(days), left)
    if len(days) < LEAST_DAYS:
        return Forecast("new", total, len(days), left)
    if total < LEAST_CASES:
        return Forecast("slow", total, len(days), left)
    needed = -(-left * len(days) // total)
    if needed > FURTHEST:
        return Forecast("far", total, len(days), left)
    return Forecast("going", total, len(days), left, calendar.add(today, needed))
