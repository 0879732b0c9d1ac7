"""Deadlines that run while a calendar changes: which of them move; and moving them, through the outbox.

`moves` is asked before somebody saves a change, and again when the work runs: so what was foretold is what happens.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.core import calendar as days
from engine.core.calendar import Calendar
from engine.core.counting import clock_started
from engine.core.definition import Due
from engine.core.expiring import clock_spec
from engine.core.extending import Shift, shifted
from engine.core.proof.canonical import canonical
from engine.core.times import to_datetime, to_text
from engine.runtime import Runtime
from engine.staffing import Act
from engine.store.apply_dues import Ground, Redue, write_dues
from engine.store.queries import calendars, case_head, clocks, outbox, units
from engine.store.queries import deadlines as queries

Shifts = Mapping[str, Sequence[Shift]]
CalendarOf = Callable[[int], Calendar]
Timed = tuple[Any, Due, str]  # a row, what is declared of its deadline, since when it runs
TOGETHER = 20  # cases in one transaction: each commit waits for the disk


@dataclass(frozen=True, slots=True)
class Move:
    """A deadline that is another one now: of an open task, or (`is_clock`) of a state or a whole case, by ref."""

    case_ref: str
    of: str
    is_clock: bool
    unit_id: int
    was: datetime
    now: datetime


def moves(
    rt: Runtime, db: Connection, below: Collection[int], calendar_of: CalendarOf, zones: Mapping[int, str], at: datetime
) -> Iterator[Move]:
    """The deadlines in these units that would move if `calendar_of` and `zones` told each unit's days from now on."""
    tasks, running = queries.running(db, below), queries.running_clocks(db, below)
    shifts = _shifts(db, [*tasks, *running])
    for rows, timed in ((tasks, _tasks), (running, _clocks)):
        for some in _by_case(rows):
            yield from _moved(shifts, timed(rt, db, some), timed is _clocks, calendar_of, zones, at)


def _shifts(db: Connection, rows: Iterable[Any]) -> Shifts:
    """What the deadlines of all these tasks and clocks were put off by: asked for together."""
    return clocks.shifts(db, [row.ref for row in rows if row.due is not None])


def _by_case(rows: list[Any]) -> Iterator[list[Any]]:
    for _, some in groupby(rows, key=attrgetter("case_id")):
        yield list(some)


def _tasks(rt: Runtime, db: Connection, rows: list[Any]) -> list[Timed]:
    workflow = rt.library.workflow(db, rows[0].definition_digest)
    specs = {spec.key: spec for spec in workflow.tasks(rows[0].case_state)}
    found = [(row, specs.get(row.key)) for row in rows if row.state == "open" and row.due is not None]
    return [(row, spec.due, clock_started(spec, row, rows)) for row, spec in found if spec and spec.due]


def _clocks(rt: Runtime, db: Connection, rows: list[Any]) -> list[Timed]:
    workflow = rt.library.workflow(db, rows[0].definition_digest)
    found = [(row, clock_spec(workflow, row.case_state, bool(row.whole))) for row in rows]
    return [(row, due, row.opened_at) for row, due in found if due is not None]


def _moved(
    shifts: Shifts,
    timed: list[Timed],
    is_clock: bool,
    calendar_of: CalendarOf,
    zones: Mapping[int, str],
    at: datetime,
) -> Iterator[Move]:
    """Of deadlines of one case (row, what is declared, since when) those that move. One that stands still does not."""
    if not timed or timed[0][0].suspended_at is not None:
        return
    unit_id = timed[0][0].unit_id
    zone, calendar = ZoneInfo(zones[unit_id]), calendar_of(unit_id)
    for row, due, started in timed:
        period = date.fromisoformat(row.period_start), date.fromisoformat(row.period_end)
        wanted = counted_anew(due, to_datetime(started), period, zone, calendar, shifts.get(row.ref, []))
        was = to_datetime(row.due)
        now = was if wanted is None else days.moved(was, wanted, at, zone)
        if now != was:
            yield Move(row.case_ref, row.ref, is_clock, unit_id, was, now)


def counted_anew(
    due: Due, started: datetime, period: tuple[date, date], zone: ZoneInfo, calendar: Calendar, shifts: Iterable[Shift]
) -> datetime | None:
    """When a deadline passes by this calendar, after all that it was put off by."""
    first = days.due_at(due, started, *period, zone, calendar)
    return None if first is None else days.end_of(shifted(days.last_day(first, zone), shifts, calendar), zone)


def ask_to_recount(act: Act, event: str, unit_ids: Iterable[int]) -> int:
    """Ask for the deadlines at and below these units to be counted again, after the commit; answers the work's row."""
    body = canonical({"units": sorted(unit_ids), "because": event}).decode()
    return outbox.add(act.db, "deadlines.recount", body, f"recount:{event}", to_text(act.at), event)


def recount(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """Ask for the cases whose deadlines move to be counted again, some at a time: no act waits for a whole city."""
    at, stamp = rt.clock(), calendars.stamp(db)
    below = calendars.below(db, body["units"])
    days_of = rt.days.of_each(db, below, stamp)
    found = moves(rt, db, below, days_of.__getitem__, units.zone_of_each(db), at)
    cases = sorted({move.case_ref for move in found})
    batches = [cases[first : first + TOGETHER] for first in range(0, len(cases), TOGETHER)]
    work = {f"recount:{body['because']}:{batch[0]}": canonical({**body, "cases": batch}).decode() for batch in batches}
    outbox.add_all(db, "deadlines.recount_cases", work, to_text(at))


def recount_cases(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """Move the deadlines of some cases; an event for each case of which one is another now."""
    for ref in sorted(body["cases"]):  # by ref, as extensions.chunk does
        _recount(rt, db, ref, body["because"])


def _recount(rt: Runtime, db: Connection, ref: str, because: str) -> None:
    at = rt.clock()
    row = case_head.head(db, ref, at, lock=True)
    found = moves_of(rt, db, row, at)
    if found:
        dues = [Redue(move.of, move.is_clock, move.was, move.now) for move in found]
        write_dues(db, Ground(row.id, row.ref, at, rt.version), "case.redue", dues, {"because": because})
        ask_to_rehold(rt, db, row, because, at)


def moves_of(rt: Runtime, db: Connection, row: Any, at: datetime) -> list[Move]:
    """The deadlines of one case (its row from queries.case_head) that its calendar would move now."""
    calendar = rt.days.of(db, row.unit_id, row.calendar_stamp)
    zones, tasks = {row.unit_id: row.timezone}, queries.of_case(db, row.ref)
    running = queries.clocks_of_case(db, row.id)
    shifts = _shifts(db, [*tasks, *running])
    timed = [(_tasks(rt, db, tasks) if tasks else [], False), (_clocks(rt, db, running) if running else [], True)]
    return [
        move for some, is_clock in timed for move in _moved(shifts, some, is_clock, lambda unit: calendar, zones, at)
    ]


def ask_to_rehold(rt: Runtime, db: Connection, row: Any, because: str, at: datetime) -> None:
    """Ask for the tasks of a case to be re-pointed: one that has passed to another role goes back with its deadline."""
    workflow = rt.library.workflow(db, row.definition_digest)
    if any(spec.due and spec.due.passes_to for spec in workflow.tasks(row.state)):
        again = {f"rehold:{because}:{row.ref}": canonical({"case": row.ref}).decode()}
        outbox.add_all(db, "holders.rehold", again, to_text(at))
