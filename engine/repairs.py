"""Verbs of admins on running cases: reassign a role, cancel. Staff's verbs stand in cases.py."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from engine.authority import ADMIN
from engine.cases import LONGEST_COMMENT
from engine.core import machine, roles
from engine.core.case import CANCELLED, Actor
from engine.core.errors import BadRequest, NotAllowed, NotFound, Refused, StaleCase
from engine.core.messages import Message
from engine.core.passing import role_in
from engine.requests import Once
from engine.runtime import Runtime
from engine.snapshot import Snapshot, load, load_by_task
from engine.steps import Receipt, answer, move
from engine.store import apply
from engine.store.queries import people, people_lists, scope


def reassign(rt: Runtime, task_ref: str, person_ref: str, *, actor: Actor, reason: str, key: str) -> Receipt:
    """Give the role behind an open task to another person, for this case, from now on.

    Only an admin whose right reaches the case and the person may, never in his own case nor for himself. Raises
    Refused when the person holds the role already or is the case's subject, and for the subject's own role.
    """
    at = rt.clock()
    reason = _required_reason(reason)
    once = Once(actor, key, f"reassign:{task_ref}", [person_ref, reason])
    with rt.db.begin() as db:
        found = load_by_task(rt, db, task_ref, actor, at, lock=True, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return Receipt(**earlier)
        _require_admin(db, found, actor)
        role = _open_role(found, task_ref)
        person = _new_holder(db, found, role, person_ref, actor)
        event = apply.write_reassignment(
            db,
            case_id=found.id,
            case_ref=found.ref,
            role=role,
            task_ids=_tasks_of(found, role),
            person_id=person.id,
            person_ref=person.ref,
            actor=actor,
            at=at,
            reason=reason,
            key=key,
            product=rt.version,
        )
        return answer(db, found, once, event, at)


def cancel(rt: Runtime, case_ref: str, *, actor: Actor, reason: str, seen: int, key: str) -> Receipt:
    """End a case for good, with the reason; only an admin whose scope covers it may."""
    at = rt.clock()
    reason = _required_reason(reason)
    once = Once(actor, key, f"cancel:{case_ref}", [seen, reason])
    with rt.db.begin() as db:
        found = load(rt, db, case_ref, actor, at, lock=True, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return Receipt(**earlier)
        _require_admin(db, found, actor)
        if found.view.version != seen:
            raise StaleCase(Message("case.stale"))
        if machine.is_over(found.workflow, found.view):
            raise Refused(Message("case.over"))
        decision = machine.cancel(found.view)
        event = move(rt, db, found, decision, actor, at, reason=reason, key=key)
        after = replace(found, view=replace(found.view, state=CANCELLED, version=found.view.version + 1, tasks=()))
        return answer(db, after, once, event, at)


def _require_admin(db: Connection, found: Snapshot, actor: Actor) -> None:
    """The right itself must reach the case: an auditor here who is an admin elsewhere only reads."""
    if not scope.covers(db, actor, found.unit_id, ADMIN):
        raise NotAllowed(Message("case.admins_only"))
    # In a case about a definition the role `subject` is its author's.
    own = (spec.key for spec in found.workflow.definition.roles if spec.rule == "subject")
    if found.view.subject_id == actor.person_id or any(found.view.holds(actor, role) for role in own):
        raise NotAllowed(Message("case.not_oneself"))


def _open_role(found: Snapshot, task_ref: str) -> str:
    """The role behind an open task; the role of the case's subject is nobody else's."""
    task = next((task for task in found.view.tasks if task.ref == task_ref), None)
    if task is None or task.state != "open":
        raise Refused(Message("task.not_open"))
    role = role_in(found.view, found.workflow.task(found.view.state, task.key), task)
    if any(spec.key == role and spec.rule == "subject" for spec in found.workflow.definition.roles):
        raise Refused(Message("reassign.subjects_role"))
    return role


def _new_holder(db: Connection, found: Snapshot, role: str, person_ref: str, actor: Actor) -> Any:
    """The person who shall hold the role: active, within the actor's administration, and fit to judge."""
    person = people.by_ref(db, person_ref)
    within = person is not None and people_lists.is_within(db, actor, person.id, found.view.today, ADMIN)
    if person is None or not person.active or not within:
        raise NotFound(Message("person.not_found"))
    if any(holder.person_id == person.id for holder in found.view.roles.get(role, ())):
        raise Refused(Message("reassign.holds_it_already", name=person.name))
    if person.id == found.view.subject_id:
        raise Refused(Message("reassign.subject", name=person.name))
    _require_apart(found, role, person)
    if person.id == actor.person_id:
        raise NotAllowed(Message("reassign.oneself"))
    return person


def _require_apart(found: Snapshot, role: str, person: Any) -> None:
    """Refuse somebody whom a role of his keeps from this one: put in its place, he would not hold it."""
    own = [key for key, held in found.view.roles.items() if any(holder.person_id == person.id for holder in held)]
    specs = {spec.key: spec for spec in found.workflow.definition.roles}
    if barred := roles.kept_apart(specs[role], own):
        named = tuple(roles.labelled(specs[key]) for key in barred)
        raise Refused(Message("reassign.kept_apart", name=person.name, role=roles.labelled(specs[role]), held=named))


def _tasks_of(found: Snapshot, role: str) -> tuple[int, ...]:
    """The open tasks of a role in the current state, by integer key."""
    specs = {spec.key: spec for spec in found.workflow.states[found.view.state].tasks}
    opened = (task for task in found.view.tasks if task.state == "open")
    return tuple(found.task_ids[task.ref] for task in opened if role_in(found.view, specs[task.key], task) == role)


def _required_reason(reason: str) -> str:
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_COMMENT:
        raise BadRequest(Message("reason.length", limit=LONGEST_COMMENT, found=len(reason)))
    return reason
