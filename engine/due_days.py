"""When a day begins: what is over by then, and of what to remind. A job of the system for each time zone, in chunks.

A chunk looks at two hundred cases and asks for works, each in a transaction of its own (expiry.py; reminders are
notices.py's). Nothing is lost when nobody was awake: what is over and has not been done is found on any later day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import jobs
from engine.core.definition import Due
from engine.core.expiring import clock_spec, reminder
from engine.core.jobs import Chunk, Finished, Job, More
from engine.core.messages import Message
from engine.core.moving import is_over_in
from engine.core.proof.canonical import canonical
from engine.core.times import to_datetime, to_text, zone_name
from engine.core.workflow import Workflow
from engine.runtime import Runtime
from engine.store import apply_dues
from engine.store.queries import clocks, outbox, units
from engine.store.queries import due_days as queries

KIND = "deadlines.midnight"
BATCH = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """A work that a deadline asks for: what it does, for which task or clock, and what tells of it."""

    kind: str
    act: str
    of: str
    due: str
    case_id: int
    body: Mapping[str, Any]


def begin(rt: Runtime, db: Connection, zone: str, day: date) -> None:
    """DAILY deadlines: ask for the job of one zone, where any definition in use does something by its deadlines."""
    below = [unit for unit, name in units.zone_of_each(db).items() if name == zone]
    total = queries.count(db, below, _acting(rt, db))
    if total:
        title = Message("deadline.job_title", day=day, zone=zone_name(zone, day))
        jobs.ask(rt, db, kind=KIND, title=title, body={"zone": zone, "day": str(day)}, total=total)


def _acting(rt: Runtime, db: Connection) -> list[str]:
    return [digest for digest in queries.digests(db) if rt.library.workflow(db, digest).acts]


def look(rt: Runtime, job: Job) -> tuple[list[Wanted], int, int]:
    """JOB deadlines.midnight, before a chunk: the works to ask for, where to go on (0: nowhere), how many cases."""
    after = (job.cursor or {"after": 0})["after"]
    with rt.db.read(snapshot=True) as db:
        below = [unit for unit, name in units.zone_of_each(db).items() if name == job.body["zone"]]
        rows = queries.some(db, below, _acting(rt, db), after, BATCH)
        wanted = list(_wanted(rt, db, rows, ZoneInfo(job.body["zone"]), rt.clock())) if rows else []
        known = clocks.acts_of(db, {each.of for each in wanted})
    fresh = [each for each in wanted if (each.of, each.due, each.act) not in known]
    return fresh, rows[-1].id if len(rows) == BATCH else 0, len(rows)


def chunk(rt: Runtime, db: Connection, job: Job, found: tuple[list[Wanted], int, int]) -> Chunk:
    """JOB deadlines.midnight: ask for what was found, each once."""
    wanted, after, seen = found
    at, asked = to_text(rt.clock()), (job.cursor or {"asked": 0})["asked"]
    for each in wanted:
        asked += _ask(db, each, job.body["day"], at)
    if not after:
        return Finished(Message("deadline.job_done", cases=job.done + seen, count=asked), done=job.done + seen)
    return More({"after": after, "asked": asked}, done=job.done + seen)


def _ask(db: Connection, each: Wanted, day: str, at: str) -> int:
    """Put a work into the outbox. What fires is asked for again each day until it has; a reminder once for all."""
    once = f"due:{each.of}:{each.due}:{each.act}"
    body = canonical(dict(each.body)).decode()
    if each.kind == "deadlines.act":
        return int(outbox.add_once(db, each.kind, body, f"{once}:{day}", at) is not None)
    if not apply_dues.add_reminder(db, each.of, each.due, each.act, each.case_id, at):
        return 0
    tasks = each.body["tasks"]
    told = {name: value for name, value in each.body.items() if name != "tasks"}
    for task in tasks:
        body = canonical({**told, "task": task}).decode()
        outbox.add_once(db, each.kind, body, f"{once}:{task}", at)
    return len(tasks)


def _wanted(rt: Runtime, db: Connection, rows: list[Any], zone: ZoneInfo, now: datetime) -> Iterator[Wanted]:
    ids = [row.id for row in rows]
    tasks, running = queries.tasks(db, ids), queries.clocks(db, ids)
    days = rt.days.of_each(db, {row.unit_id for row in rows}, rows[0].calendar_stamp)
    for row in rows:
        workflow = rt.library.workflow(db, row.definition_digest)
        if is_over_in(workflow, row.state):
            continue
        opened = tasks.get(row.id, [])
        for each, spec, remind in _dues(workflow, row.state, opened, running.get(row.id, [])):
            due = to_datetime(each.due)
            body = {"case": row.ref, "due": each.due}
            if now >= due and (spec.fire is not None or spec.final):
                act = "fired" if spec.fire is not None else "final"
                yield Wanted("deadlines.act", act, each.ref, each.due, row.id, {**body, "of": each.ref})
            which = reminder(spec.remind, due, to_datetime(each.opened_at), now, zone, days[row.unit_id])
            if which is not None and remind:
                told = {**body, "which": which, "tasks": remind}
                yield Wanted("notices.remind", which, each.ref, each.due, row.id, told)


def _dues(
    workflow: Workflow, state: str, tasks: list[Any], running: list[Any]
) -> Iterator[tuple[Any, Due, tuple[str, ...]]]:
    """The deadlines of a case with what is declared of each, and of which tasks it reminds."""
    specs = {spec.key: spec for spec in workflow.tasks(state)}
    for task in tasks:
        spec = specs.get(task.key)
        if task.due is not None and spec is not None and spec.due is not None:
            yield task, spec.due, (task.ref,)
    for clock in running:
        due = clock_spec(workflow, state, bool(clock.whole))
        if due is not None:
            yield clock, due, tuple(task.ref for task in tasks)
