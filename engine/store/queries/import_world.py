"""What rows of an imported file are judged against: units, posts, people and appointments, asked in sets.

As many questions for a thousand rows as for one: never one a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select

from engine.core.case import Actor
from engine.store.queries.people import APPOINTMENT, GRANT, PERSON, POST, UNIT
from engine.store.queries.scope import person_condition, scope_condition

AT_ONCE = 1000
ADMIN = ("admin",)


def units(db: Connection) -> list[Row[Any]]:
    """Every unit, with its own time zone."""
    return list(db.execute(select(UNIT)))


def posts(db: Connection) -> list[Row[Any]]:
    """Every post."""
    return list(db.execute(select(POST)))


def administered_units(db: Connection, actor: Actor) -> frozenset[int]:
    """The units that the actor administers."""
    return frozenset(db.execute(select(UNIT.c.id).where(scope_condition(actor, UNIT.c.id, ADMIN))).scalars())


def people(db: Connection, nips: Iterable[str], emails: Iterable[str]) -> list[Row[Any]]:
    """The people with one of these numbers or addresses, each once."""
    found = {}
    for column, wanted in ((PERSON.c.nip, nips), (PERSON.c.email, emails)):
        for some in _batches(wanted):
            found.update({row.id: row for row in db.execute(select(PERSON).where(column.in_(some)))})
    return list(found.values())


def administered_people(db: Connection, actor: Actor, ids: Iterable[int], on: date) -> frozenset[int]:
    """Those of these people whom the actor administers."""
    return _of_people(db, ids, PERSON, PERSON.c.id, person_condition(actor, PERSON.c.id, on, ADMIN))


def with_rights_beyond(db: Connection, actor: Actor, ids: Iterable[int], day: str) -> frozenset[int]:
    """Those of these people who have a right, today or later, over a unit that the actor does not administer."""
    beyond = ~scope_condition(actor, GRANT.c.unit_id, ADMIN)
    return _of_people(db, ids, GRANT, GRANT.c.person_id, and_(_not_over(GRANT, day), beyond))


def with_posts_beyond(db: Connection, actor: Actor, ids: Iterable[int], day: str) -> frozenset[int]:
    """Those of these people who hold a post, today or later, in a unit that the actor does not administer."""
    held = APPOINTMENT.join(POST, POST.c.id == APPOINTMENT.c.post_id)
    live = and_(APPOINTMENT.c.superseded_by.is_(None), _not_over(APPOINTMENT, day))
    beyond = and_(live, ~scope_condition(actor, POST.c.unit_id, ADMIN))
    return _of_people(db, ids, held, APPOINTMENT.c.person_id, beyond)


def appointments(db: Connection, people: Iterable[int], posts: Iterable[int]) -> list[Row[Any]]:
    """The appointments that count, of these people and to these posts, each once, with the names of both."""
    query = (
        select(APPOINTMENT, PERSON.c.name.label("person_name"), POST.c.name.label("post_name"))
        .join(PERSON, PERSON.c.id == APPOINTMENT.c.person_id)
        .join(POST, POST.c.id == APPOINTMENT.c.post_id)
        .where(APPOINTMENT.c.superseded_by.is_(None))
    )
    found = {}
    for column, wanted in ((APPOINTMENT.c.person_id, people), (APPOINTMENT.c.post_id, posts)):
        for some in _batches(wanted):
            found.update({row.id: row for row in db.execute(query.where(column.in_(some)))})
    return list(found.values())


def _of_people(
    db: Connection, ids: Iterable[int], table: Any, person: ColumnElement[int], condition: ColumnElement[bool]
) -> frozenset[int]:
    found: set[int] = set()
    for some in _batches(ids):
        found.update(db.execute(select(person).select_from(table).where(person.in_(some), condition)).scalars())
    return frozenset(found)


def _not_over(period: Any, day: str) -> ColumnElement[bool]:
    return or_(period.c.ends_on.is_(None), period.c.ends_on > day)


def _batches(keys: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(sorted(set(keys)))
    while some := list(islice(rest, AT_ONCE)):
        yield some
