"""Verbs on appointments: who holds which post from when to when. A recorded appointment is never edited."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.authority import administered_person, administered_post, require_no_further_rights
from engine.core.case import Actor
from engine.core.errors import InvalidSubmission, NotAllowed, NotFound, StaleCase
from engine.core.messages import Message
from engine.core.times import to_date, to_text
from engine.requests import Once
from engine.runtime import Runtime
from engine.staffing import Act, add_appointment, reresolve, when_days_come
from engine.store.queries import staffing as queries
from engine.store.refs import new_ref


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

    `kind`: definitive, plt, plh or delegated. A person holds one post definitively at a time, and a post has one such
    holder: Refused names what stands in the way. Nobody appoints himself. `once` is the idempotency key.
    """
    at = rt.clock()
    asked = Once(
        actor, once, f"appoint:{person_ref}", [post_ref, kind, str(starts_on), str(ends_on or ""), order_number]
    )
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return str(earlier["ref"])
        post = administered_post(db, actor, post_ref)
        person = administered_person(db, actor, person_ref, at)
        require_no_further_rights(db, actor, person.id, at)
        if not person.active:
            raise NotFound(Message("people.person_not_found"))
        act = Act(rt, db, actor, at)
        added = add_appointment(
            act,
            person=person,
            post=post,
            kind=kind,
            starts_on=starts_on,
            ends_on=ends_on,
            order_number=(order_number or "").strip() or None,
        )
        row = reresolve(act, added.event, people=queries.affected(db, person.id, [post.id]))
        asked.remember(db, {"ref": added.ref}, at)
    rt.queue([row])
    return added.ref


def end_appointment(rt: Runtime, *, actor: Actor, appointment_ref: str, ends_on: date, once: str | None = None) -> str:
    """Let an appointment end before `ends_on`; a new row takes its place, and its ref is the answer.

    The day it began is allowed: then it never held. Raises StaleCase when it was replaced already.
    """
    at = rt.clock()
    asked = Once(actor, once, f"end:{appointment_ref}", str(ends_on))
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return str(earlier["ref"])
        old = queries.appointment(db, appointment_ref)
        if old is None:
            raise NotFound(Message("people.appointment_not_found"))
        administered_post(db, actor, old.post_ref)
        if old.person_id == actor.person_id:
            raise NotAllowed(Message("people.not_oneself"))
        require_no_further_rights(db, actor, old.person_id, at)
        if ends_on < to_date(old.starts_on):
            wrong = Message("people.period", starts=to_date(old.starts_on), ends=ends_on)
            raise InvalidSubmission({"ends_on": wrong})
        act = Act(rt, db, actor, at)
        ref = _replace(act, old, ends_on)
        public = {
            "person": old.person_ref,
            "post": old.post_ref,
            "appointment": ref,
            "replaces": appointment_ref,
            "ends_on": str(ends_on),
        }
        event = act.record(f"person:{old.person_ref}", "appointment.ended", public)
        row = reresolve(act, event, people=queries.affected(db, old.person_id, [old.post_id]))
        when_days_come(act, event, [ends_on], person=old.person_id, post=old.post_id)
        asked.remember(db, {"ref": ref}, at)
    rt.queue([row])
    return ref


def _replace(act: Act, old: Any, ends_on: date) -> str:
    ref = new_ref()
    kept = {name: getattr(old, name) for name in ("person_id", "post_id", "starts_on", "kind", "order_number")}
    new = queries.add_appointment(act.db, ref=ref, ends_on=str(ends_on), recorded_at=to_text(act.at), **kept)
    if not queries.supersede(act.db, old.id, new):
        raise StaleCase(Message("people.appointment_replaced"))
    return ref
