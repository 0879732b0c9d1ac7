"""Lists as the JSON API reads them: scoped by the actor, oldest row first, from a key on. Pages never count rows.

`within`: the unit of the key; what lies outside it is not there, whatever rights its person has. Neither is what he
did in person, or by another key: of what lies in no unit yet a key knows what came by itself.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, or_, select

from engine.core.case import Actor
from engine.store.queries import case_lists, cycle_lists
from engine.store.queries.case_filters import in_cycle
from engine.store.queries.scope import person_condition, scope_condition
from engine.store.queries.units import ZONE
from engine.store.tables.cases import Case, Cycle, Task, TaskHolder
from engine.store.tables.definitions import DefinitionVersion
from engine.store.tables.ledger import Event
from engine.store.tables.people import Appointment, Person, Post, Unit, UnitClosure

UNIT, POST, PERSON, CYCLE = Unit.__table__, Post.__table__, Person.__table__, Cycle.__table__
HELD, CASE, VERSION, EVENT = Appointment.__table__, Case.__table__, DefinitionVersion.__table__, Event.__table__
PARENT, SUPERIOR = UNIT.alias("parent"), POST.alias("superior")


def _page(db: Connection, query: Select[Any], key: ColumnElement[int], after: int | None, limit: int) -> list[Row[Any]]:
    """One more row than a page has, so that it is known whether there is a next one."""
    if after is not None:
        query = query.where(key > after)
    return list(db.execute(query.order_by(key).limit(limit + 1)))


def units(db: Connection, actor: Actor, *, after: int | None, limit: int, ref: str | None = None) -> list[Row[Any]]:
    """Units with their parents; `timezone` is the one in force."""
    query = select(Unit.__table__, PARENT.c.ref.label("parent_ref"), ZONE.label("zone"))
    query = query.outerjoin(PARENT, PARENT.c.id == Unit.parent_id).where(scope_condition(actor, UNIT.c.id))
    return _page(db, query if ref is None else query.where(UNIT.c.ref == ref), UNIT.c.id, after, limit)


def posts(
    db: Connection, actor: Actor, *, after: int | None, limit: int, ref: str | None = None, unit: str = ""
) -> list[Row[Any]]:
    """Posts with their unit and superior post."""
    query = select(
        POST, UNIT.c.ref.label("unit_ref"), UNIT.c.name.label("unit_name"),
        SUPERIOR.c.ref.label("superior_ref"), SUPERIOR.c.name.label("superior_name"),
    ).join(UNIT, UNIT.c.id == POST.c.unit_id).outerjoin(SUPERIOR, SUPERIOR.c.id == POST.c.superior_id)  # fmt: skip
    query = query.where(scope_condition(actor, POST.c.unit_id))
    if unit:
        query = query.where(POST.c.unit_id.in_(_below(unit)))
    return _page(db, query if ref is None else query.where(POST.c.ref == ref), POST.c.id, after, limit)


def people(
    db: Connection, actor: Actor, on: date, *, after: int | None, limit: int, ref: str | None = None, nip: str = ""
) -> list[Row[Any]]:
    """People in the actor's scope."""
    query = select(PERSON).where(person_condition(actor, PERSON.c.id, on))
    if nip:
        query = query.where(PERSON.c.nip == nip)
    return _page(db, query if ref is None else query.where(PERSON.c.ref == ref), PERSON.c.id, after, limit)


def appointments(
    db: Connection, actor: Actor, *, after: int | None, limit: int, person: str = "", post: str = "", on: str = ""
) -> list[Row[Any]]:
    """Appointments that stand, to posts in the actor's scope; `on`: those that hold on a day."""
    query = select(
        HELD, PERSON.c.ref.label("person_ref"), PERSON.c.name.label("person_name"),
        POST.c.ref.label("post_ref"), POST.c.name.label("post_name"),
    ).join(PERSON, PERSON.c.id == HELD.c.person_id).join(POST, POST.c.id == HELD.c.post_id)  # fmt: skip
    query = query.where(scope_condition(actor, POST.c.unit_id), HELD.c.superseded_by.is_(None))
    if person:
        query = query.where(PERSON.c.ref == person)
    if post:
        query = query.where(POST.c.ref == post)
    if on:
        query = query.where(HELD.c.starts_on <= on, or_(HELD.c.ends_on.is_(None), HELD.c.ends_on > on))
    return _page(db, query, HELD.c.id, after, limit)


