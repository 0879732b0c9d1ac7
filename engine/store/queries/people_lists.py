"""Pages about people: the list that is searched and paged, and one person with appointments and grants.

Every function takes the actor and answers nothing that lies outside his scope.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_, select, tuple_
from sqlalchemy.orm import aliased

from engine.core.case import Actor
from engine.core.nip import plain_nip
from engine.store.queries.people import APPOINTMENT, CLOSURE, GRANT, PERSON, POST, UNIT, runs
from engine.store.queries.scope import person_condition, scope_condition
from engine.store.tables.people import Account, Person

ACCOUNT = Account.__table__
GRANTER = aliased(Person, name="granter")
LAST = "\U0010ffff"


def people(
    db: Connection,
    actor: Actor,
    on: date,
    *,
    search: str = "",
    unit_ref: str | None = None,
    after: tuple[str, int] | None = None,
    backwards: bool = False,
    limit: int = 51,
) -> list[Row[Any]]:
    """People by name, each with the post and unit held definitively on the day, `after` a (name_lower, id).

    `search` is part of a name, or the beginning of a NIP; `unit_ref` narrows to a unit and what is below it.
    Backwards answers in reversed order, from the place up.
    """
    query = _with_posts(on).where(person_condition(actor, PERSON.c.id, on))
    if search.strip():
        query = query.where(_matches(search.strip()))
    if unit_ref:
        below = select(CLOSURE.c.descendant_id).join(UNIT, UNIT.c.id == CLOSURE.c.ancestor_id)
        query = query.where(POST.c.unit_id.in_(below.where(UNIT.c.ref == unit_ref)))
    place = tuple_(PERSON.c.name_lower, PERSON.c.id)
    if after is not None:
        query = query.where(place < tuple_(*after) if backwards else place > tuple_(*after))
    order = [column.desc() if backwards else column for column in (PERSON.c.name_lower, PERSON.c.id)]
    return list(db.execute(query.order_by(*order).limit(limit)))


def person(db: Connection, actor: Actor, on: date, ref: str) -> Row[Any] | None:
    """One person in the actor's scope with his post and unit, and whether he can sign in."""
    query = _with_posts(on).add_columns(
        ACCOUNT.c.person_id.is_not(None).label("has_account"),
        ACCOUNT.c.must_change,
        ACCOUNT.c.changed_at,
        ACCOUNT.c.disabled_at,
        ACCOUNT.c.factor_since,
    )
    query = query.outerjoin(ACCOUNT, ACCOUNT.c.person_id == PERSON.c.id)
    return db.execute(query.where(PERSON.c.ref == ref, person_condition(actor, PERSON.c.id, on))).one_or_none()


def is_within(db: Connection, actor: Actor, person_id: int, on: date, roles: Sequence[str]) -> bool:
    """Whether a person is in the scope of the actor's rights of these roles."""
    query = select(PERSON.c.id).where(PERSON.c.id == person_id, person_condition(actor, PERSON.c.id, on, roles))
    return db.execute(query).first() is not None


def appointments(db: Connection, person_id: int) -> list[Row[Any]]:
    """Every appointment of a person, the superseded ones too, newest first."""
    query = (
        select(
            APPOINTMENT, POST.c.name.label("post_name"), UNIT.c.name.label("unit_name"), UNIT.c.ref.label("unit_ref")
        )
        .join(POST, POST.c.id == APPOINTMENT.c.post_id)
        .join(UNIT, UNIT.c.id == POST.c.unit_id)
        .where(APPOINTMENT.c.person_id == person_id)
    )
    return list(db.execute(query.order_by(APPOINTMENT.c.starts_on.desc(), APPOINTMENT.c.id.desc())))


def grants(db: Connection, person_id: int) -> list[Row[Any]]:
    """Every grant of a person, past ones too, newest first, with who gave it."""
    query = (
        select(GRANT, UNIT.c.name.label("unit_name"), GRANTER.name.label("granter"))
        .join(UNIT, UNIT.c.id == GRANT.c.unit_id)
        .outerjoin(GRANTER, GRANTER.id == GRANT.c.granted_by)
        .where(GRANT.c.person_id == person_id)
    )
    return list(db.execute(query.order_by(GRANT.c.starts_on.desc(), GRANT.c.id.desc())))


def _with_posts(on: date) -> Select[Any]:
    held = and_(
        APPOINTMENT.c.person_id == PERSON.c.id,
        APPOINTMENT.c.kind == "definitive",
        APPOINTMENT.c.superseded_by.is_(None),
        runs(APPOINTMENT, on.isoformat()),
    )
    return select(
        PERSON,
        POST.c.name.label("post_name"),
        UNIT.c.name.label("unit_name"),
        UNIT.c.ref.label("unit_ref"),
    ).select_from(
        PERSON.outerjoin(APPOINTMENT, held)
        .outerjoin(POST, POST.c.id == APPOINTMENT.c.post_id)
        .outerjoin(UNIT, UNIT.c.id == POST.c.unit_id)
    )


def _matches(search: str) -> ColumnElement[bool]:
    digits = plain_nip(search)
    named = PERSON.c.name_lower.contains(search.lower(), autoescape=True)
    if not digits.isdigit():
        return named
    return or_(named, and_(PERSON.c.nip >= digits, PERSON.c.nip < digits + LAST))


def grant_in_scope(db: Connection, actor: Actor, ref: str) -> Row[Any] | None:
    """One grant over a unit in the actor's scope, with the names of its person and unit."""
    query = (
        select(
            GRANT, PERSON.c.ref.label("person_ref"), PERSON.c.name.label("person_name"), UNIT.c.name.label("unit_name")
        )
        .join(PERSON, PERSON.c.id == GRANT.c.person_id)
        .join(UNIT, UNIT.c.id == GRANT.c.unit_id)
    )
    return db.execute(query.where(GRANT.c.ref == ref, scope_condition(actor, GRANT.c.unit_id))).one_or_none()
