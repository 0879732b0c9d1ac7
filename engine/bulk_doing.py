"""Doing an act to each case of a set: rehearsed for the preview, then done as it was shown. JOBS bulk.judge, bulk.run.

A preview is the act itself, through the ordinary verb, taken back at once: so what it says of each case is what the
verb does or why it refuses, and nothing is judged twice. When it is done, what it does is compared with what was shown
in the same transaction, which also keeps what came of it: a process that is killed leaves a case done and told, or
neither.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row

from engine import jobs
from engine.bulk_act import Doing, Done, Effect
from engine.bulk_acts import ACTS
from engine.bulk_marks import key_of
from engine.bulk_told import Told
from engine.core.case import SYSTEM, Actor
from engine.core.errors import EngineError, InvalidSubmission, NotAllowed, NotFound, Refused, StaleCase, Unavailable
from engine.core.jobs import Chunk, Finished, Job, More
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.staffing import Act
from engine.store.joined import Joined, taken_back
from engine.store.queries import bulk as queries

JUDGING, RUNNING = "bulk.judge", "bulk.run"
BATCH = 25  # cases of a chunk: a second or less
REFUSALS = (Refused, NotAllowed, NotFound, InvalidSubmission)


def judge(rt: Runtime, db: Connection, found: Row[Any], actor: Actor, items: Sequence[Any]) -> None:
    """Preview an act on cases of a set: each is rehearsed, taken back, and what it would do is kept."""
    for item in items:
        told = _rehearsed(rt, db, found, actor, item)
        queries.settle(db, found.id, item.number, effect=told.effect, **told.values())


def _rehearsed(rt: Runtime, db: Connection, found: Row[Any], actor: Actor, item: Any) -> Told:
    try:
        with taken_back(db) as trial:
            effect = _done(replace(rt, db=trial, queue=lambda rows: None), db, found, actor, item)
    except REFUSALS as refused:
        return Told("refused", _reasons(refused))
    except Unavailable:
        raise
    except EngineError as wrong:
        return Told("failed", (wrong.message,))
    return Told("would", (effect.words,), canonical(dict(effect.facts)).decode(), effect.group)


def _done(rt: Runtime, db: Connection, found: Row[Any], actor: Actor, item: Any) -> Effect:
    """Do the act of a set to one case, or undo what the set did that this one undoes."""
    doing = Doing(rt, db, actor, item.ref, json.loads(found.body), key_of(found.ref, item.ref))
    act = ACTS[found.act]
    if found.undoes_id is None:
        return act.do(doing)
    before = queries.done_in(db, found.undoes_id, item.case_id)
    if before is None:
        raise Refused(Message("bulk.undo.already"))
    if act.undo is None:
        raise Refused(Message(f"bulk.undo.never.{found.act}"))
    return act.undo(doing, Done(json.loads(before.effect), before.event_ref))


def _reasons(refused: EngineError) -> tuple[Message, ...]:
    if isinstance(refused, InvalidSubmission):
        return tuple(refused.errors.values())
    return refused.refusals if isinstance(refused, Refused) and refused.refusals else (refused.message,)


def judge_chunk(rt: Runtime, db: Connection, job: Job, found: Any) -> Chunk:
    """JOB bulk.judge: the preview of the next cases."""
    stood = queries.by_id(db, job.body["set"])
    if stood is None or stood.state != "judging":
        return Finished(Message("bulk.gone"))
    here = 0 if job.begins else int(job.cursor)
    items = queries.some(db, stood.id, "waiting", BATCH, here)
    if not items:
        queries.put(db, stood.id, state="judged", job_ref=None)
        return Finished(Message("bulk.judged", count=stood.total), path=f"/admin/bulk/{stood.ref}")
    judge(rt, db, stood, jobs.asker(rt, db, job), items)
    return More(items[-1].number, done=items[-1].number, total=stood.total)


def run(rt: Runtime, job: Job) -> None:
    """Before the chunk of JOB bulk.run: the next cases, each in a transaction of its own."""
    with rt.db.read() as db:
        found = queries.by_id(db, job.body["set"])
        items = queries.some(db, job.body["set"], "would", BATCH)
        actor = _asker(rt, db, job)
    if found is None or found.state != "running":
        return
    for item in items:
        if isinstance(actor, Actor):
            _do(rt, found, actor, item)
        else:
            _settle(rt, found, item, Told("refused", (actor,)))


def _asker(rt: Runtime, db: Connection, job: Job) -> Actor | Message:
    """Who confirmed, with the rights of today; what to say of each case where he has left."""
    try:
        return jobs.asker(rt, db, job)
    except NotAllowed as gone:
        return gone.message


def _do(rt: Runtime, found: Row[Any], actor: Actor, item: Any) -> None:
    rung: list[int] = []
    try:
        with rt.db.begin() as db:
            if queries.take(db, found.id, item.number) is None:
                return
            effect = _done(replace(rt, db=Joined(db), queue=rung.extend), db, found, actor, item)
            _require_as_shown(effect, item)
            queries.settle(db, found.id, item.number, outcome="done", event_ref=effect.event)
            if found.undoes_id is not None:
                queries.undone(db, found.undoes_id, item.case_id)
    except StaleCase as stale:
        return _settle(rt, found, item, Told("skipped", (stale.message,)))
    except REFUSALS as refused:
        return _settle(rt, found, item, _since(item, _reasons(refused)))
    except Unavailable:
        raise
    except EngineError as wrong:
        return _settle(rt, found, item, Told("failed", (wrong.message,)))
    rt.queue(rung)


def _require_as_shown(effect: Effect, item: Any) -> None:
    if canonical(dict(effect.facts)).decode() != item.effect:
        raise StaleCase(Message("bulk.now_does", words=effect.words))


def _since(item: Any, reasons: tuple[Message, ...]) -> Told:
    """A case that moved since it was seen is skipped; one that stands as it was, and may not any more, is refused."""
    if item.now == item.version:
        return Told("refused", reasons)
    return Told("skipped", (Message("bulk.moved_since"), *reasons))


def _settle(rt: Runtime, found: Row[Any], item: Any, told: Told) -> None:
    with rt.db.begin() as db:
        if queries.take(db, found.id, item.number) is not None:
            queries.settle(db, found.id, item.number, **told.values())


def run_chunk(rt: Runtime, db: Connection, job: Job, done: Any) -> Chunk:
    """JOB bulk.run: how far it is, or the end with its one event."""
    found = queries.by_id(db, job.body["set"])
    if found is None or found.state != "running":
        return Finished(Message("bulk.gone"))
    counts = queries.counts(db, [found.id])[found.id]
    left = counts.get("would", 0)
    if left:
        return More(left, done=(job.total or left) - left)
    finish(Act(rt, db, SYSTEM, rt.clock()), found)
    words = Message("bulk.finished", done=counts.get("done", 0), left=(job.total or 0) - counts.get("done", 0))
    return Finished(words, path=f"/admin/bulk/{found.ref}")


def finish(act: Act, found: Row[Any]) -> None:
    """The event at the end of a set: how many cases have which outcome."""
    counts = queries.counts(act.db, [found.id])[found.id]
    act.record(f"bulk:{found.ref}", "bulk.done", {"set": found.ref, "counts": counts})
    queries.put(act.db, found.id, state="done", ended_at=to_text(act.at))
