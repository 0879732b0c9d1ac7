"""Verbs on jobs: ask for long work, cancel it, try it again; and the work of the outbox that does a chunk of it.

A chunk commits with its effects and the cursor for the next one, so a process that is killed costs one chunk, and
nothing happens twice. What a job of a kind does stands elsewhere, and comes in as a `Kind` (wsgi).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import api_keys, outbox
from engine.core.case import SYSTEM, Actor, Right
from engine.core.errors import EngineError, NotAllowed, NotFound, Refused, StaleCase, Unavailable
from engine.core.jobs import OVER, Chunk, Finished, Job, Made, More
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store import apply
from engine.store.queries import jobs as queries
from engine.store.queries import outbox as rows
from engine.store.refs import new_ref

PREFIX = "job:"  # of the kinds in the outbox
BY_KEY = "by_api_key"  # in the body of a job: the ref of the key by which it was asked for


@dataclass(frozen=True, slots=True)
class Kind:
    """How to do a job of one kind.

    chunk: a piece of the work, of a second or two, inside the transaction that keeps its cursor; what `before` found
    is its last argument. It may run twice, and only one of the two commits. An EngineError ends the job with its
    message as the reason (but Unavailable and StaleCase, which are tried again like any other failure).
    before: what asks the world, or takes long, outside any transaction.
    """

    chunk: Callable[[Runtime, Connection, Job, Any], Chunk]
    before: Callable[[Runtime, Job], Any] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A job that was asked for: its name outside, and the row of the outbox to ring for after the commit."""

    ref: str
    row: int


def ask(
    rt: Runtime,
    db: Connection,
    *,
    kind: str,
    title: Message,
    body: Mapping[str, Any],
    actor: Actor = SYSTEM,
    unit_id: int | None = None,
    total: int | None = None,
    given: bytes = b"",
) -> Asked:
    """Put a job into the queue, in the transaction of the verb that asks; ring with `rt.queue([asked.row])` after it.

    unit_id: whose administrators see it beside who asked. given: bytes to work on, read back with `given`. Asked for
    by a key of the API, it runs with what that key may, not with all that its person may.
    """
    at, ref = to_text(rt.clock()), new_ref()
    told = {**body, BY_KEY: actor.by_key} if actor.by_key else dict(body)
    values = {
        "title": _document(title), "body": canonical(told).decode(), "asked_by": actor.person_id,
        "unit_id": unit_id, "total": total, "created_at": at,
    }  # fmt: skip
    job_id = queries.add(db, ref=ref, kind=kind, **values)
    queries.give(db, job_id, given)
    return Asked(ref, _enqueue(db, kind, job_id, ref, 0, at))


def given(db: Connection, job: Job) -> bytes:
    """The bytes that a job was given when it was asked for."""
    return queries.bytes_of(db, job.id, "given")


def asker(rt: Runtime, db: Connection, job: Job) -> Actor:
    """Who asked for a job, with the rights that he has today: a right that ended meanwhile is gone.

    Raises NotAllowed when he has left, or when the key of the API by which he asked opens nothing any more.
    """
    if key := job.body.get(BY_KEY):
        keyed = api_keys.live_of_ref(db, key, rt.clock())
        if keyed is None:
            raise NotAllowed(Message("jobs.key_gone"))
        return keyed.actor
    return SYSTEM if job.asked_by is None else as_today(rt, db, job.asked_by)


def as_today(rt: Runtime, db: Connection, person_id: int) -> Actor:
    """Somebody with the rights that he has today. Raises NotAllowed when he has left."""
    found = queries.asker(db, person_id)
    if not found:
        raise NotAllowed(Message("jobs.asker_gone"))
    held = [row for row in found if row.ref is not None and _runs(row, rt.clock())]
    rights = tuple(Right(row.ref, row.role, row.unit_id) for row in held)
    return Actor(person_id, found[0].person_ref, found[0].name, rights)


def _runs(row: Any, at: datetime) -> bool:
    today = str(at.astimezone(ZoneInfo(row.timezone)).date())
    return row.starts_on <= today and (row.ends_on is None or row.ends_on > today)


def cancel(rt: Runtime, ref: str, *, actor: Actor) -> None:
    """End a job that is not over; what its chunks have done stays. Raises Refused when it is over."""
    with rt.db.begin() as db:
        job = _seen(db, actor, ref)
        if job.state in OVER:
            raise Refused(Message("jobs.over"))
        queries.change(db, job.id, state="cancelled", ended_at=to_text(rt.clock()), reason=None)
        _record(rt, db, job, actor, "job.cancelled")


def try_again(rt: Runtime, ref: str, *, actor: Actor) -> None:
    """Go on with a job that failed or was cancelled, from where it stood. Raises Refused when it is not."""
    at = to_text(rt.clock())
    with rt.db.begin() as db:
        job = _seen(db, actor, ref)
        if job.state not in ("failed", "cancelled"):
            raise Refused(Message("jobs.not_failed"))
        queries.change(db, job.id, state="queued", round=job.round + 1, reason=None, ended_at=None)
        _record(rt, db, job, actor, "job.tried_again")
        row = _enqueue(db, job.kind, job.id, ref, job.round + 1, at)
    rt.queue([row])


