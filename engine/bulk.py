"""VERBS on many cases at once: freeze, confirm, drop, end, undo. What is done to each case stands in bulk_doing.py.

What is acted on is a frozen set: these cases, in these versions, with this act, under one digest. Nothing happens
before each effect and each refusal was shown; what joins a list later is in no set. To undo is to freeze what was done,
show what takes it back, and do that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from engine import jobs
from engine.authority import require_admin
from engine.bulk_act import Said
from engine.bulk_acts import ACTS, judge_undo
from engine.bulk_doing import JUDGING, RUNNING, finish, judge
from engine.bulk_marks import frozen_digest, words_digest
from engine.core.case import Actor
from engine.core.errors import BadRequest, InvalidSubmission, NotAllowed, NotFound, Refused
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.times import to_datetime, to_text
from engine.requests import Once
from engine.runtime import Runtime
from engine.staffing import Act
from engine.store.queries import bulk as queries
from engine.store.queries import jobs as job_queries
from engine.store.refs import new_ref, new_seed

MOST = 10_000  # cases of a set
AT_ONCE = 100  # cases that are previewed while somebody waits
TYPED_ABOVE = 50  # cases for which the number has to be typed
UNDO_WITHIN = timedelta(hours=24)
KEPT = timedelta(days=30)  # sets that nobody confirmed


def freeze(rt: Runtime, *, act: str, said: Said, cases: Sequence[str], actor: Actor, key: str) -> str:
    """Freeze cases (refs) for an act with what was said about it; answers the set's ref. Nothing is done to them yet.

    Its preview is there at once for up to a hundred cases; for more a job makes it. Raises InvalidSubmission by field,
    Refused for none or for more than 10,000, NotFound for a case that the actor does not oversee.
    """
    require_admin(actor)
    at = rt.clock()
    once = Once(actor, key, f"bulk.freeze:{act}", [dict(said), list(cases)])
    if act not in ACTS:
        raise NotFound(Message("bulk.no_such_act"))
    _require_size(len(cases))
    with rt.db.begin() as db:
        if (earlier := once.answered(db)) is not None:
            return str(earlier["ref"])
        queries.forget(db, to_text(at - KEPT))
        body = ACTS[act].judge(db, actor, said)
        found = queries.seen_cases(db, actor, cases)
        if len(found) != len(set(cases)):
            raise NotFound(Message("case.not_found"))
        ref, rows = _add(rt, db, act, body, found, actor, at)
        once.remember(db, {"ref": ref}, at)
    rt.queue(rows)
    return ref


def _require_size(count: int) -> None:
    if not count:
        raise Refused(Message("bulk.none"))
    if count > MOST:
        raise Refused(Message("bulk.too_many", limit=MOST))


def _add(
    rt: Runtime,
    db: Connection,
    act: str,
    body: Mapping[str, Any],
    cases: Sequence[Any],
    actor: Actor,
    at: datetime,
    undoes: Row[Any] | None = None,
) -> tuple[str, list[int]]:
    """Write a set; answers its ref and the works to ring for: none where its preview is there."""
    ref, seed = new_ref(), new_seed()
    frozen = frozen_digest(act, words_digest(seed, body), [(case.ref, case.version) for case in cases])
    found = queries.add(
        db, cases, ref=ref, act=act, body=canonical(dict(body)).decode(), seed=seed, digest=frozen,
        by_id=actor.person_id, made_at=to_text(at), undoes_id=None if undoes is None else undoes.id, state="judging",
    )  # fmt: skip
    if len(cases) <= AT_ONCE:
        judge(rt, db, found, actor, queries.some(db, found.id, "waiting", AT_ONCE))
        queries.put(db, found.id, state="judged")
        return ref, []
    return ref, [_ask(rt, db, JUDGING, found, actor, len(cases))]


def _ask(rt: Runtime, db: Connection, kind: str, found: Any, actor: Actor, total: int) -> int:
    title = Message(f"bulk.job.{kind.removeprefix('bulk.')}", act=Message(f"bulk.act.{found.act}"), count=total)
    asked = jobs.ask(rt, db, kind=kind, title=title, body={"set": found.id}, actor=actor, total=total)
    queries.put(db, found.id, job_ref=asked.ref)
    return asked.row


def confirm(rt: Runtime, ref: str, *, actor: Actor, digest: str, typed: str = "") -> None:
    """Do it, as it was shown under `digest`: a job does it case by case, with one event now and one at the end.

    typed: the number of cases, for more than 50. Confirmed again it is the same. Raises InvalidSubmission for another
    number, Refused where nothing would be done or it is not shown yet, NotAllowed for whoever did not make the set.
    """
    at = rt.clock()
    with rt.db.begin() as db:
        found = _own(db, actor, ref)
        if digest != found.digest:
            raise BadRequest(Message("bulk.other_set"))
        if found.event_ref is not None:
            return
        count = _would(db, found)
        if count > TYPED_ABOVE and typed.strip().replace(".", "").replace(",", "") != str(count):
            raise InvalidSubmission({"typed": Message("bulk.other_number", count=count)})
        undoes = _undoes(db, found, at)
        public = {"set": ref, "act": found.act, "digest": found.digest, "cases": found.total, "would": count} | undoes
        public["words"] = words_digest(bytes(found.seed), json.loads(found.body))
        event = Act(rt, db, actor, at).record(f"bulk:{ref}", "bulk.run", public)
        row = _ask(rt, db, RUNNING, found, actor, count)
        queries.put(db, found.id, state="running", event_ref=event, confirmed_at=to_text(at))
    rt.queue([row])


def _own(db: Connection, actor: Actor, ref: str) -> Row[Any]:
    found = _seen(db, actor, ref)
    if found.by_id != actor.person_id:
        raise NotAllowed(Message("bulk.not_yours"))
    return found


def _seen(db: Connection, actor: Actor, ref: str) -> Row[Any]:
    """The set, locked; NotFound outside the actor's scope."""
    require_admin(actor)
    found = queries.seen(db, actor, ref, lock=True)
    if found is None:
        raise NotFound(Message("bulk.not_found"))
    return found


