"""Which notices go out by mail, and who gets a digest of the day. What letters say stands in web.notice_letters.

An act never waits for mail: it leaves notices that nobody has looked at yet, and a tick of some process finds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from engine import jobs
from engine.core.jobs import Chunk, Finished, Job, More
from engine.core.messages import Message
from engine.core.noticing import AT_ONCE, DIGEST, how
from engine.core.proof.canonical import canonical
from engine.core.times import to_date, to_text, zone_name
from engine.looks import Every
from engine.runtime import Runtime
from engine.store.queries import due_tasks, outbox
from engine.store.queries import notices as queries

MAIL, DIGEST_MAIL, JOB = "notices.mail", "notices.digest_mail", "notices.digest"
LOOKS_EVERY = 5.0  # seconds
BATCH, PEOPLE = 500, 200
MORNING = clock_time(6)
AHEAD = timedelta(days=7)  # of deadlines that a digest names
KEPT = timedelta(days=400)  # a notice is forgotten a good year after it was given


class Post:
    """Looks for notices that nobody has looked at, for one process, and asks for the letters that go out at once."""

    def __init__(self, every: float = LOOKS_EVERY) -> None:
        self._looks = Every(every)

    def tick(self, rt: Runtime) -> int:
        """Answers how many letters were asked for; at most BATCH notices a time, so that nobody waits for it."""
        if not self._looks.is_due():
            return 0
        with rt.db.read() as db:
            rows = queries.unposted(db, BATCH)
        if len(rows) == BATCH:
            self._looks.again()
        return post(rt, rows) if rows else 0


def post(rt: Runtime, rows: Sequence[Row[Any]]) -> int:
    """Ask for the letters about notices (rows of queries.unposted), each once, in the transaction that marks them."""
    with rt.db.begin() as db:
        chosen = queries.choices(db, sorted({row.person_id for row in rows}))
        mine = queries.posted(db, [row.id for row in rows])
        letters = {f"{MAIL}:{row.ref}": canonical({"notice": row.ref, "person": row.person_id}).decode()
                   for row in rows if row.id in mine and _at_once(rt, row, chosen.get(row.person_id, {}))}  # fmt: skip
        outbox.add_all(db, MAIL, letters, to_text(rt.clock()))
    return len(letters)


def _at_once(rt: Runtime, row: Row[Any], chosen: dict[str, str]) -> bool:
    return rt.mail is not None and bool(row.active and row.email) and how(row.kind, chosen) == AT_ONCE


def begin(rt: Runtime, db: Connection, zone: str, day: date) -> None:
    """DAILY digest: ask for the job that finds who gets one in this zone, where there is mail; forget old notices."""
    queries.forget(db, to_text(rt.clock() - KEPT), BATCH * 20)
    if rt.mail is not None:
        title = Message("notices.digest.title", day=day, zone=zone_name(zone, day))
        jobs.ask(rt, db, kind=JOB, title=title, body={"zone": zone, "day": str(day)})


def chunk(rt: Runtime, db: Connection, job: Job, found: Any) -> Chunk:
    """JOB notices.digest: of two hundred people, those in the zone for whom there is something; a letter each."""
    at = {"after": 0, "asked": 0, **(job.cursor or {})}
    zone, day = str(job.body["zone"]), to_date(job.body["day"])
    rows = due_tasks.reachable(db, at["after"], str(day), PEOPLE)
    people = [row.id for row in rows if row.zone == zone]
    morning = datetime.combine(day, MORNING, ZoneInfo(zone))
    for person in _with_something(db, people, morning):
        body = canonical({"person": person, "day": str(day), "zone": zone}).decode()
        # Nobody gets two on one day, also not who moved to another zone in the night.
        if outbox.add_once(db, DIGEST_MAIL, body, f"{DIGEST_MAIL}:{day}:{person}", to_text(morning)) is not None:
            at["asked"] += 1
    if len(rows) < PEOPLE:
        return Finished(Message("notices.digest.done", count=at["asked"]), done=job.done + len(rows))
    return More({"after": rows[-1].id, "asked": at["asked"]}, done=job.done + len(rows))


def _with_something(db: Connection, people: Sequence[int], morning: datetime) -> list[int]:
    """Those who want digests and were told something since the one before, or have a task that is due soon or late."""
    chosen = queries.choices(db, people)
    told = queries.told_since(db, people, to_text(morning - timedelta(days=1)))
    found = {person for person, kind in told if how(kind, chosen.get(person, {})) == DIGEST}
    found |= {row.person_id for row in due_tasks.of_people(db, people, to_text(morning + AHEAD))}
    return [person for person in people if person in found and wants_digest(chosen.get(person, {}))]


def wants_digest(chosen: dict[str, str]) -> bool:
    """Whether somebody with these choices gets digests at all: he wants at least one topic in them."""
    return DIGEST in {how(kind, chosen) for kind in ("task.arrived", "task.remind", "case.ended", "person.acting")}
