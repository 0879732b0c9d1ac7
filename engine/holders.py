"""Who holds the roles of a case on a day, from appointments, grants and reassignments; re-pointing of open tasks.

`resolve` is asked at each submit and fire, so it reads only what the roles' rules need. `reresolve` and `rehold` are
work of the outbox: they run after appointments or grants have changed, and may run twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.core import roles
from engine.core.case import Holder
from engine.core.proof.canonical import canonical
from engine.core.reading.compiled import Workflow
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store import apply
from engine.store.gathered import spread
from engine.store.queries import case_head, cases, open_tasks, outbox, people, staffing
from engine.store.refs import new_ref

NO_OVERRIDES: Mapping[str, tuple[Holder, ...]] = {}
NOBODY_KNOWN: Mapping[int, tuple[Holder, ...]] = {}


def resolve(
    db: Connection,
    workflow: Workflow,
    subject: Holder | None,
    unit_id: int,
    on: date,
    overrides: Mapping[str, tuple[Holder, ...]] = NO_OVERRIDES,
    known: Mapping[int, tuple[Holder, ...]] = NOBODY_KNOWN,
) -> dict[str, tuple[Holder, ...]]:
    """Role key → its holders on a day, each with the appointment, grant or reassignment behind it.

    known: superiors on that day that have been read already, by person.
    """
    needs = workflow.people
    grants = {grant: people.grant_holders(db, grant, unit_id, on) for grant in needs.grants}
    superiors = _superiors(db, subject, needs.superior_steps, on, known)
    facts = roles.RoleFacts(subject, superiors, grants, overrides)
    return roles.resolve(workflow.definition.roles, facts, workflow.roles)


def resolve_each(
    db: Connection, workflow: Workflow, about: Sequence[tuple[Holder, int]], on: date
) -> list[dict[str, tuple[Holder, ...]]]:
    """The same as `resolve` for many subjects, each with his unit, in their order: as many questions as for one."""
    needs, everywhere = workflow.people, {unit_id for _, unit_id in about}
    grants = {grant: people.grant_holders_of(db, grant, everywhere, on) for grant in needs.grants}
    superiors: dict[int, tuple[Holder, ...]] = {}
    level = {subject.person_id for subject, _ in about}
    for _ in range(needs.superior_steps):
        superiors |= people.superiors_of(db, level - superiors.keys(), on)
        level = {holder.person_id for person in level for holder in superiors[person]}
    return [
        roles.resolve(
            workflow.definition.roles,
            roles.RoleFacts(subject, superiors, {grant: held[unit_id] for grant, held in grants.items()}),
        )
        for subject, unit_id in about
    ]


def of_case(db: Connection, workflow: Workflow, row: Any, today: date) -> dict[str, tuple[Holder, ...]]:
    """The same for a case's row (queries.case_head), its reassignments first."""
    overrides = _overrides(db, row.id) if row.has_overrides else NO_OVERRIDES
    if not row.subject_id:
        return resolve(db, workflow, None, row.unit_id, today, overrides)
    subject = Holder(row.subject_id, row.subject_ref, row.subject_name, "subject")
    known = {row.subject_id: people.superiors_on(spread(row.superiors), today)}
    return resolve(db, workflow, subject, row.unit_id, today, overrides, known)


def reresolve(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """Ask for each case about `people`, or below `unit`, to be re-pointed in a transaction of its own.

    So a case that fails holds up no other, and nobody's act waits for a whole city.
    Where `posts` are named, `people` hold them, and everybody who sits below them now is meant too.
    """
    about = set(body["people"])
    for person_id in body["people"] if body.get("posts") else ():
        about |= staffing.affected(db, person_id, body["posts"])
    once = new_ref()
    found = open_tasks.cases_about(db, sorted(about), body["unit"])
    work = {f"rehold:{once}:{case}": canonical({"case": case}).decode() for case in found}
    outbox.add_all(db, "holders.rehold", work, to_text(rt.clock()))


def rehold(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """Re-point the open tasks of one case; an event if somebody else is to hold one now."""
    at = rt.clock()
    row = case_head.head(db, body["case"], at, lock=True)
    workflow = rt.library.workflow(db, row.definition_digest)
    state = workflow.states.get(row.state)
    if state is None:
        return
    held = of_case(db, workflow, row, at.astimezone(ZoneInfo(row.timezone)).date())
    wanted = {spec.key: _each_once(held.get(spec.role, ())) for spec in state.tasks}
    changed = {
        (task.id, task.ref): wanted[task.key]
        for task in open_tasks.among(spread(row.tasks))
        if {(who.person_id, who.basis) for who in wanted[task.key]} != task.holds
    }
    if changed:
        apply.write_holders(db, case_id=row.id, case_ref=row.ref, holders=changed, at=at, product=rt.version)


def _each_once(holders: Sequence[Holder]) -> tuple[Holder, ...]:
    """Two grants may give the same person the same role: he holds the task once, as when it was opened."""
    return tuple({holder.person_id: holder for holder in reversed(holders)}.values())


def _superiors(
    db: Connection, subject: Holder | None, steps: int, on: date, known: Mapping[int, tuple[Holder, ...]]
) -> dict[int, tuple[Holder, ...]]:
    """Person → the holders of his superior post, for as many steps up as the definition asks."""
    found: dict[int, tuple[Holder, ...]] = {}
    level = [subject.person_id] if subject else []
    for _ in range(steps):
        for person in level:
            found[person] = known[person] if person in known else people.superior_holders(db, person, on)
        level = [holder.person_id for person in level for holder in found[person]]
    return found


def _overrides(db: Connection, case_id: int) -> dict[str, tuple[Holder, ...]]:
    """The latest reassignment of each role of the case."""
    found: dict[str, tuple[Holder, ...]] = {}
    for row in cases.overrides(db, case_id):
        found[row.role] = (Holder(row.person_id, row.ref, row.name, "reassigned", row.event_ref),)
    return found
