"""Deadlines that run while a calendar changes: which of them move; and moving them, through the outbox.

`moves` is asked before somebody saves a change, and again when the work runs: so what was foretold is what happens.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
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
from engine.core.proof.canonical import canonical
from engine.core.times import to_datetime, to_text
from engine.runtime import Runtime
from engine.staffing import Act
from engine.store.apply_dues import write_dues
from engine.store.queries import calendars, case_head, outbox, units
from engine.store.queries import deadlines as queries

CalendarOf = Callable[[int], Calendar]
TOGETHER = 20  # cases in one transaction: each commit waits for the disk


@dataclass(frozen=True, slots=True)
class Move:
    """A deadline of an open task that is another one now."""

    case_ref: str
    task_id: int
    task_ref: str
    unit_id: int
    was: datetime
    now: datetime


def moves(
    rt: Runtime, db: Connection, below: Collection[int], calendar_of: CalendarOf, zones: Mapping[int, str], at: datetime
) -> Iterator[Move]:
    """The deadlines in these units that would move if `calendar_of` and `zones` told each unit's days from now on."""
    for _, rows in groupby(queries.running(db, below), key=attrgetter("case_id")):
        yield from _of_case(rt, db, list(rows), calendar_of, zones, at)


def _of_case(
    rt: Runtime, db: Connection, rows: list[Any], calendar_of: CalendarOf, zones: Mapping[int, str], at: datetime
) -> Iterator[Move]:
    workflow = rt.library.workflow(db, rows[0].definition_digest)
    specs = {spec.key: spec for spec in workflow.tasks(rows[0].case_state)}
    zone, calendar = ZoneInfo(zones[rows[0].unit_id]), calendar_of(rows[0].unit_id)
    for row in rows:
        spec = specs.get(row.key)
        if row.state != "open" or row.due is None or spec is None or spec.due is None:
            continue
        period = date.fromisoformat(row.period_start), date.fromisoformat(row.period_end)
        wanted = days.due_at(spec.due, to_datetime(clock_started(spec, row, rows)), *period, zone, calendar)
        was = to_datetime(row.due)
        now = was if wanted is None else days.moved(was, wanted, at, zone)
        if now != was:
            yield Move(row.case_ref, row.id, row.ref, row.unit_id, was, now)


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
    for ref in body["cases"]:
        _recount(rt, db, ref, body["because"])


def _recount(rt: Runtime, db: Connection, ref: str, because: str) -> None:
    at = rt.clock()
    row = case_head.head(db, ref, at, lock=True)
    calendar = rt.days.of(db, row.unit_id, row.calendar_stamp)
    tasks = queries.of_case(db, ref)
    found = list(_of_case(rt, db, tasks, lambda unit: calendar, {row.unit_id: row.timezone}, at)) if tasks else []
    if found:
        dues = {(move.task_id, move.task_ref): (move.was, move.now) for move in found}
        workflow = rt.library.workflow(db, row.definition_digest)
        write_dues(db, case_id=row.id, case_ref=row.ref, dues=dues, because=because, at=at, product=rt.version)
        if any(spec.due and spec.due.passes_to for spec in workflow.tasks(row.state)):
            # A task that has passed to another role goes back with its new deadline.
            again = {f"rehold:{because}:{ref}": canonical({"case": ref}).decode()}
            outbox.add_all(db, "holders.rehold", again, to_text(at))
