"""Questions about persons: who is this, who holds what on a day. Pages and lists stand in people_lists.py.

The people whom role rules ask for are found in role_people.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, func, insert, or_, select, update

from engine.core.case import Actor, Holder
from engine.core.rules import Ask
from engine.store.queries import role_people, units
from engine.store.queries.kinds import of_kind
from engine.store.queries.scope import scope_condition
from engine.store.statement import Statement
from engine.store.tables.ledger import Event
from engine.store.tables.people import AccessGrant, Appointment, Person, Post, Unit, UnitClosure

PERSON = Person.__table__
APPOINTMENT = Appointment.__table__
GRANT = AccessGrant.__table__
CLOSURE = UnitClosure.__table__
POST = Post.__table__
UNIT = Unit.__table__
DAY = bindparam("day")


def runs(period: Any, day: ColumnElement[str] | str = DAY) -> ColumnElement[bool]:
    """Whether a half-open period [starts_on, ends_on) of a table contains a day."""
    return and_(period.c.starts_on <= day, or_(period.c.ends_on.is_(None), period.c.ends_on > day))


def superior_holders(db: Connection, person_id: int, on: date) -> tuple[Holder, ...]:
    """Who holds, on a day, the superior post of the post that a person holds definitively; never himself."""
    ask = Ask("superior_of", person_id, on.isoformat())
    return role_people.answers(db, [ask])[ask]


def grant_holders(db: Connection, role: str, unit_id: int, on: date) -> tuple[Holder, ...]:
    """Who has, on a day, a grant of this role over a unit or one above it; the nearest grant is the basis."""
    ask = Ask("holders_of_grant", role, on.isoformat(), unit_id)
    return role_people.answers(db, [ask])[ask]


def by_id(db: Connection, person_id: int) -> Row[Any] | None:
    """One person by his integer key, or None."""
    return db.execute(select(PERSON).where(PERSON.c.id == person_id)).one_or_none()


def by_ref(db: Connection, ref: str) -> Row[Any] | None:
    """One person by his name outside, or None."""
    return db.execute(select(PERSON).where(PERSON.c.ref == ref)).one_or_none()


def count(db: Connection) -> int:
    """How many people there are."""
    return int(db.execute(select(func.count()).select_from(PERSON)).scalar_one())


def is_loaded(db: Connection) -> bool:
    """Whether a city was loaded here, all of whose accounts got one password that everybody may know."""
    return db.execute(select(Event.seq).where(of_kind("city.loaded")).limit(1)).first() is not None


def by_key_of_post(db: Connection, key: str, on: date) -> Row[Any] | None:
    """Who holds a post definitively on a day."""
    query = (
        select(PERSON)
        .join(APPOINTMENT, APPOINTMENT.c.person_id == PERSON.c.id)
        .join(POST, POST.c.id == APPOINTMENT.c.post_id)
        .where(POST.c.key == key, APPOINTMENT.c.kind == "definitive", APPOINTMENT.c.superseded_by.is_(None))
    )
    return db.execute(query.where(runs(APPOINTMENT, on.isoformat())).limit(1)).one_or_none()


# An import asks both for each of its thousands.
TAKEN = {
    name: Statement(select(PERSON.c.id).where(PERSON.c[name] == bindparam("value")).limit(1))
    for name in ("nip", "email")
}
ADDED = ("ref", "name", "name_lower", "nip", "email", "kind", "grade", "language", "active", "recorded_at")
ADD = Statement(insert(PERSON).values({name: bindparam(name) for name in ADDED}).returning(PERSON.c.id))


def taken(db: Connection, *, nip: str | None, email: str | None) -> frozenset[str]:
    """Which of `nip` and `email` somebody has already."""
    wanted = {"nip": nip, "email": email}
    return frozenset(name for name, value in wanted.items() if value and TAKEN[name].rows(db, value=value))


POSTED = (
    select(PERSON.c.id.label("person_id"), PERSON.c.ref, PERSON.c.name, PERSON.c.kind, PERSON.c.grade,
           APPOINTMENT.c.ref.label("appointment_ref"), POST.c.unit_id, POST.c.key.label("post_key"),
           POST.c.name.label("post_name"), POST.c.kind.label("post_kind"), UNIT.c.name.label("unit_name"))
    .select_from(APPOINTMENT)
    .join(PERSON, PERSON.c.id == APPOINTMENT.c.person_id)
    .join(POST, POST.c.id == APPOINTMENT.c.post_id)
    .join(UNIT, UNIT.c.id == POST.c.unit_id)
    .where(APPOINTMENT.c.kind == "definitive", APPOINTMENT.c.superseded_by.is_(None), PERSON.c.active.is_(True))
    .order_by(PERSON.c.name_lower, PERSON.c.id)
)  # fmt: skip


def posted(
    db: Connection, actor: Actor, on: date, among: Sequence[int] | None = None
) -> Iterator[tuple[Row[Any], Mapping[str, Any]]]:
    """The people who hold a post definitively on a day in the scope of the actor's administration, by name.

    among: only these persons, a few hundred at most.

    With each, what a population's expression may ask: unit, units (itself and above), kind, grade, post, post_kind.
    """
    query = POSTED.where(runs(APPOINTMENT, on.isoformat()), scope_condition(actor, POST.c.unit_id, ("admin",)))
    paths = units.paths(db)
    for row in db.execute(query if among is None else query.where(PERSON.c.id.in_(among))):
        path = paths[row.unit_id]
        about = {"unit": path[0], "units": path, "kind": row.kind, "grade": row.grade}
        yield row, {**about, "post": row.post_key, "post_kind": row.post_kind}


def set_active(db: Connection, person_id: int, active: bool) -> None:
    """Whether a person works here."""
    db.execute(update(PERSON).where(PERSON.c.id == person_id).values(active=active))


def add(db: Connection, **values: Any) -> int:
    """A person, by all of ADDED. Answers the id."""
    return int(ADD.rows(db, **values)[0][0])
