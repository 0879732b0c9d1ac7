"""What stands behind a hold on a role: the appointment, grant, order or event of a ref, in words. One statement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Text, and_, bindparam, cast, literal, null, or_, select, union, union_all
from sqlalchemy.orm import aliased

from engine.store.tables.cases import CaseRole
from engine.store.tables.ledger import Event
from engine.store.tables.people import AccessGrant, Appointment, Person, Post, Unit
from engine.store.tables.roles import ActingOrder

LEVELS = 6
ABSENT = aliased(Person)
NONE = cast(null(), Text)


def behind(db: Connection, refs: Iterable[str]) -> dict[str, Row[Any]]:
    """Ref → source (appointment, grant, order, event), what (post, right, number, person), unit, how, since, until."""
    wanted = sorted(set(refs))
    if not wanted:
        return {}
    appointments = (
        select(literal("appointment").label("source"), Appointment.ref, Post.name.label("what"),
               Unit.name.label("unit"), Appointment.kind.label("how"), Appointment.starts_on.label("since"),
               Appointment.ends_on.label("until"), Appointment.order_number.label("number"))
        .join(Post, Post.id == Appointment.post_id).join(Unit, Unit.id == Post.unit_id)
        .where(Appointment.ref.in_(wanted))
    )  # fmt: skip
    grants = (
        select(literal("grant"), AccessGrant.ref, AccessGrant.role, Unit.name, NONE, AccessGrant.starts_on,
               AccessGrant.ends_on, NONE)
        .join(Unit, Unit.id == AccessGrant.unit_id).where(AccessGrant.ref.in_(wanted))
    )  # fmt: skip
    orders = (
        select(literal("order"), ActingOrder.ref, ABSENT.name, NONE, ActingOrder.kind, ActingOrder.starts_on,
               ActingOrder.ends_on, ActingOrder.number)
        .join(ABSENT, ABSENT.id == ActingOrder.person_id).where(ActingOrder.ref.in_(wanted))
    )  # fmt: skip
    events = (
        select(literal("event"), Event.ref, Person.name, NONE, Event.kind, Event.at, NONE, NONE)
        .outerjoin(Person, Person.id == Event.actor_id).where(Event.ref.in_(wanted))
    )  # fmt: skip
    return {row.ref: row for row in db.execute(union_all(appointments, grants, orders, events))}


def days_of_change(db: Connection, case_id: int, subject_id: int | None, unit_id: int, first: date, last: date,
                   posts: Iterable[str]) -> list[date]:  # fmt: skip
    """The days in (first, last] on which somebody may have come to a role of a case, or gone from it.

    Posts of the subject and above, of the unit, and those that are named; orders of whoever sits there; reassignments.
    """
    window = {"since": first.isoformat(), "until": last.isoformat()}
    start = select(Post.id, Post.superior_id, literal(0).label("level")).where(
        or_(
            Post.id.in_(select(Appointment.post_id).where(Appointment.person_id == subject_id)),
            Post.unit_id == unit_id,
            Post.key.in_(sorted(posts)),
        )
    )
    line = start.cte("line", recursive=True)
    above = select(Post.id, Post.superior_id, line.c.level + 1).join(line, Post.id == line.c.superior_id)
    line = line.union(above.where(line.c.level < LEVELS))
    seated = and_(Appointment.post_id.in_(select(line.c.id)), Appointment.superseded_by.is_(None))
    absent = and_(
        ActingOrder.person_id.in_(select(Appointment.person_id).where(seated)), ActingOrder.superseded_by.is_(None)
    )
    found = union(
        select(Appointment.starts_on.label("day")).where(seated),
        select(Appointment.ends_on).where(seated),
        select(ActingOrder.starts_on).where(absent),
        select(ActingOrder.ends_on).where(absent),
        select(CaseRole.at).where(CaseRole.case_id == case_id),
    ).subquery()
    # A moment of a reassignment sorts among days by its first ten characters; the local day may be the next one.
    query = select(found.c.day).where(found.c.day > bindparam("since"), found.c.day < bindparam("until") + "~")
    days = {date.fromisoformat(str(day)[:10]) for day in db.execute(query, window).scalars()}
    return sorted(day for day in days if first < day <= last)