def file(rt: Runtime, ref: str, *, actor: Actor) -> tuple[Made, bytes]:
    """The file that a job made, for who asked for it; NotFound for others, and when it was forgotten."""
    with rt.db.read() as db:
        job = queries.seen(db, actor, ref)
        made = json.loads(job.result) if job is not None and job.result else {}
        if job is None or job.asked_by not in (None, actor.person_id) or "name" not in made:
            raise NotFound(Message("jobs.no_file"))
        body = queries.bytes_of(db, job.id, "made")
    if not body:
        raise NotFound(Message("jobs.no_file"))
    return Made(**made), body


def _seen(db: Connection, actor: Actor, ref: str) -> Any:
    found = queries.seen(db, actor, ref, lock=True)
    if found is None:
        raise NotFound(Message("jobs.not_found"))
    return found


def _record(rt: Runtime, db: Connection, job: Any, actor: Actor, kind: str) -> None:
    public = {"job": job.ref, "kind": job.kind}
    at = rt.clock()
    apply.append_event(
        db, stream=f"job:{job.ref}", kind=kind, at=at, actor=actor, public=public, private={}, product=rt.version
    )


def _enqueue(db: Connection, kind: str, job_id: int, ref: str, number: int, at: str) -> int:
    body = canonical({"job": job_id, "round": number}).decode()
    return rows.add(db, PREFIX + kind, body, f"job:{ref}:{number}", at)


def works(kinds: Mapping[str, Kind]) -> dict[str, outbox.Work]:
    """What the outbox runs for jobs of these kinds."""
    return {PREFIX + name: _work(kind) for name, kind in kinds.items()}


def _work(kind: Kind) -> outbox.Staged:
    def before(rt: Runtime, body: Mapping[str, Any]) -> Any:
        job = _begin(rt, body)
        return kind.before(rt, job) if job is not None and kind.before is not None else None

    def inside(rt: Runtime, db: Connection, body: Mapping[str, Any], found: Any) -> bool:
        return _chunk(rt, db, kind, body, found)

    return outbox.Staged(inside, before if kind.before is not None else None, _failed)


def _begin(rt: Runtime, body: Mapping[str, Any]) -> Job | None:
    """Say that the job runs, before what takes long."""
    with rt.db.begin() as db:
        row = queries.of_round(db, body["job"], body["round"])
        if row is not None and row.state == "queued":
            queries.change(db, row.id, state="running", started_at=row.started_at or to_text(rt.clock()))
        return _job(row) if row is not None else None


def _chunk(rt: Runtime, db: Connection, kind: Kind, body: Mapping[str, Any], found: Any) -> bool:
    row = queries.of_round(db, body["job"], body["round"])
    if row is None:  # cancelled meanwhile, or tried again under another number
        return False
    job, at = _job(row), to_text(rt.clock())
    answer = kind.chunk(rt, db, job, found)
    if answer.part is not None:
        queries.add_part(db, job.id, job.parts, answer.part)
    same = {"words": _document(answer.words), "reason": None, "started_at": row.started_at or at}
    if isinstance(answer, More):
        total = answer.total if answer.total is not None else job.total
        cursor = canonical(answer.cursor).decode()
        queries.change(db, job.id, state="running", cursor=cursor, done=answer.done, total=total, **same)
        return True
    done = answer.done if answer.done is not None else max(job.done, job.total or 0)
    queries.change(db, job.id, state="done", done=done, ended_at=at, result=_result(answer), **same)
    return False


def _job(row: Any) -> Job:
    cursor = None if row.cursor is None else json.loads(row.cursor)
    return Job(
        row.id, row.ref, row.kind, json.loads(row.body), cursor, row.done, row.total, row.asked_by, row.unit_id,
        row.parts,
    )  # fmt: skip


def _result(answer: Finished) -> str | None:
    if answer.file is not None:
        return canonical({"name": answer.file.name, "type": answer.file.type}).decode()
    return canonical({"path": answer.path}).decode() if answer.path else None


def _failed(rt: Runtime, db: Connection, body: Mapping[str, Any], error: Exception, last: bool) -> bool:
    """Keep the reason; the job has failed when nothing would change by itself, or after the last attempt."""
    row = queries.of_round(db, body["job"], body["round"])
    if row is None:
        return True
    final = last or (isinstance(error, EngineError) and not isinstance(error, (Unavailable, StaleCase)))
    values = {"state": "failed", "ended_at": to_text(rt.clock())} if final else {"state": row.state}
    queries.change(db, row.id, reason=_document(_reason(error)), **values)
    return final


def _reason(error: Exception) -> Message:
    """In words for who asked; what only a programmer understands stays in the outbox."""
    return error.message if isinstance(error, EngineError) else Message("jobs.broke", kind=type(error).__name__)


def _document(message: Message | None) -> str | None:
    return None if message is None else json.dumps(message.as_document(), ensure_ascii=False)
