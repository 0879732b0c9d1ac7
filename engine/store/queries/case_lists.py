"""Lists of cases and what counts in them: each takes the actor and scopes by him. Pages go by keyset, never by offset.

The conditions (`overdue`, `waiting`, `below`, `about_whom`) are for the WHERE of a list that is scoped already.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, or_, select, true
from sqlalchemy import case as when

from engine.core.case import Actor
from engine.core.times import to_text
from engine.store.queries.clocks import STILL
from engine.store.queries.cycle_lists import sees_everything
from engine.store.queries.people_search import named
from engine.store.queries.scope import OVERSEERS, scope_condition, units_of
from engine.store.tables.cases import Case, Cycle, Task, TaskHolder
from engine.store.tables.people import Person, Unit, UnitClosure

CASE = Case.__table__


def case_of(db: Connection, cycle_ref: str, person_id: int | None) -> str:
    """The ref of a person's case in a cycle."""
    query = select(Case.ref).join(Cycle, Cycle.id == Case.cycle_id)
    return str(db.execute(query.where(Cycle.ref == cycle_ref, Case.subject_id == person_id)).scalar_one())


def overdue(now: datetime) -> ColumnElement[bool]:
    """The cases with an open task whose deadline has passed; in one that is suspended none has."""
    late = exists().where(Task.case_id == Case.id, Task.state == "open", Task.due <= to_text(now))
    return and_(late, Case.id.not_in(STILL))


def waiting(since: datetime, soon: datetime) -> ColumnElement[bool]:
    """The cases with a task that has been open since then or longer, but for those that are suspended.

    Where there is time until after `soon`, nobody waits for anything yet.
    """
    due = or_(Task.due.is_(None), Task.due <= to_text(soon))
    open_ = exists().where(Task.case_id == Case.id, Task.state == "open", Task.opened_at <= to_text(since), due)
    return and_(open_, Case.id.not_in(STILL))


def below(unit_ref: str) -> ColumnElement[bool]:
    """The cases of a unit and of what lies below it."""
    under = select(UnitClosure.descendant_id).join(Unit, Unit.id == UnitClosure.ancestor_id)
    return Case.unit_id.in_(under.where(Unit.ref == unit_ref))


def about_whom(text: str) -> ColumnElement[bool]:
    """The case of this ref, or the cases about people whom a text names."""
    return or_(Case.ref == text, Case.subject_id.in_(select(Person.id).where(named(text))))


def by_state(db: Connection, actor: Actor, cycle_ids: Sequence[int], *, now: datetime) -> list[Row[Any]]:
    """Cases in scope by cycle and state: how many, and how many of them are overdue."""
    late = func.coalesce(func.sum(_one(overdue(now))), 0)
    query = select(Case.cycle_id, Case.definition_digest, Case.state, func.count().label("cases"), late.label("late"))
    query = query.where(Case.cycle_id.in_(cycle_ids), _reached(actor))
    return list(db.execute(query.group_by(Case.cycle_id, Case.definition_digest, Case.state)))


def open_tasks(db: Connection, case_ids: Sequence[int]) -> list[Row[Any]]:
    """The open tasks of cases that the caller may see, one row for each holder, oldest first."""
    query = (
        select(
            Task.case_id,
            Task.ref,
            Task.key,
            Task.role,
            Task.opened_at,
            Task.due,
            Person.name.label("holder"),
            Person.ref.label("holder_ref"),
        )
        .outerjoin(TaskHolder, TaskHolder.task_id == Task.id)
        .outerjoin(Person, Person.id == TaskHolder.person_id)
        .where(Task.case_id.in_(case_ids), Task.state == "open")
    )
    return list(db.execute(query.order_by(Task.case_id, Task.id, Person.name_lower)))


def tasks_held(db: Connection, actor: Actor, person_id: int, limit: int = 200) -> list[Row[Any]]:
    """What waits for a person in the actor's scope: his open tasks with their cases, soonest deadline first."""
    query = (
        select(
            Task.ref,
            Task.key,
            Task.due,
            Task.opened_at,
            Case.ref.label("case_ref"),
            Case.state.label("case_state"),
            Case.definition_digest,
            Person.name.label("subject_name"),
            Cycle.name.label("cycle_name"),
        )
        .join(TaskHolder, TaskHolder.task_id == Task.id)
        .join(Case, Case.id == Task.case_id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .outerjoin(Person, Person.id == Case.subject_id)
        .where(TaskHolder.person_id == person_id, Task.state == "open", _reached(actor))
    )
    return list(db.execute(query.order_by(func.coalesce(Task.due, "9999"), Task.id).limit(limit)))


def about(db: Connection, actor: Actor, person_id: int, limit: int = 200) -> list[Row[Any]]:
    """The cases about a person in the actor's scope, newest first."""
    query = (
        select(Case.ref, Case.state, Case.definition_digest, Case.opened_at, Cycle.name.label("cycle_name"))
        .join(Cycle, Cycle.id == Case.cycle_id)
        .where(Case.subject_id == person_id, _reached(actor))
    )
    return list(db.execute(query.order_by(Case.id.desc()).limit(limit)))


def cases_in_scope(db: Connection, actor: Actor, everything: bool | None = None) -> ColumnElement[bool]:
    """The cases that the actor oversees, for a list over all of them: nothing is asked of who oversees everything.

    everything: what `sees_everything` has answered.
    """
    known = sees_everything(db, actor) if everything is None else everything
    return true() if known else _scope(actor)


def _reached(actor: Actor) -> ColumnElement[bool]:
    """The same asked row by row, for the few that a person or a cycle has: no plan then begins at the units."""
    if actor.is_system:
        return true()
    over = units_of(actor, OVERSEERS)
    reach = UnitClosure.__table__.alias("reaching")
    return exists().where(reach.c.descendant_id == CASE.c.unit_id, reach.c.ancestor_id.in_(over))


def _scope(actor: Actor) -> ColumnElement[bool]:
    return scope_condition(actor, CASE.c.unit_id)


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return when((condition, 1), else_=0)
