"""Verbs on acting orders: who acts for whom, from when to when, in what, under which number. Nobody does it himself.

What an order does to the holders of roles is decided by core/acting.py each time somebody acts. An order is never
edited: one that ends early is replaced by a row that does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine import notices
from engine.authority import administered_person, require_whole_person
from engine.core.case import Actor
from engine.core.errors import InvalidSubmission, NotFound, Refused, StaleCase
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.times import to_date, to_text
from engine.judgements import judge_period, raise_wrong
from engine.requests import Once
from engine.runtime import Runtime
from engine.staffing import Act
from engine.store.queries import acting as queries
from engine.store.queries import staffing as holds
from engine.store.refs import new_ref
from engine.turning import retask, retask_when

KINDS = ("plt", "plh", "mandate")
LONGEST_NUMBER = 200


@dataclass(frozen=True, slots=True)
class Reach:
    """In which workflows and roles somebody acts for another, by key; in all where none is named."""

    workflows: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def as_document(self) -> dict[str, list[str]]:
        return {"workflows": sorted(set(self.workflows)), "roles": sorted(set(self.roles))}


EVERYTHING = Reach()


def record_order(
    rt: Runtime,
    *,
    actor: Actor,
    person_ref: str,
    deputy_ref: str,
    kind: str,
    number: str,
    starts_on: date,
    ends_on: date | None = None,
    reach: Reach = EVERYTHING,
    once: str | None = None,
) -> str:
    """Let a deputy act for a person in [starts_on, ends_on); answers the order's ref. `once` is the idempotency key.

    kind: plt, plh or mandate. Raises InvalidSubmission by field, Refused where another order of the person reaches the
    same on one of the days, NotAllowed for the actor's own absence or gain, NotFound outside his administration.
    """
    at = rt.clock()
    period = {"starts_on": str(starts_on), "ends_on": str(ends_on) if ends_on else None}
    said = {"kind": kind, "number": number.strip(), **period, "scope": reach.as_document()}
    asked = Once(actor, once, f"acting:{person_ref}", {**said, "deputy": deputy_ref})
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return str(earlier["ref"])
        person, deputy = _both(db, actor, person_ref, deputy_ref, rt)
        raise_wrong(_wrong(kind, said["number"], starts_on, ends_on))
        holds.lock(db, person.id)
        _require_free(db, person, reach, period)
        act = Act(rt, db, actor, at)
        ref = _add(act, person, deputy, said)
        public = {"person": person.ref, "deputy": deputy.ref, "order": ref, "kind": kind, **period}
        event = act.record(
            f"person:{person.ref}", "acting.ordered", {**public, "scope": said["scope"]}, {"number": said["number"]}
        )
        row = _turn(act, event, (person.id, deputy.id), (starts_on, ends_on))
        told = {"name": person.name, "kind": kind, "number": said["number"], "starts_on": str(starts_on)}
        notices.tell_person(act, deputy.id, "person.acting", event, told)
        asked.remember(db, {"ref": ref}, at)
    rt.queue([row])
    return ref


def end_order(rt: Runtime, *, actor: Actor, order_ref: str, ends_on: date, once: str | None = None) -> str:
    """Let an order end before `ends_on`, earlier than it would; a new row takes its place, and its ref is the answer.

    The day it began is allowed: then it never held. Raises Refused when it ends no later anyway, StaleCase when it was
    replaced already.
    """
    at = rt.clock()
    asked = Once(actor, once, f"acting.end:{order_ref}", str(ends_on))
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return str(earlier["ref"])
        old = queries.order(db, order_ref)
        if old is None:
            raise NotFound(Message("acting.not_found"))
        administered_person(db, actor, old.person_ref, at)
        act = Act(rt, db, actor, at)
        ref, row = ended(act, old, ends_on)
        asked.remember(db, {"ref": ref}, at)
    rt.queue([row])
    return ref


def ended(act: Act, old: Any, ends_on: date) -> tuple[str, int]:
    """End an order (a row of queries.order): the ref of the row in its place, and the work that is asked for."""
    if ends_on < to_date(old.starts_on):
        raise InvalidSubmission({"ends_on": Message("people.period", starts=to_date(old.starts_on), ends=ends_on)})
    if old.ends_on is not None and to_date(old.ends_on) <= ends_on:
        raise Refused(Message("acting.ends_anyway", on=to_date(old.ends_on)))
    kept = {name: getattr(old, name) for name in ("person_id", "deputy_id", "kind", "number", "scope", "starts_on")}
    ref = new_ref()
    new = queries.add(act.db, ref=ref, **kept, ends_on=str(ends_on), recorded_at=to_text(act.at))
    if not queries.supersede(act.db, old.id, new):
        raise StaleCase(Message("acting.replaced"))
    public = {"person": old.person_ref, "deputy": old.deputy_ref, "order": ref, "replaces": old.ref}
    event = act.record(f"person:{old.person_ref}", "acting.ended", {**public, "ends_on": str(ends_on)})
    return ref, _turn(act, event, (old.person_id, old.deputy_id), (ends_on,))


def _both(db: Connection, actor: Actor, person_ref: str, deputy_ref: str, rt: Runtime) -> tuple[Any, Any]:
    """Both people, in the actor's administration and neither of them he; the absent one with all that he holds.

    Whoever acts for somebody may do what he may: so the administration must reach all of the absent one's posts.
    """
    if person_ref == deputy_ref:
        raise InvalidSubmission({"deputy": Message("acting.himself")})
    at = rt.clock()
    person = administered_person(db, actor, person_ref, at)
    require_whole_person(db, actor, person.id, at)
    deputy = administered_person(db, actor, deputy_ref, at)
    if not deputy.active:
        raise InvalidSubmission({"deputy": Message("acting.deputy_left", name=deputy.name)})
    return person, deputy


def _wrong(kind: str, number: str, starts_on: date, ends_on: date | None) -> dict[str, Message]:
    wrong = judge_period(starts_on, ends_on)
    if kind not in KINDS:
        wrong["kind"] = Message("people.kind", found=kind, allowed=KINDS)
    if not 1 <= len(number) <= LONGEST_NUMBER:
        wrong["number"] = Message("acting.number", most=LONGEST_NUMBER)
    return wrong


def _require_free(db: Connection, person: Any, reach: Reach, period: dict[str, str | None]) -> None:
    """On one day and in one matter, one person acts for another."""
    starts_on, ends_on = str(period["starts_on"]), period["ends_on"]
    for other in queries.between(db, person.id, starts_on, ends_on):
        if _meet(reach, Reach(*queries.reach(other.scope))):
            since = to_date(other.starts_on)
            raise Refused(
                Message("acting.overlaps", name=person.name, deputy=other.deputy_name, number=other.number, since=since)
            )


def _meet(one: Reach, other: Reach) -> bool:
    return _share(one.workflows, other.workflows) and _share(one.roles, other.roles)


def _share(one: Iterable[str], other: Iterable[str]) -> bool:
    first, second = set(one), set(other)
    return not first or not second or bool(first & second)


def _add(act: Act, person: Any, deputy: Any, said: dict[str, Any]) -> str:
    ref = new_ref()
    known = {name: said[name] for name in ("kind", "number", "starts_on", "ends_on")}
    scope = canonical(said["scope"]).decode()
    queries.add(
        act.db, ref=ref, person_id=person.id, deputy_id=deputy.id, scope=scope, recorded_at=to_text(act.at), **known
    )
    return ref


def _turn(act: Act, event: str, people_ids: tuple[int, int], days: Iterable[date | None]) -> int:
    """Open tasks follow now, and again when the order begins and when it ends."""
    retask_when(act, event, days, people_ids)
    return retask(act, event, people_ids)
