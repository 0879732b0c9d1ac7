"""Verbs on grants: admin, auditor and calibration_panel over a unit and what is below it. Nobody grants himself."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from engine.authority import administered_person, administered_unit, local_day
from engine.core.case import Actor
from engine.core.errors import NotAllowed, NotFound, Refused
from engine.core.messages import Message
from engine.core.times import to_date, to_text
from engine.requests import Once
from engine.runtime import Runtime
from engine.staffing import Act, add_grant, reresolve
from engine.store.queries import accounts, codes
from engine.store.queries import staffing as queries


def grant(
    rt: Runtime,
    *,
    actor: Actor,
    person_ref: str,
    role: str,
    unit_ref: str,
    starts_on: date,
    ends_on: date | None = None,
    once: str | None = None,
) -> str:
    """Give a person a right over a unit for [starts_on, ends_on); answers the grant's ref.

    The actor administers both unit and person, whose sessions and codes end: nobody goes on with another standing
    (ASVS 5.0, 7.2.4). `once` is the idempotency key.
    """
    at = rt.clock()
    asked = Once(actor, once, f"grant:{person_ref}", [role, unit_ref, str(starts_on), str(ends_on or "")])
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return str(earlier["ref"])
        unit = administered_unit(db, actor, unit_ref)
        person = administered_person(db, actor, person_ref, at)
        if not person.active:
            raise NotFound(Message("people.person_not_found"))
        act = Act(rt, db, actor, at)
        added = add_grant(act, person=person, role=role, unit=unit, starts_on=starts_on, ends_on=ends_on)
        accounts.revoke_sessions(db, person.id, to_text(at))
        codes.end_all(db, person.id, to_text(at), "withdrawn")  # whoever gave one might not give this right
        row = reresolve(act, added.event, unit=unit.id)
        asked.remember(db, {"ref": added.ref}, at)
    rt.queue([row])
    return added.ref


def revoke_grant(rt: Runtime, *, actor: Actor, grant_ref: str, once: str | None = None) -> None:
    """Let a right end today, at once, and the person's sessions; one that has not begun never will.

    Raises Refused when it ended already.
    """
    at = rt.clock()
    asked = Once(actor, once, f"revoke:{grant_ref}", None)
    with rt.db.begin() as db:
        if asked.answered(db) is not None:
            return
        held = queries.grant(db, grant_ref)
        if held is None:
            raise NotFound(Message("people.grant_not_found"))
        row = end_held(Act(rt, db, actor, at), held, _end(db, actor, held, at))
        asked.remember(db, {}, at)
    rt.queue([row])


def end_held(act: Act, held: Any, ends_on: date) -> int:
    """End a right (a row of staffing.grant) before a day, in a transaction of theirs; answers the work to ring for."""
    queries.end_grant(act.db, held.id, str(ends_on))
    accounts.revoke_sessions(act.db, held.person_id, to_text(act.at))
    public = {"person": held.person_ref, "unit": held.unit_ref, "grant": held.ref, "role": held.role}
    event = act.record(f"person:{held.person_ref}", "grant.revoked", {**public, "ends_on": str(ends_on)})
    return reresolve(act, event, unit=held.unit_id)


def _end(db: Connection, actor: Actor, held: Any, at: datetime) -> date:
    unit = administered_unit(db, actor, held.unit_ref)
    if held.person_id == actor.person_id:
        raise NotAllowed(Message("people.not_oneself"))
    today = local_day(unit, at)
    if held.ends_on is not None and to_date(held.ends_on) <= today:
        raise Refused(Message("people.grant_ended", on=to_date(held.ends_on)))
    return max(today, to_date(held.starts_on))
