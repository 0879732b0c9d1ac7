"""At each local midnight: which cases have another beside them due on the day that begins. A job in chunks.

A chunk reads two hundred cases in two questions; each that has something due opens it in a work of its own
(`followups.open_due`), which locks it and decides again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine import jobs
from engine.core.definition import LinkSpec
from engine.core.jobs import Chunk, Finished, Job, More
from engine.core.linked import is_told_by_day, opens_on, parts
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.times import to_date, to_text, zone_name
from engine.runtime import Runtime
from engine.store.queries import linked as queries
from engine.store.queries import outbox, units

KIND = "linked.midnight"
BATCH = 200
States = Mapping[tuple[str, str], Sequence[LinkSpec]]


def begin(rt: Runtime, db: Connection, zone: str, day: date) -> None:
    """DAILY linked: ask for the job of one zone, where a case stands that may open another by the day."""
    there = _units(db, zone)
    states = _states(rt, db, there)
    total = queries.count_standing(db, there, states) if states else 0
    if total:
        title = Message("linked.midnight", day=day, zone=zone_name(zone, day))
        jobs.ask(rt, db, kind=KIND, title=title, body={"zone": zone, "day": str(day)}, total=total)


def look(rt: Runtime, job: Job) -> tuple[list[str], int, int]:
    """JOB linked.midnight, before a chunk: the next cases with something due, where to go on (0: nowhere), how many."""
    after, day = (job.cursor or {"after": 0})["after"], to_date(job.body["day"])
    with rt.db.read(snapshot=True) as db:
        there = _units(db, job.body["zone"])
        states = _states(rt, db, there)
        rows = queries.standing(db, there, states, after, BATCH) if states else []
        due = list(_due(states, rows, queries.opened(db, [row.id for row in rows]), day))
    return due, rows[-1].id if len(rows) == BATCH else 0, len(rows)


def chunk(rt: Runtime, db: Connection, job: Job, found: tuple[list[str], int, int]) -> Chunk:
    """JOB linked.midnight: ask for the cases that have something due, each in its own transaction."""
    due, after, seen = found
    work = {f"open_due:{job.ref}:{case}": canonical({"case": case}).decode() for case in due}
    outbox.add_all(db, "cases.open_due", work, to_text(rt.clock()))
    asked = (job.cursor or {"asked": 0})["asked"] + len(due)
    if not after:
        return Finished(Message("linked.midnight_done", count=asked), done=job.done + seen)
    return More({"after": after, "asked": asked}, done=job.done + seen)


def _units(db: Connection, zone: str) -> list[int]:
    return [unit for unit, name in units.zone_of_each(db).items() if name == zone]


def _states(rt: Runtime, db: Connection, there: Sequence[int]) -> States:
    """Where cases of these units may have another beside them due by the day: (digest, state) → the links."""
    found: dict[tuple[str, str], list[LinkSpec]] = {}
    for digest in queries.digests(db, there):
        for link in rt.library.definition(db, digest).links:
            for state in link.in_ if is_told_by_day(link) else ():
                found.setdefault((digest, state), []).append(link)
    return found


def _due(states: States, rows: Sequence[Any], opened: Mapping[int, set[tuple[str, str]]], day: date) -> Iterator[str]:
    """The refs of the cases of which a part has come that no case is there for. Conditions are asked later."""
    for row in rows:
        have = opened.get(row.id, set())
        if any(_is_due(link, row, have, day) for link in states[row.definition_digest, row.state]):
            yield row.ref


def _is_due(link: LinkSpec, row: Any, have: set[tuple[str, str]], day: date) -> bool:
    for part in parts(link, to_date(row.period_start), to_date(row.period_end)):
        opens = opens_on(link, part)
        if (link.key, part.first.isoformat()) not in have and (opens is None or opens <= day):
            return True
    return False
