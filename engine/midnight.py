"""At each local midnight: who should hold the open tasks of the day that begins. A job of the system, in chunks.

A chunk reads two hundred cases and asks for their roles in as many questions as for one. Where somebody else is to
hold a task, the case is re-pointed by a work of its own (`holders.rehold`), which locks it and decides again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from engine import holders, jobs
from engine.core.jobs import Chunk, Finished, Job, More
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.times import to_date, to_datetime, to_text, zone_name
from engine.runtime import Runtime
from engine.store.queries import outbox, units
from engine.store.queries import standing_cases as queries

KIND = "holders.midnight"
BATCH = 200


def begin(rt: Runtime, db: Connection, zone: str, day: date) -> None:
    """DAILY midnight: ask for the job of one zone, where it has anything to do."""
    total = queries.count(db, _units(db, zone))
    if total:
        title = Message("midnight.title", day=day, zone=zone_name(zone, day))
        jobs.ask(rt, db, kind=KIND, title=title, body={"zone": zone, "day": str(day)}, total=total)


def look(rt: Runtime, job: Job) -> tuple[list[str], int, int]:
    """JOB holders.midnight, before a chunk: the next cases to re-point, where to go on (0: nowhere), how many."""
    after, day = (job.cursor or {"after": 0})["after"], to_date(job.body["day"])
    with rt.db.read(snapshot=True) as db:
        rows = queries.some(db, _units(db, job.body["zone"]), after, BATCH)
        changed = list(_changed(rt, db, rows, day))
    return changed, rows[-1].id if len(rows) == BATCH else 0, len(rows)


def chunk(rt: Runtime, db: Connection, job: Job, found: tuple[list[str], int, int]) -> Chunk:
    """JOB holders.midnight: ask for the cases that were found to be re-pointed, each in its own transaction."""
    changed, after, seen = found
    work = {f"rehold:{job.ref}:{case}": canonical({"case": case}).decode() for case in changed}
    outbox.add_all(db, "holders.rehold", work, to_text(rt.clock()))
    moved = (job.cursor or {"moved": 0})["moved"] + len(changed)
    if not after:
        return Finished(Message("midnight.done", cases=job.done + seen, changed=moved), done=job.done + seen)
    return More({"after": after, "moved": moved}, done=job.done + seen)


def _units(db: Connection, zone: str) -> list[int]:
    return [unit for unit, name in units.zone_of_each(db).items() if name == zone]


def _changed(rt: Runtime, db: Connection, rows: Sequence[Any], day: date) -> Iterator[str]:
    """The refs of the cases in which somebody else is to hold an open task on the day."""
    tasks = queries.held(db, [row.id for row in rows])
    by_digest = sorted(rows, key=lambda row: row.definition_digest)
    for digest, some in groupby(by_digest, key=lambda row: row.definition_digest):
        workflow = rt.library.workflow(db, digest)
        cases = [row for row in some if row.state in workflow.states]
        about = holders.about_cases(db, workflow, cases, day)
        for row, held in zip(cases, holders.resolve_all(db, workflow, about, [day] * len(cases)), strict=True):
            clock = to_datetime(row.suspended_at) if row.suspended_at else rt.clock()
            if holders.misplaced(workflow, row.state, held, tasks.get(row.id, []), clock):
                yield row.ref
