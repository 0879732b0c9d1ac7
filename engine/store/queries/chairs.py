"""Chairs and who sits on them on a day: of a unit, of people, and how many stand empty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from engine.core.case import Actor
from engine.store.queries.people import runs
from engine.store.queries.scope import scope_condition
from engine.store.tables.people import Appointment, Person, Post, Unit, UnitClosure

APPOINTMENT = Appointment.__table__
POST = Post.__table__
SUPERIOR = aliased(Post)


def sits(on: date) -> ColumnElement[bool]:
    """The appointments that hold on a day."""
    return and_(APPOINTMENT.c.superseded_by.is_(None), runs(APPOINTMENT, on.isoformat()))


def in_unit(unit_ref: str, on: date) -> ColumnElement[bool]:
    """The people who hold a chair of a unit, or of one below it, on a day."""
    below = select(UnitClosure.descendant_id).join(Unit, Unit.id == UnitClosure.ancestor_id)
    seats = select(POST.c.id).where(POST.c.unit_id.in_(below.where(Unit.ref == unit_ref)))
    return exists().where(APPOINTMENT.c.person_id == Person.id, sits(on), APPOINTMENT.c.post_id.in_(seats))


def below_unit(unit_ref: str) -> ColumnElement[bool]:
    """The chairs of a unit, and of those below it."""
    below = select(UnitClosure.descendant_id).join(Unit, Unit.id == UnitClosure.ancestor_id)
    return POST.c.unit_id.in_(below.where(Unit.ref == unit_ref))


def of_unit(db: Connection, actor: Actor, unit_id: int, on: date) -> list[Row[Any]]:
    """The chairs of a unit in scope with the chair above, one row for each holder on the day; none for an empty one."""
    query = (
        select(
            Post.ref,
            Post.name,
            Post.kind,
            Post.level,
            SUPERIOR.name.label("superior"),
            APPOINTMENT.c.kind.label("how"),
            APPOINTMENT.c.starts_on,
            Person.name.label("holder"),
            Person.ref.label("holder_ref"),
        )
        .outerjoin(APPOINTMENT, and_(APPOINTMENT.c.post_id == Post.id, sits(on)))
        .outerjoin(Person, Person.id == APPOINTMENT.c.person_id)
        .outerjoin(SUPERIOR, SUPERIOR.id == Post.superior_id)
        .where(Post.unit_id == unit_id, Post.active.is_(True), scope_condition(actor, POST.c.unit_id))
    )
    return list(db.execute(query.order_by(Post.id, APPOINTMENT.c.kind, Person.name_lower)))


def of_people(db: Connection, person_ids: Sequence[int], on: date) -> list[Row[Any]]:
    """The chairs that people whom the caller may see hold on the day: the definitive one first."""
    query = (
        select(
            APPOINTMENT.c.person_id,
            APPOINTMENT.c.kind.label("how"),
            Post.name.label("post"),
            Unit.name.label("unit"),
            Unit.ref.label("unit_ref"),
            Unit.id.label("unit_id"),
        )
        .join(Post, Post.id == APPOINTMENT.c.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(APPOINTMENT.c.person_id.in_(person_ids), sits(on))
    )
    return list(db.execute(query.order_by(APPOINTMENT.c.person_id, APPOINTMENT.c.kind, APPOINTMENT.c.id)))


def below(db: Connection, person_id: int, on: date) -> list[Row[Any]]:
    """The people on the chairs right below those of a person on a day, by name: id, ref, name, unit_id of their own."""
    seats, own = APPOINTMENT.alias("seats"), APPOINTMENT.alias("own")
    mine = select(own.c.post_id).where(own.c.person_id == person_id, own.c.superseded_by.is_(None))
    mine = mine.where(runs(own, on.isoformat()))
    query = (
        select(Person.id, Person.ref, Person.name, Post.unit_id, Person.name_lower)
        .join(seats, seats.c.person_id == Person.id)
        .join(Post, Post.id == seats.c.post_id)
        .where(seats.c.superseded_by.is_(None), runs(seats, on.isoformat()), seats.c.kind == "definitive")
        .where(Post.superior_id.in_(mine), Person.active.is_(True), Person.id != person_id)
    )
    return list(db.execute(query.distinct().order_by(Person.name_lower, Person.id)))


def beside(db: Connection, unit_ids: Sequence[int], on: date, limit: int) -> list[Row[Any]]:
    """The people with a definitive post in these very units on a day, by name; as `below` answers them."""
    query = (
        select(Person.id, Person.ref, Person.name, Post.unit_id, Person.name_lower)
        .join(APPOINTMENT, APPOINTMENT.c.person_id == Person.id)
        .join(Post, Post.id == APPOINTMENT.c.post_id)
        .where(sits(on), APPOINTMENT.c.kind == "definitive", Post.unit_id.in_(unit_ids), Person.active.is_(True))
    )
    return list(db.execute(query.order_by(Person.name_lower, Person.id).limit(limit)))


def by_unit(db: Connection, actor: Actor, on: date) -> list[Row[Any]]:
    """For each unit in scope that has chairs: how many, and how many of them nobody sits on."""
    taken = exists().where(APPOINTMENT.c.post_id == POST.c.id, sits(on))
    vacant = func.count().filter(~taken).label("vacant")
    query = select(POST.c.unit_id, Unit.ref, func.count().label("posts"), vacant).join(Unit, Unit.id == POST.c.unit_id)
    query = query.where(scope_condition(actor, POST.c.unit_id), POST.c.active.is_(True))
    return list(db.execute(query.group_by(POST.c.unit_id, Unit.ref)))


def vacant(actor: Actor, on: date) -> Select[Any]:
    """The question how many chairs in scope nobody sits on."""
    taken = exists().where(APPOINTMENT.c.post_id == POST.c.id, sits(on))
    query = select(func.count(POST.c.id)).where(POST.c.active.is_(True), ~taken)
    return query.where(scope_condition(actor, POST.c.unit_id))
