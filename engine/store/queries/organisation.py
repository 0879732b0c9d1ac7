"""The organisation on a day, as it was known at a moment: units, posts, who sat where, and whose superior was who.

Pages ask here with a day other than today. What acts (roles, scope) reads today's rows and is found in people.py.
`known` is a stored moment; None means all that is known now. Scope is the caller's: he asks for units that he may see.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select

from engine.core.history import state_on
from engine.store.queries import changes
from engine.store.queries.people import APPOINTMENT, PERSON, runs

SUCCESSOR = APPOINTMENT.alias("successor")


@dataclass(frozen=True, slots=True)
class Place:
    """A unit or post on a day: its key and ref, and every field as it was then."""

    id: int
    ref: str
    key: str
    fields: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.fields["name"])


@dataclass(frozen=True, slots=True)
class Line:
    """Why somebody is a superior: the post that a person held on a day, the post above it, and who sat there."""

    post: Place
    superior: Place | None
    holders: tuple[Any, ...]


def places(
    db: Connection, kind: str, on: date, known: str | None = None, keys: Collection[int] | None = None
) -> dict[str, Place]:
    """Units or posts (`kind`) that stood on a day, by ref; all of them, or those of the keys."""
    table = changes.TABLES[kind]
    query = changes.PRESENT[kind]
    query = query if keys is None else query.where(table.c.id.in_(keys))
    said = changes.of_each(db, kind, keys if keys is None else list(keys))
    found = {}
    for row in db.execute(query):
        if known is not None and row.recorded_at is not None and row.recorded_at > known:
            continue
        fields = changes.facts(kind, row)
        if row.id in said:
            fields = state_on(fields, said[row.id], on.isoformat(), known)
        if fields["active"]:
            found[row.ref] = Place(row.id, row.ref, row.key, fields)
    return found


def place(db: Connection, kind: str, ref: str, on: date, known: str | None = None) -> Place | None:
    """One unit or post as it stood on a day; None where it did not."""
    table = changes.TABLES[kind]
    key = db.execute(select(table.c.id).where(table.c.ref == ref)).scalar_one_or_none()
    return None if key is None else places(db, kind, on, known, [key]).get(ref)


def below(db: Connection, kind: str, field: str, ref: str, on: date, known: str | None = None) -> list[Place]:
    """The units or posts whose `field` (parent, unit, superior) named a ref on a day, by name."""
    keys = changes.naming(db, kind, field, ref)
    found = places(db, kind, on, known, keys) if keys else {}
    return sorted((each for each in found.values() if each.fields[field] == ref), key=lambda each: each.name)


def sitting(
    db: Connection,
    on: date,
    known: str | None = None,
    *,
    posts: Collection[int] | None = None,
    person: int | None = None,
) -> list[Row[Any]]:
    """Who held which post on a day, as known at a moment: of some posts, of a person, or all. Definitive ones first."""
    query = _appointments(known).where(runs(APPOINTMENT, on.isoformat()))
    if posts is not None:
        query = query.where(APPOINTMENT.c.post_id.in_(posts))
    if person is not None:
        query = query.where(APPOINTMENT.c.person_id == person)
    order = (APPOINTMENT.c.kind != "definitive", PERSON.c.name_lower, PERSON.c.id)
    return list(db.execute(query.order_by(*order)))


def tenures(db: Connection, post_id: int, known: str | None = None) -> list[Row[Any]]:
    """Everybody who held, holds or will hold a post, as known at a moment, by the first day; never-held ones not."""
    lasted = or_(APPOINTMENT.c.ends_on.is_(None), APPOINTMENT.c.ends_on > APPOINTMENT.c.starts_on)
    query = _appointments(known).where(APPOINTMENT.c.post_id == post_id, lasted)
    return list(db.execute(query.order_by(APPOINTMENT.c.starts_on, APPOINTMENT.c.id)))


def superiors(db: Connection, person_id: int, on: date, known: str | None = None) -> tuple[Line, ...]:
    """For each post that a person held definitively on a day: the post above it, and who sat there, never himself."""
    found = []
    for held in sitting(db, on, known, person=person_id):
        if held.kind != "definitive":
            continue
        post = next(iter(places(db, "post", on, known, [held.post_id]).values()), None)
        if post is None:
            continue
        above = place(db, "post", post.fields["superior"], on, known) if post.fields["superior"] else None
        seated = sitting(db, on, known, posts=[above.id]) if above else []
        found.append(Line(post, above, tuple(row for row in seated if row.person_id != person_id)))
    return tuple(found)


def _appointments(known: str | None) -> Any:
    query = select(
        APPOINTMENT, PERSON.c.name.label("person_name"), PERSON.c.ref.label("person_ref"), PERSON.c.active
    ).join(PERSON, PERSON.c.id == APPOINTMENT.c.person_id)
    if known is None:
        return query.where(APPOINTMENT.c.superseded_by.is_(None))
    return query.outerjoin(SUCCESSOR, SUCCESSOR.c.id == APPOINTMENT.c.superseded_by).where(_was_known(known))


def _was_known(known: str) -> ColumnElement[bool]:
    later = or_(APPOINTMENT.c.superseded_by.is_(None), SUCCESSOR.c.recorded_at > known)
    return and_(APPOINTMENT.c.recorded_at <= known, later)
