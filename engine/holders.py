"""Who holds the roles of a case on a day, by rules, reassignments and orders to act; re-pointing of open tasks.

`resolve` is asked at each submit and fire, so it reads only what the roles' rules need. `reresolve` and `rehold` are
work of the outbox: they run after appointments or grants have changed, and may run twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.core import roles
from engine.core.case import Holder
from engine.core.passing import role_of
from engine.core.proof.canonical import canonical
from engine.core.reading.compiled import Workflow
from engine.core.rules import Ask, day_of, question
from engine.core.times import to_date, to_datetime, to_text
from engine.runtime import Runtime
from engine.store import apply
from engine.store.gathered import spread
from engine.store.queries import case_head, linked, open_tasks, outbox, placed, role_people, staffing
from engine.store.refs import new_ref

NOBODY_KNOWN: Mapping[Ask, tuple[Holder, ...]] = {}


@dataclass(frozen=True, slots=True)
class About:
    """Of what roles are asked: the subjects, the unit and the end of the period of a case, there or still to come.

    `subjects`: whom the rule `subject` finds; more than one where several wrote the definition that a case is about.
    """

    subjects: tuple[Holder, ...]
    unit_id: int
    period_end: date | None = None
    overrides: Mapping[str, tuple[Holder, ...]] = field(default_factory=dict)
    nominated: Mapping[str, tuple[Holder, ...]] = field(default_factory=dict)


def resolve(
    db: Connection, workflow: Workflow, about: About, on: date, known: Mapping[Ask, tuple[Holder, ...]] = NOBODY_KNOWN
) -> dict[str, tuple[Holder, ...]]:
    """Role key → its holders on a day, each with the appointment, grant, order or reassignment behind it.

    known: what has been read already of that day's people.
    """
    return resolve_all(db, workflow, [about], [on], known)[0]


def resolve_each(
    db: Connection,
    workflow: Workflow,
    about: Sequence[tuple[Holder, int]],
    on: date,
    period_end: date | None = None,
) -> list[dict[str, tuple[Holder, ...]]]:
    """The same for many subjects, each with his unit, in their order: as many questions as for one."""
    cases_to_be = [About((subject,), unit_id, period_end) for subject, unit_id in about]
    return resolve_all(db, workflow, cases_to_be, [on] * len(about)) if about else []


def resolve_all(
    db: Connection,
    workflow: Workflow,
    about: Sequence[About],
    on: Sequence[date],
    known: Mapping[Ask, tuple[Holder, ...]] = NOBODY_KNOWN,
) -> list[dict[str, tuple[Holder, ...]]]:
    """The same for many cases, each on its day, in their order."""
    return resolve_any(db, [(workflow, each, day) for each, day in zip(about, on, strict=True)], known)


def resolve_any(
    db: Connection,
    asked: Sequence[tuple[Workflow, About, date]],
    known: Mapping[Ask, tuple[Holder, ...]] = NOBODY_KNOWN,
) -> list[dict[str, tuple[Holder, ...]]]:
    """The same for cases of any workflows, each on its day: as many questions for ten workflows as for one."""
    found = dict(known)
    first = {
        question(rule, None, each.unit_id, day_of(rule, day, each.period_end))
        for workflow, each, day in asked
        for rule in workflow.people
    }
    found |= role_people.answers(db, first - found.keys()) if first else {}
    answered: dict[int, dict[str, tuple[Holder, ...]]] = {}
    while len(answered) < len(asked):
        asks: set[Ask] = set()
        for place, (workflow, each, day) in enumerate(asked):
            if place not in answered:
                held, open_ = roles.resolve(
                    workflow.definition.roles, _facts(workflow, each, day, found), workflow.roles
                )
                asks |= open_
                if not open_:
                    answered[place] = held
        found |= role_people.answers(db, asks)
    return [answered[place] for place in range(len(asked))]


def _facts(workflow: Workflow, about: About, on: date, known: Mapping[Ask, tuple[Holder, ...]]) -> roles.RoleFacts:
    return roles.RoleFacts(
        subjects=about.subjects,
        unit_id=about.unit_id,
        today=on,
        period_end=about.period_end,
        workflow=workflow.definition.key,
        known=known,
        overrides=about.overrides,
        nominated=about.nominated,
    )


def of_case(db: Connection, workflow: Workflow, row: Any, today: date) -> dict[str, tuple[Holder, ...]]:
    """The same for a case's row (queries.case_head), its reassignments first."""
    known = NOBODY_KNOWN
    if row.subject_id:
        ask = Ask("superior_of", row.subject_id, today.isoformat())
        known = {ask: role_people.holders_on(spread(row.superiors), today, ask.rule)}
    return resolve(db, workflow, about_case(db, workflow, row, today), today, known)


