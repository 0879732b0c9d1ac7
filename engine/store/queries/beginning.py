"""Questions of a beginning: which units are roots, who administers one of them, whether somebody is known already."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, case, func, or_, select

from engine.store.tables.people import AccessGrant, Account, Person, Unit


def roots(db: Connection) -> list[Row[Any]]:
    """The units above which no unit stands."""
    return list(db.execute(select(Unit.id, Unit.ref, Unit.name).where(Unit.parent_id.is_(None)).order_by(Unit.id)))


def administrator(db: Connection, day: str) -> str | None:
    """The name of somebody who can sign in and administers a root unit on a day, or None."""
    return next((row.name for row in administrators(db, day)), None)


def administrators(db: Connection, day: str) -> list[Row[Any]]:
    """Who can sign in and administers a root unit on a day: ref, name, and whether by an act of the system."""
    live = (AccessGrant.starts_on <= day, or_(AccessGrant.ends_on.is_(None), AccessGrant.ends_on > day))
    query = (
        select(
            Person.ref, Person.name, func.max(case((AccessGrant.granted_by.is_(None), 1), else_=0)).label("appointed")
        )
        .join(AccessGrant, AccessGrant.person_id == Person.id)
        .join(Unit, Unit.id == AccessGrant.unit_id)
        .join(Account, Account.person_id == Person.id)
        .where(AccessGrant.role == "admin", Unit.parent_id.is_(None), *live)
        .where(Person.active, Account.disabled_at.is_(None))
        .group_by(Person.id, Person.ref, Person.name)
        .order_by(Person.id)
    )
    return list(db.execute(query))


def by_nip(db: Connection, nip: str) -> Row[Any] | None:
    """The person of a NIP, or None."""
    query = select(Person.id, Person.ref, Person.name, Person.active).where(Person.nip == nip)
    return db.execute(query).one_or_none()
