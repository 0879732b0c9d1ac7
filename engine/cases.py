"""Verbs of staff on cases: save a draft, submit, fire, settle, comment. What admins do stands in repairs.py.

One verb is one transaction: load and lock, decide in the core, write through `store.apply`, settle, commit, ring. On
PostgreSQL submit and fire try it without the lock first (`steps.acted`, docs/adr/0004-acts-without-a-lock.md).
What the core refuses leaves nothing behind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import draft_limits, finality, links, named, notices, openings, signing
from engine.authority import ADMIN
from engine.core import machine
from engine.core.case import SYSTEM, Actor, Signing
from engine.core.effects import Sent
from engine.core.errors import BadRequest, NotAllowed, Refused, StaleCase
from engine.core.filling import forms
from engine.core.filling.signed import unsigned
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.evidence_access import bindings
from engine.requests import Once
from engine.runtime import Runtime
from engine.snapshot import Snapshot, load, load_by_task
from engine.steps import Ending, Receipt, acted, answer, is_more, move
from engine.store import apply
from engine.store.queries import cases as queries
from engine.store.queries import scope

LONGEST_COMMENT = 4000


def save_draft(
    rt: Runtime, task_ref: str, raw: Mapping[str, Any], *, actor: Actor, seen: int, page: str = "", turn: int = 0
) -> int:
    """Keep what somebody is writing, unjudged; answers with the new version of the draft.

    `page` and `turn` are kept with it, so that whoever saves next can tell whose writing he finds (store.tables Draft).
    Raises StaleCase when another window saved since `seen`, NotAllowed when the task is not his or not open.
    """
    at = rt.clock()
    body = draft_limits.body(raw)
    with rt.db.begin() as db:
        found = load_by_task(rt, db, task_ref, actor, at, lock=True)
        task = machine.fillable(found.workflow, found.view, _key_of(found, task_ref), actor)
        if task.version != seen:
            raise StaleCase(Message("draft.stale"))
        form = _form_of(found, task.key)
        draft_limits.check_rows(form, raw)
        kept = unsigned(form, raw)
        if (locks := openings.locks(rt, db, found, task.key, actor)) is not None:
            kept = locks.settled(kept)
        if kept is not raw:
            body = canonical(kept)
        apply.save_draft(db, found.task_ids[task_ref], body.decode(), task.version + 1, actor, at, page or None, turn)
        return task.version + 1


def submit(
    rt: Runtime,
    task_ref: str,
    raw: Mapping[str, Any],
    *,
    actor: Actor,
    seen: int,
    key: str,
    password: str | None = None,
    address: str = "",
) -> Receipt:
    """Send a form: judge the answers, keep them for ever as a submission, finish the task, settle the case.

    `password` (and the `address` it comes from) signs a form that asks for a signature; it is kept nowhere.
    Raises InvalidSubmission with every field's message, StaleCase, NotAllowed, NotFound, KeyReused, TooManyTries.
    """
    at = rt.clock()
    once = Once(actor, key, f"submit:{task_ref}", raw)
    proof = password and signing.proof(rt, task_ref, actor=actor, key=key, password=password, address=address)

    def act(db: Connection, lock: bool) -> Receipt | None:
        found = load_by_task(rt, db, task_ref, actor, at, lock=lock, asker=once.asker, answers=False)
        if (earlier := once.told(found.asked)) is not None:
            return Receipt(**earlier)
        task_key = _key_of(found, task_ref)
        if machine.fillable(found.workflow, found.view, task_key, actor).version != seen:
            raise StaleCase(Message("draft.stale"))
        if (found := finality.known_first(rt, db, found, at, lock)) is None:
            return None
        found, sent = _judged(rt, db, found, task_key, actor, raw, proof or None)
        ending = Ending(found.ref, found.view.state, found.view.version, once, found.workflow, at)
        if not lock and not ending.is_final:
            return None
        event = _write(rt, db, found, sent, ending, actor, at, key, seen)
        if ending.is_final:
            return ending.receipt()
        after = replace(found, view=machine.after_submission(found.view, sent), place=event.next_place)
        return _finish(rt, db, after, once, event, at)

    return acted(rt, act)


def _judged(
    rt: Runtime,
    db: Connection,
    found: Snapshot,
    task_key: str,
    actor: Actor,
    raw: Mapping[str, Any],
    proof: Signing | None,
) -> tuple[Snapshot, Sent]:
    """What sending the form would do, once all that the answers name is known."""
    locks = openings.locks(rt, db, found, task_key, actor)
    standing = locks and locks.standing
    knowing = named.knowing(rt, db, found, _form_of(found, task_key), raw, standing and standing.raw)
    return knowing, machine.submit(knowing.workflow, knowing.view, task_key, actor, raw, standing, proof)


def _write(
    rt: Runtime,
    db: Connection,
    found: Snapshot,
    sent: Sent,
    ending: Ending,
    actor: Actor,
    at: datetime,
    key: str,
    seen: int,
) -> apply.EventRef:
    """Keep what was sent, with all that is written in the same round trip."""
    form = found.workflow.forms[sent.form]
    sent = replace(sent, effects=(*sent.effects, *links.effects(form, sent.answers, ending.event)))
    return apply.write_submission(
        db,
        case_id=found.id,
        case_ref=found.ref,
        task_id=found.task_ids[sent.task],
        task_ref=sent.task,
        definition_digest=found.digest,
        sent=sent,
        body=forms.dump(form, sent.answers),
        actor=actor,
        at=at,
        key=key,
        product=rt.version,
        place=found.place,
        number=found.next_number,
        seen=seen,
        ref=ending.event,
        also=(
            *ending.calls(),
            *bindings(found, sent, ending.event),
            *notices.ready(found, sent, actor, ending.event, at),
        ),
    )


def fire(
    rt: Runtime, case_ref: str, transition: str, *, actor: Actor, seen: int, key: str, reason: str | None = None
) -> Receipt:
    """Move a case along a transition, and on through the automatic ones that follow.

    Raises Refused with every reason, NotAllowed, NotFound, StaleCase, KeyReused.
    """
    at = rt.clock()
    reason = (reason or "").strip() or None
    once = Once(actor, key, f"fire:{case_ref}:{transition}", [seen, reason])

    def act(db: Connection, lock: bool) -> Receipt | None:
        found = load(rt, db, case_ref, actor, at, lock=lock, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return Receipt(**earlier)
        if found.view.version != seen:
            raise StaleCase(Message("case.stale"))
        if (found := finality.known_first(rt, db, found, at, lock)) is None:
            return None
        decision = machine.fire(found.workflow, found.view, actor, transition, reason=reason)
        ending = Ending(found.ref, decision.to_state, seen + 1, once, found.workflow, at)
        if not lock and (not ending.is_final or is_more(decision)):
            return None
        event = move(rt, db, found, decision, actor, at, reason=reason, key=key, ref=ending.event, also=ending.calls())
        if ending.is_final:
            return ending.receipt()
        after = replace(found, view=machine.moved(found.workflow, found.view, decision), place=event.next_place)
        return _finish(rt, db, after, once, event, at)

    return acted(rt, act)


def settle(rt: Runtime, case_ref: str) -> int:
    """Fire the automatic transitions that are due, by `system`; answers with how many fired."""
    with rt.db.begin() as db:
        return settle_in(rt, db, case_ref)


def settle_in(rt: Runtime, db: Connection, case_ref: str) -> int:
    """The same inside of a transaction."""
    at = rt.clock()
    return _settle(rt, db, load(rt, db, case_ref, SYSTEM, at, lock=True), at)[1]


def comment(rt: Runtime, case_ref: str, text: str, *, actor: Actor, key: str) -> Receipt:
    """Add a remark to the case's history, readable by everybody who sees the case.

    Raises NotAllowed for whoever sees it only as an auditor: auditors change nothing. When the case is over only who
    administers it may: Refused.
    """
    at = rt.clock()
    text = text.strip()
    if not 1 <= len(text) <= LONGEST_COMMENT:
        raise BadRequest(Message("comment.length", limit=LONGEST_COMMENT, found=len(text)))
    return _note(rt, case_ref, "case.commented", actor, key, at, {"comment": text})


def _note(
    rt: Runtime, case_ref: str, kind: str, actor: Actor, key: str, at: datetime, private: Mapping[str, Any]
) -> Receipt:
    once = Once(actor, key, f"{kind}:{case_ref}", dict(private))
    with rt.db.begin() as db:
        found = load(rt, db, case_ref, actor, at, lock=True, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return Receipt(**earlier)
        if found.oversees and not found.view.roles_of(actor) and not scope.covers(db, actor, found.unit_id, ADMIN):
            raise NotAllowed(Message("case.auditors_read"))
        if machine.is_over(found.workflow, found.view) and not scope.covers(db, actor, found.unit_id, ADMIN):
            raise Refused(Message("comment.over"))
        event = apply.append_event(
            db,
            stream=f"case:{found.ref}",
            kind=kind,
            at=at,
            actor=actor,
            case_id=found.id,
            public={},
            private=private,
            key=key,
            product=rt.version,
        )
        return answer(db, found, once, event, at)


def _settle(rt: Runtime, db: Connection, found: Snapshot, at: datetime) -> tuple[Snapshot, int]:
    """Fire automatic transitions until none is due: at most as many as there are states."""
    if found.view.state not in found.workflow.automatic:
        return found, 0
    for fired in range(len(found.workflow.states)):
        if machine.settle(found.workflow, found.view) is None:
            return found, fired
        if found.view.version != found.stored:
            found = load(rt, db, found.ref, SYSTEM, at)  # the move before opened tasks: now they have keys
        if (decision := machine.settle(found.workflow, found.view)) is None:
            return found, fired
        event = move(rt, db, found, decision, SYSTEM, at)
        found = replace(found, view=machine.moved(found.workflow, found.view, decision), place=event.next_place)
    return found, len(found.workflow.states)


def _finish(rt: Runtime, db: Connection, found: Snapshot, once: Once, event: apply.EventRef, at: datetime) -> Receipt:
    settled, _ = _settle(rt, db, found, at)
    return answer(db, settled, once, event, at)


def _form_of(found: Snapshot, task_key: str) -> forms.Form:
    """The form of a fill-task of the current state."""
    spec = found.workflow.task(found.view.state, task_key)
    return found.workflow.forms[spec.fill or ""]


def _key_of(found: Snapshot, task_ref: str) -> str:
    """The key of a task of the current state; a task of a state that the case has left is stale."""
    task = next((task for task in found.view.tasks if task.ref == task_ref), None)
    if task is None:
        raise StaleCase(Message("case.stale"))
    return task.key


def draft_of(rt: Runtime, task_ref: str, *, actor: Actor) -> dict[str, Any] | None:
    """What has been saved for a task, as it was typed; None where nobody has begun.

    For who may fill it, alone, without what another holder wrote where he does not see it.
    """
    with rt.db.read() as db:
        found = load_by_task(rt, db, task_ref, actor, rt.clock())
        key = _key_of(found, task_ref)
        machine.fillable(found.workflow, found.view, key, actor)
        row = queries.draft(db, found.task_ids[task_ref])
        if row is None:
            return None
        role = found.workflow.task(found.view.state, key).role
        hidden = forms.sight(_form_of(found, key), found.view, actor, fills_as=role).hidden
        return {name: value for name, value in json.loads(row.body).items() if name not in hidden}
