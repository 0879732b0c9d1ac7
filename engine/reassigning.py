"""VERBS reassign, reassign_role, give_back, take_back: who holds a role of one case from now on, by an act of an admin.

The latest act about a role counts; until one is there, and after it was given back, the rule of the role does. For many
cases at once: bulk.py, which asks `would` first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import holders
from engine.authority import ADMIN, require_admin_of_case, required_reason
from engine.core import machine, roles
from engine.core.case import Actor
from engine.core.errors import NotAllowed, NotFound, Refused
from engine.core.messages import Message
from engine.core.passing import role_in
from engine.requests import Once
from engine.runtime import Runtime
from engine.snapshot import Snapshot, load, load_by_task
from engine.steps import Receipt, answer
from engine.store import apply
from engine.store.queries import people, people_lists, placements


@dataclass(frozen=True, slots=True)
class Would:
    """What a reassignment would do: the role, who holds it now, who would, and the open tasks that go along."""

    role: str
    held_by: tuple[str, ...]
    person: str
    tasks: tuple[str, ...]


def would(
    rt: Runtime, db: Connection, case_ref: str, role: str, person_ref: str, *, actor: Actor, at: datetime
) -> Would:
    """What `reassign_role` would do. Reads only; raises what it would raise."""
    found = load(rt, db, case_ref, actor, at)
    _require_standing(db, found, actor, role)
    person = _new_holder(db, found, role, person_ref, actor)
    held = tuple(holder.name for holder in found.view.roles.get(role, ()))
    tasks = _tasks_of(found, role)
    return Would(
        role, held, person.name, tuple(task.key for task in found.view.tasks if found.task_ids[task.ref] in tasks)
    )


def reassign(rt: Runtime, task_ref: str, person_ref: str, *, actor: Actor, reason: str, key: str) -> Receipt:
    """Give the role behind an open task to another person, for this case, from now on.

    Only an admin whose right reaches the case and the person may, never in his own case nor for himself. Raises
    Refused when the person holds the role already or is the case's subject, and for the subject's own role.
    """
    at = rt.clock()
    reason = required_reason(reason)
    once = Once(actor, key, f"reassign:{task_ref}", [person_ref, reason])
    with rt.db.begin() as db:
        found = load_by_task(rt, db, task_ref, actor, at, lock=True, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return Receipt(**earlier)
        require_admin_of_case(db, found, actor)
        role = _open_role(found, task_ref)
        return _put(rt, db, found, role, person_ref, once, at, actor=actor, reason=reason, key=key)


def reassign_role(
    rt: Runtime, case_ref: str, role: str, person_ref: str, *, actor: Actor, reason: str, key: str
) -> Receipt:
    """The same for a role by its key, whether or not a task of it is open now."""
    at = rt.clock()
    reason = required_reason(reason)
    once = Once(actor, key, f"reassign:{case_ref}:{role}", [person_ref, reason])
    with rt.db.begin() as db:
        found = load(rt, db, case_ref, actor, at, lock=True, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return Receipt(**earlier)
        _require_standing(db, found, actor, role)
        return _put(rt, db, found, role, person_ref, once, at, actor=actor, reason=reason, key=key)


def give_back(rt: Runtime, case_ref: str, role: str, *, actor: Actor, reason: str, key: str) -> Receipt:
    """Let the rule say again who holds a role. Raises Refused where it says so already."""
    at = rt.clock()
    reason = required_reason(reason)
    once = Once(actor, key, f"give_back:{case_ref}:{role}", [reason])
    with rt.db.begin() as db:
        found = load(rt, db, case_ref, actor, at, lock=True, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return Receipt(**earlier)
        _require_standing(db, found, actor, role)
        return _release(rt, db, found, role, once, at, actor=actor, reason=reason, key=key)


def take_back(rt: Runtime, case_ref: str, event_ref: str, *, actor: Actor, reason: str, key: str) -> Receipt:
    """Undo the reassignment of an event: the role goes to whoever was put there before, or back to the rule.

    Raises Refused where somebody else was put there since, and what giving it to the one before raises.
    """
    at = rt.clock()
    reason = required_reason(reason)
    once = Once(actor, key, f"take_back:{case_ref}:{event_ref}", [reason])
    with rt.db.begin() as db:
        found = load(rt, db, case_ref, actor, at, lock=True, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return Receipt(**earlier)
        placed = placements.of_case(db, found.id)
        mine = next((row for row in placed if row.event_ref == event_ref), None)
        if mine is None:
            raise NotFound(Message("reassign.no_such_act"))
        _require_standing(db, found, actor, mine.role)
        *before, last = [row for row in placed if row.role == mine.role]
        if last.event_ref != event_ref or last.given_back:
            raise Refused(Message("reassign.changed_since"))
        given = {"actor": actor, "reason": reason, "key": key}
        if not before or before[-1].given_back:
            return _release(rt, db, found, mine.role, once, at, **given)
        return _put(rt, db, found, mine.role, before[-1].person_ref, once, at, **given)


def _require_standing(db: Connection, found: Snapshot, actor: Actor, role: str) -> None:
    """An admin of the case, a case that runs, and a role of it that is not its subject's own."""
    require_admin_of_case(db, found, actor)
    if machine.is_over(found.workflow, found.view):
        raise Refused(Message("case.over"))
    spec = next((spec for spec in found.workflow.definition.roles if spec.key == role), None)
    if spec is None:
        raise NotFound(Message("reassign.no_role"))
    if spec.rule == "subject":
        raise Refused(Message("reassign.subjects_role"))


def _put(
    rt: Runtime, db: Connection, found: Snapshot, role: str, person_ref: str, once: Once, at: datetime, **given: Any
) -> Receipt:
    person = _new_holder(db, found, role, person_ref, given["actor"])
    event = apply.write_reassignment(
        db,
        case_id=found.id,
        case_ref=found.ref,
        role=role,
        task_ids=_tasks_of(found, role),
        person_id=person.id,
        person_ref=person.ref,
        at=at,
        product=rt.version,
        **given,
    )
    return answer(db, found, once, event, at)


def _release(
    rt: Runtime, db: Connection, found: Snapshot, role: str, once: Once, at: datetime, **given: Any
) -> Receipt:
    last = next((row for row in reversed(placements.of_case(db, found.id)) if row.role == role), None)
    if last is None or last.given_back:
        raise Refused(Message("reassign.by_rule_already"))
    event = apply.write_giving_back(
        db,
        case_id=found.id,
        case_ref=found.ref,
        role=role,
        person_id=last.person_id,
        person_ref=last.person_ref,
        at=at,
        product=rt.version,
        **given,
    )
    holders.rehold(rt, db, {"case": found.ref})
    return answer(db, found, once, event, at)


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
