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
STEPS = 12  # as far up as a line of superiors is told
MANY = 1000  # from here on the changes of all are asked for at once


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
    """A post that a person held on a day, the post above it then, and who sat there: never himself.

    `held`: the appointment. Only a definitive one makes somebody a superior.
    """

    held: Any
    post: Place
    superior: Place | None
    holders: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class When:
    """A day, and up to when what was recorded counts. `is_now`: today's rows answer by themselves."""

    on: date
    known: str | None = None
    is_now: bool = False


def places(
    db: Connection,
    kind: str,
    when: When,
    keys: Collection[int] | None = None,
    refs: Collection[str] | None = None,
) -> dict[str, Place]:
    """Units or posts (`kind`) that stood on a day, by ref; all of them, or those of some keys or refs."""
    table, query = changes.TABLES[kind], changes.PRESENT[kind]
    query = query if keys is None else query.where(table.c.id.in_(keys))
    query = query if refs is None else query.where(table.c.ref.in_(refs))
    return _standing(db, kind, list(db.execute(query)), when)


def _standing(db: Connection, kind: str, rows: list[Row[Any]], when: When) -> dict[str, Place]:
    said = {} if when.is_now else changes.of_each(db, kind, [row.id for row in rows] if len(rows) < MANY else None)
    found = {}
    for row in rows:
        if when.known is not None and row.recorded_at is not None and row.recorded_at > when.known:
            continue
        fields = changes.facts(kind, row)
        if row.id in said:
            fields = state_on(fields, said[row.id], when.on.isoformat(), when.known)
        if fields["active"]:
            found[row.ref] = Place(row.id, row.ref, row.key, fields)
    return found


def place(db: Connection, kind: str, ref: str, when: When) -> Place | None:
    """One unit or post as it stood on a day; None where it did not."""
    return places(db, kind, when, refs=[ref]).get(ref)


def below(db: Connection, kind: str, field: str, ref: str, when: When) -> list[Place]:
    """The units or posts whose `field` (parent, unit, superior) named a ref on a day, by name."""
    if when.is_now:
        rows = list(db.execute(changes.PRESENT[kind].where(changes.names(kind, field, ref))))
        found = _standing(db, kind, rows, when)
    else:
        found = places(db, kind, when, keys=changes.naming(db, kind, field, ref))
    return sorted((each for each in found.values() if each.fields[field] == ref), key=lambda each: each.name)


def upwards(db: Connection, ref: str, when: When, steps: int = STEPS) -> list[Place]:
    """A post on a day and the posts above it, the nearest first, no more than `steps` of them."""
    known = places(db, "post", when, keys=changes.line_of_today(db, ref))
    found: list[Place] = []
    step: str | None = ref
    while step and len(found) <= steps:
        if step not in known and not when.is_now:
            known |= places(db, "post", when, refs=[step])  # another one stood above it then
        if step not in known:
            break
        found.append(known[step])
        step = known[step].fields["superior"]
    return found


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


def lines(db: Connection, person_id: int, when: When) -> tuple[Line, ...]:
    """For each post that a person held on a day: the post above it, and who sat there."""
    held = sitting(db, when.on, when.known, person=person_id)
    posts = {each.id: each for each in places(db, "post", when, [row.post_id for row in held]).values()} if held else {}
    above = {post.fields["superior"] for post in posts.values()} - {None}
    tops = places(db, "post", when, refs=above) if above else {}
    seated = sitting(db, when.on, when.known, posts=[top.id for top in tops.values()]) if tops else []
    found = []
    for row in held:
        if (post := posts.get(row.post_id)) is not None:
            top = tops.get(post.fields["superior"] or "")
            there = [each for each in seated if top and each.post_id == top.id and each.person_id != person_id]
            found.append(Line(row, post, top, tuple(there)))
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