def _would(db: Connection, found: Row[Any]) -> int:
    """How many cases of a set would be acted on; Refused where it is not one that waits for a word."""
    if found.state == "judging":
        raise Refused(Message("bulk.not_judged"))
    if found.state != "judged":
        raise Refused(Message("bulk.over"))
    count = queries.counts(db, [found.id])[found.id].get("would", 0)
    if not count:
        raise Refused(Message("bulk.nothing_to_do"))
    return count


def _undoes(db: Connection, found: Row[Any], at: datetime) -> dict[str, str]:
    if found.undoes_id is None:
        return {}
    before = queries.by_id(db, found.undoes_id)
    if before is None:
        raise NotFound(Message("bulk.not_found"))
    _require_in_time(before, at)
    return {"undoes": before.ref}


def _require_in_time(found: Row[Any], at: datetime) -> None:
    if at > undo_until(found):
        raise Refused(Message("bulk.undo.too_late", hours=int(UNDO_WITHIN.total_seconds() // 3600)))


def undo_until(found: Any) -> datetime:
    """Until when a set that is over may be undone."""
    return to_datetime(found.ended_at) + UNDO_WITHIN


def drop(rt: Runtime, ref: str, *, actor: Actor) -> None:
    """Let go a set that was not confirmed. Raises Refused for one that was."""
    with rt.db.begin() as db:
        found = _own(db, actor, ref)
        if found.state == "dropped":
            return
        if found.event_ref is not None:
            raise Refused(Message("bulk.over"))
        queries.put(db, found.id, state="dropped", ended_at=to_text(rt.clock()))


def end(rt: Runtime, ref: str, *, actor: Actor) -> None:
    """End a set whose job was cancelled or has failed: what it has not done stays undone, and says so."""
    with rt.db.begin() as db:
        before = queries.seen(db, actor, ref)
        # The job before the set, as each of its chunks does.
        job = job_queries.seen(db, actor, before.job_ref or "", lock=True) if before is not None else None
        found = _seen(db, actor, ref)
        if found.state != "running":
            raise Refused(Message("bulk.over"))
        if job is None or job.state not in ("failed", "cancelled"):
            raise Refused(Message("bulk.still_runs"))
        words = Message("bulk.ended_before")
        said = json.dumps([words.as_document()])
        queries.settle_rest(db, found.id, outcome="skipped", words=said, cause=words.key)
        finish(Act(rt, db, actor, rt.clock()), found)


def undo(rt: Runtime, ref: str, *, actor: Actor, said: Said, key: str) -> str:
    """Freeze what a set has done for what takes it back; answers the ref of that set, to be looked at and confirmed.

    Raises Refused where that is not over, too long ago, or nothing of it stands; for a set that undoes, too.
    """
    at = rt.clock()
    once = Once(actor, key, f"bulk.undo:{ref}", dict(said))
    with rt.db.begin() as db:
        if (earlier := once.answered(db)) is not None:
            return str(earlier["ref"])
        found = _seen(db, actor, ref)
        if found.state != "done" or found.undoes_id is not None:
            raise Refused(Message("bulk.undo.not_over"))
        _require_in_time(found, at)
        if ACTS[found.act].undo is None:
            raise Refused(Message(f"bulk.undo.never.{found.act}"))
        cases = queries.done_cases(db, found.id)
        if not cases:
            raise Refused(Message("bulk.undo.nothing"))
        made, rows = _add(rt, db, found.act, judge_undo(db, actor, said), cases, actor, at, undoes=found)
        once.remember(db, {"ref": made}, at)
    rt.queue(rows)
    return made
