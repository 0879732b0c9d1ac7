"""Questions about persons: who is this, who holds what on a day. Pages and lists stand in people_lists.py.

The holders of a role are asked at every submit and fire: one prebuilt statement each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, func, insert, or_, select, update

from engine.core.case import Actor, Holder
from engine.store.queries import units
from engine.store.queries.kinds import of_kind
from engine.store.queries.scope import scope_condition
from engine.store.statement import Statement
from engine.store.tables.ledger import Event
from engine.store.tables.people import AccessGrant, Appointment, Person, Post, Unit, UnitClosure

PERSON = Person.__table__
APPOINTMENT = Appointment.__table__
GRANT = AccessGrant.__table__
POST = Post.__table__
UNIT = Unit.__table__
CLOSURE = UnitClosure.__table__
MINE = APPOINTMENT.alias("mine")
DAY = bindparam("day")
AT_ONCE = 1000  # keys in one question; the drivers take some 32,000


def runs(period: Any, day: ColumnElement[str] | str = DAY) -> ColumnElement[bool]:
    """Whether a half-open period [starts_on, ends_on) of a table contains a day."""
    return and_(period.c.starts_on <= day, or_(period.c.ends_on.is_(None), period.c.ends_on > day))


def superior_rows(person: ColumnElement[Any]) -> Select[Any]:
    """Who holds, on some day around `earliest` and `latest`, the superior post of a person's definitive one.

    id, ref, name, basis, name_lower, and from when to when both appointments run: `superiors_on` judges the day.
    """
    return _superiors(MINE.c.person_id == person)


def _superiors(of_whom: ColumnElement[bool]) -> Select[Any]:
    return (
        select(PERSON.c.id, PERSON.c.ref, PERSON.c.name, APPOINTMENT.c.ref.label("basis"), PERSON.c.name_lower,
               MINE.c.starts_on.label("since"), MINE.c.ends_on.label("until"),
               APPOINTMENT.c.starts_on.label("held_since"), APPOINTMENT.c.ends_on.label("held_until"))
        .select_from(
            MINE.join(POST, POST.c.id == MINE.c.post_id)
            .join(APPOINTMENT, APPOINTMENT.c.post_id == POST.c.superior_id)
            .join(PERSON, PERSON.c.id == APPOINTMENT.c.person_id)
        )
        .where(of_whom, MINE.c.kind == "definitive", MINE.c.superseded_by.is_(None))
        .where(_runs_around(MINE), _runs_around(APPOINTMENT), APPOINTMENT.c.superseded_by.is_(None))
        .where(PERSON.c.active.is_(True), PERSON.c.id != MINE.c.person_id)
    )  # fmt: skip


def _runs_around(period: Any) -> ColumnElement[bool]:
    begun = period.c.starts_on <= bindparam("latest")
    return and_(begun, or_(period.c.ends_on.is_(None), period.c.ends_on > bindparam("earliest")))


SUPERIORS = Statement(superior_rows(bindparam("person")))
GRANTS = (
    select(PERSON.c.id, PERSON.c.ref, PERSON.c.name, GRANT.c.ref.label("basis"))
    .select_from(
        CLOSURE.join(GRANT, GRANT.c.unit_id == CLOSURE.c.ancestor_id).join(PERSON, PERSON.c.id == GRANT.c.person_id)
    )
    .where(GRANT.c.role == bindparam("role"), runs(GRANT), PERSON.c.active.is_(True))
    .order_by(PERSON.c.name_lower, PERSON.c.id, CLOSURE.c.depth)
)
GRANTED = Statement(GRANTS.where(CLOSURE.c.descendant_id == bindparam("unit")))


def superior_holders(db: Connection, person_id: int, on: date) -> tuple[Holder, ...]:
    """Who holds, on a day, the superior post of the post that a person holds definitively; never himself."""
    day = on.isoformat()
    return superiors_on(SUPERIORS.rows(db, person=person_id, earliest=day, latest=day), on)


def superiors_on(rows: Iterable[Sequence[Any]], on: date) -> tuple[Holder, ...]:
    """The holders among the rows of `superior_rows` whose appointments run on a day, by name."""
    day = on.isoformat()
    found: dict[int, Holder] = {}
    for row in sorted(rows, key=lambda row: (row[4], row[0])):
        if _contains(row[5], row[6], day) and _contains(row[7], row[8], day):
            found.setdefault(row[0], Holder(row[0], row[1], row[2], "superior_of", row[3]))
    return tuple(found.values())


def _contains(starts_on: str, ends_on: str | None, day: str) -> bool:
    return starts_on <= day and (ends_on is None or ends_on > day)


def grant_holders(db: Connection, role: str, unit_id: int, on: date) -> tuple[Holder, ...]:
    """Who has, on a day, a grant of this role over a unit or one above it; the nearest grant is the basis."""
    found: dict[int, Holder] = {}
    for row in GRANTED.rows(db, role=role, unit=unit_id, day=on.isoformat()):
        found.setdefault(row.id, Holder(row.id, row.ref, row.name, "holders_of_grant", row.basis))
    return tuple(found.values())


def superiors_of(db: Connection, people: Iterable[int], on: date) -> dict[int, tuple[Holder, ...]]:
    """The same as `superior_holders` for many people, by person: one question for each `AT_ONCE` of them."""
    found: dict[int, list[Any]] = {person: [] for person in people}
    day = on.isoformat()
    for some in _batches(found):
        query = _superiors(MINE.c.person_id.in_(some)).add_columns(MINE.c.person_id.label("below"))
        for row in db.execute(query, {"earliest": day, "latest": day}):
            found[row.below].append(row)
    return {person: superiors_on(rows, on) for person, rows in found.items()}


def grant_holders_of(db: Connection, role: str, units: Iterable[int], on: date) -> dict[int, tuple[Holder, ...]]:
    """The same as `grant_holders` for many units, by unit: one question for each `AT_ONCE` of them."""
    found: dict[int, dict[int, Holder]] = {unit: {} for unit in units}
    for some in _batches(found):
        query = GRANTS.add_columns(CLOSURE.c.descendant_id).where(CLOSURE.c.descendant_id.in_(some))
        for row in db.execute(query, {"role": role, "day": on.isoformat()}):
            found[row.descendant_id].setdefault(
                row.id, Holder(row.id, row.ref, row.name, "holders_of_grant", row.basis)
            )
    return {unit: tuple(holders.values()) for unit, holders in found.items()}


def _batches(keys: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(sorted(keys))
    while some := list(islice(rest, AT_ONCE)):
        yield some


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


def taken(db: Connection, *, nip: str | None, email: str | None) -> frozenset[str]:
    """Which of `nip` and `email` somebody has already."""
    wanted = {"nip": nip, "email": email}
    return frozenset(
        name
        for name, value in wanted.items()
        if value and db.execute(select(PERSON.c.id).where(PERSON.c[name] == value)).first()
    )


def posted(db: Connection, actor: Actor, on: date) -> Iterator[tuple[Row[Any], Mapping[str, Any]]]:
    """The people who hold a post definitively on a day in the scope of the actor's administration, by name.

    With each, what a population's expression may ask: unit, units (itself and above), kind, grade, post, post_kind.
    """
    query = (
        select(
            PERSON.c.id.label("person_id"),
            PERSON.c.ref,
            PERSON.c.name,
            PERSON.c.kind,
            PERSON.c.grade,
            APPOINTMENT.c.ref.label("appointment_ref"),
            POST.c.unit_id,
            POST.c.key.label("post_key"),
            POST.c.name.label("post_name"),
            POST.c.kind.label("post_kind"),
            UNIT.c.name.label("unit_name"),
        )
        .select_from(APPOINTMENT)
        .join(PERSON, PERSON.c.id == APPOINTMENT.c.person_id)
        .join(POST, POST.c.id == APPOINTMENT.c.post_id)
        .join(UNIT, UNIT.c.id == POST.c.unit_id)
        .where(APPOINTMENT.c.kind == "definitive", APPOINTMENT.c.superseded_by.is_(None), PERSON.c.active.is_(True))
        .where(runs(APPOINTMENT, on.isoformat()), scope_condition(actor, POST.c.unit_id, ("admin",)))
        .order_by(PERSON.c.name_lower, PERSON.c.id)
    )
    paths = units.paths(db)
    for row in db.execute(query):
        path = paths[row.unit_id]
        yield (
            row,
            {
                "unit": path[0],
                "units": path,
                "kind": row.kind,
                "grade": row.grade,
                "post": row.post_key,
                "post_kind": row.post_kind,
            },
        )


def set_active(db: Connection, person_id: int, active: bool) -> None:
    """Whether a person works here."""
    db.execute(update(PERSON).where(PERSON.c.id == person_id).values(active=active))


def add(db: Connection, **values: Any) -> int:
    """A person. Answers the id."""
    return int(db.execute(insert(PERSON).values(**values).returning(PERSON.c.id)).scalar_one())