def about_case(db: Connection, workflow: Workflow, row: Any, on: date, until: str = "~") -> About:
    """A case as roles are asked of it on a day; until: a moment, after which no reassignment counts."""
    day = on.isoformat()
    return About(
        _subjects(db, workflow, row),
        row.unit_id,
        to_date(row.period_end),
        placed.overrides(db, row.id, day, until) if row.has_overrides else {},
        placed.nominated(db, row.id, day) if workflow.nominates else {},
    )


def _subjects(db: Connection, workflow: Workflow, row: Any) -> tuple[Holder, ...]:
    """Whom the rule `subject` finds: whom the case is about, or who wrote the definition that it is about."""
    if row.subject_id:
        return (Holder(row.subject_id, row.subject_ref, row.subject_name, "subject"),)
    return linked.authors_of_case(db, row.id) if workflow.definition.subject == "definition" else ()


def about_cases(
    db: Connection, workflow: Workflow, rows: Sequence[Any], on: date, period_end: date | None = None
) -> list[About]:
    """Many cases of one workflow as roles are asked of them, in their order: two questions for all.

    period_end: of all of them, where the rows do not say theirs.
    """
    day = on.isoformat()
    put = placed.overrides_of(db, [row.id for row in rows if row.has_overrides], day)
    proposed = placed.nominated_of(db, [row.id for row in rows], day) if workflow.nominates else {}
    return [
        About(
            _subjects(db, workflow, row),
            row.unit_id,
            period_end or to_date(row.period_end),
            put.get(row.id, {}),
            proposed.get(row.id, {}),
        )
        for row in rows
    ]


def reresolve(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """Ask for each case about `people`, or below `unit`, to be re-pointed in a transaction of its own.

    So a case that fails holds up no other, and nobody's act waits for a whole city.
    Where `posts` are named, `people` hold them, and everybody who sits below them now is meant too; `held_by`: the
    cases in which one of these has an open task.
    """
    about = set(body["people"])
    for person_id in body["people"] if body.get("posts") else ():
        about |= staffing.affected(db, person_id, body["posts"])
    once = new_ref()
    found = open_tasks.cases_about(db, sorted(about), body["unit"], body.get("held_by", ()))
    work = {f"rehold:{once}:{case}": canonical({"case": case}).decode() for case in found}
    outbox.add_all(db, "holders.rehold", work, to_text(rt.clock()))


def rehold(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """Re-point the open tasks of one case; an event if somebody else is to hold one now."""
    at = rt.clock()
    row = case_head.head(db, body["case"], at, lock=True)
    workflow = rt.library.workflow(db, row.definition_digest)
    if row.state not in workflow.states:
        return
    held = of_case(db, workflow, row, at.astimezone(ZoneInfo(row.timezone)).date())
    # In a case that is suspended the clocks stand still: nothing passes meanwhile.
    clock = to_datetime(row.suspended_at) if row.suspended_at else at
    if changed := misplaced(workflow, row.state, held, open_tasks.among(spread(row.tasks)), clock):
        apply.write_holders(db, case_id=row.id, case_ref=row.ref, holders=changed, at=at, product=rt.version)


def misplaced(
    workflow: Workflow,
    state: str,
    held: Mapping[str, tuple[Holder, ...]],
    tasks: Sequence[open_tasks.Held],
    at: datetime,
) -> dict[tuple[int, str], tuple[Holder, ...]]:
    """The open tasks of a state (key, ref) that others than their stored holders are to hold, with who that is."""
    specs = {spec.key: spec for spec in workflow.states[state].tasks}
    wanted = {}
    for task in tasks:
        role = role_of(specs[task.key], to_datetime(task.due) if task.due else None, at, held)
        who = _each_once(held.get(role, ()))
        if {(each.person_id, each.basis) for each in who} != task.holds:
            wanted[task.id, task.ref] = who
    return wanted


def _each_once(holders: Sequence[Holder]) -> tuple[Holder, ...]:
    """Two grants may give the same person the same role: he holds the task once, as when it was opened."""
    return tuple({holder.person_id: holder for holder in reversed(holders)}.values())
