"""Verbs on appointments: who holds which post from when to when. A recorded appointment is never edited."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from engine import restaffing
from engine.authority import administered_person, administered_post, require_no_further_rights
from engine.core.case import Actor
from engine.core.errors import NotAllowed, NotFound
from engine.core.messages import Message
from engine.requests import Once
from engine.runtime import Runtime
from engine.staffing import Act, add_appointment, reresolve
from engine.store.queries import staffing as queries


def appoint(
    rt: Runtime,
    *,
    actor: Actor,
    person_ref: str,
    post_ref: str,
    kind: str,
    starts_on: date,
    ends_on: date | None = None,
    order_number: str | None = None,
    once: str | None = None,
) -> str:
    """Put a person on a post for [starts_on, ends_on); answers the appointment's ref.

    `kind`: definitive, plt, plh, delegated or team_leader. A person holds one post definitively at a time, and a post
    has one such holder: Refused names what stands in the way. Nobody appoints himself. `once` is the idempotency key.
    """
    at = rt.clock()
    values = {"kind": kind, "order_number": (order_number or "").strip() or None}
    same = [post_ref, kind, str(starts_on), str(ends_on or ""), order_number]
    asked = Once(actor, once, f"appoint:{person_ref}", same)
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return str(earlier["ref"])
        post, person = _appointable(db, actor, post_ref, person_ref, at)
        act = Act(rt, db, actor, at)
        added = add_appointment(act, person=person, post=post, starts_on=starts_on, ends_on=ends_on, **values)
        row = reresolve(act, added.event, people=queries.affected(db, person.id, [post.id]))
        asked.remember(db, {"ref": added.ref}, at)
    rt.queue([row])
    return added.ref


def _appointable(db: Connection, actor: Actor, post_ref: str, person_ref: str, at: datetime) -> tuple[Any, Any]:
    """Post and person, both in the actor's administration; nobody who has left, nor whose rights reach further."""
    post = administered_post(db, actor, post_ref)
    person = administered_person(db, actor, person_ref, at)
    require_no_further_rights(db, actor, person.id, at)
    if not person.active:
        raise NotFound(Message("people.person_not_found"))
    return post, person


def end_appointment(rt: Runtime, *, actor: Actor, appointment_ref: str, ends_on: date, once: str | None = None) -> str:
    """Let an appointment end before `ends_on`; a new row takes its place, and its ref is the answer.

    The day it began is allowed: then it never held. Raises StaleCase when it was replaced already.
    """
    at = rt.clock()
    asked = Once(actor, once, f"end:{appointment_ref}", str(ends_on))
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return str(earlier["ref"])
        old = _administered(db, actor, appointment_ref, at)
        changed = restaffing.end_appointment(Act(rt, db, actor, at), old, ends_on=ends_on)
        ref = queries.successor(db, old.id)
        asked.remember(db, {"ref": ref}, at)
    rt.queue(changed.rows)
    return ref


def correct_appointment(
    rt: Runtime,
    *,
    actor: Actor,
    appointment_ref: str,
    kind: str,
    starts_on: date,
    ends_on: date | None,
    order_number: str | None,
    reason: str,
    once: str | None = None,
) -> str:
    """Put a corrected row in the place of what was recorded about somebody on a post; answers its ref.

    What we knew before stays: it is found by when it was recorded. Raises what `appoint` raises, InvalidSubmission
    without a reason, StaleCase when it was replaced already.
    """
    at = rt.clock()
    values = {"kind": kind, "order_number": (order_number or "").strip() or None, "reason": reason}
    asked = Once(actor, once, f"correct:{appointment_ref}", {**values, "on": [str(starts_on), str(ends_on or "")]})
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return str(earlier["ref"])
        old = _administered(db, actor, appointment_ref, at)
        act = Act(rt, db, actor, at)
        changed = restaffing.correct_appointment(act, old, starts_on=starts_on, ends_on=ends_on, **values)
        ref = queries.successor(db, old.id)
        asked.remember(db, {"ref": ref}, at)
    rt.queue(changed.rows)
    return ref


def _administered(db: Connection, actor: Actor, ref: str, at: datetime) -> Any:
    """An appointment on a post in the actor's administration, of somebody else whose rights reach no further."""
    old = queries.appointment(db, ref)
    if old is None:
        raise NotFound(Message("people.appointment_not_found"))
    administered_post(db, actor, old.post_ref)
    if old.person_id == actor.person_id:
        raise NotAllowed(Message("people.not_oneself"))
    require_no_further_rights(db, actor, old.person_id, at)
    return old