def cycles(db: Connection, actor: Actor, *, after: int | None, limit: int, ref: str | None = None) -> list[Row[Any]]:
    """Cycles with a case in scope."""
    mine = cycle_lists.cycles_in_scope(actor, everything=cycle_lists.sees_everything(db, actor))
    query = select(CYCLE).where(mine)
    return _page(db, query if ref is None else query.where(CYCLE.c.ref == ref), CYCLE.c.id, after, limit)


def cases(
    db: Connection,
    actor: Actor,
    within: int,
    *,
    after: int | None,
    limit: int,
    cycle: str = "",
    state: str = "",
    unit: str = "",
    subject: str = "",
    holder: str = "",
) -> list[Row[Any]]:
    """Cases that the actor oversees, is the subject of, or has an open task in; inside the unit `within` alone."""
    query = select(
        CASE, CYCLE.c.ref.label("cycle_ref"), CYCLE.c.name.label("cycle_name"), UNIT.c.ref.label("unit_ref"),
        UNIT.c.name.label("unit_name"), PERSON.c.ref.label("subject_ref"), PERSON.c.name.label("subject_name"),
    ).join(CYCLE, CYCLE.c.id == CASE.c.cycle_id).join(UNIT, UNIT.c.id == CASE.c.unit_id)  # fmt: skip
    query = query.outerjoin(PERSON, PERSON.c.id == CASE.c.subject_id)
    inside = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id == within)
    mine = or_(scope_condition(actor, CASE.c.unit_id), CASE.c.subject_id == actor.person_id, _has_task(actor.ref))
    query = query.where(CASE.c.unit_id.in_(inside), mine)
    for condition in (
        in_cycle(cycle) if cycle else None,
        CASE.c.state == state if state else None,
        case_lists.below(unit) if unit else None,
        PERSON.c.ref == subject if subject else None,
        _has_task(holder) if holder else None,
    ):
        if condition is not None:
            query = query.where(condition)
    return _page(db, query, CASE.c.id, after, limit)


def _has_task(person_ref: str) -> ColumnElement[bool]:
    holder = PERSON.alias("holder")
    held = and_(TaskHolder.task_id == Task.id, TaskHolder.person_id == holder.c.id, holder.c.ref == person_ref)
    return exists().where(Task.case_id == CASE.c.id, Task.state == "open", held)


def tasks(db: Connection, person_id: int, within: int, *, after: int | None, limit: int) -> list[Row[Any]]:
    """The open tasks of a person, inside a unit."""
    inside = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id == within)
    task = Task.__table__
    query = select(task, CASE.c.ref.label("case_ref"), CASE.c.definition_digest, CASE.c.state.label("case_state"))
    query = query.join(CASE, CASE.c.id == task.c.case_id).join(TaskHolder, TaskHolder.task_id == task.c.id)
    query = query.where(
        TaskHolder.person_id == person_id, task.c.state == "open", task.c.opened_n == CASE.c.version,
        CASE.c.unit_id.in_(inside),
    )  # fmt: skip
    return _page(db, query, task.c.id, after, limit)


def versions(db: Connection, *, after: int | None, limit: int, kind: str = "", status: str = "") -> list[Row[Any]]:
    """Versions of definitions, which belong to no office."""
    query = select(VERSION)
    if kind:
        query = query.where(VERSION.c.kind == kind)
    if status:
        query = query.where(VERSION.c.status == status)
    return _page(db, query, VERSION.c.id, after, limit)


def events(db: Connection, stream: str, *, after: int | None, limit: int) -> list[Row[Any]]:
    """The events of a stream, with who did each; `snapshot` says first who may ask."""
    query = select(EVENT, PERSON.c.ref.label("person_ref"), PERSON.c.name.label("person_name"))
    query = query.outerjoin(PERSON, PERSON.c.id == EVENT.c.actor_id).where(EVENT.c.stream == stream)
    return _page(db, query, EVENT.c.seq, after, limit)


def _below(unit_ref: str) -> Select[Any]:
    under = select(UnitClosure.descendant_id).join(UNIT, UNIT.c.id == UnitClosure.ancestor_id)
    return under.where(UNIT.c.ref == unit_ref)
