"""Questions about cycles, and the small writes of opening one: the cycle, and who was left out of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, func, insert, not_, or_, select, update

from engine.core.case import Actor
from engine.store.queries.scope import person_condition, scope_condition
from engine.store.tables.cases import Case, Cycle, CycleLeft
from engine.store.tables.jobs import Job
from engine.store.tables.people import Appointment, Person, Post

CYCLE, LEFT, JOB, PERSON = Cycle.__table__, CycleLeft.__table__, Job.__table__, Person.__table__
HELD, SEAT = Appointment.__table__, Post.__table__


def add(db: Connection, *, status: str = "open", **values: Any) -> Row[Any]:
    """A new cycle."""
    return db.execute(insert(CYCLE).values(status=status, **values).returning(*CYCLE.c)).one()


def change(db: Connection, cycle_id: int, **values: Any) -> None:
    """Write what became of a cycle."""
    db.execute(update(CYCLE).where(CYCLE.c.id == cycle_id).values(**values))


def by_ref(db: Connection, ref: str, *, lock: bool = False) -> Row[Any] | None:
    """One cycle."""
    query = select(CYCLE).where(CYCLE.c.ref == ref)
    return db.execute(query.with_for_update() if lock else query).one_or_none()


def subjects(db: Connection, cycle_id: int, among: Sequence[int] | None = None) -> frozenset[int]:
    """The persons who have a case in a cycle; among: of these few hundred at most."""
    query = select(Case.subject_id).where(Case.cycle_id == cycle_id)
    return frozenset(db.execute(query if among is None else query.where(Case.subject_id.in_(among))).scalars())


def count_cases(db: Connection, cycle_id: int) -> int:
    """How many cases a cycle has."""
    return int(db.execute(select(func.count()).select_from(Case).where(Case.cycle_id == cycle_id)).scalar_one())


def keep_left(db: Connection, cycle_id: int, among: Sequence[int], left: Mapping[int, str], at: str) -> None:
    """Of some persons: those who were left out now, each with the reason (a message); of no other."""
    db.execute(delete(LEFT).where(LEFT.c.cycle_id == cycle_id, LEFT.c.person_id.in_(among)))
    rows = [{"cycle_id": cycle_id, "person_id": person, "reason": why, "at": at} for person, why in left.items()]
    if rows:
        db.execute(insert(LEFT), rows)


def judged(db: Connection, actor: Actor, on: date) -> frozenset[int]:
    """The persons of whom an actor's administration alone says whether they have a post that a cycle may mean."""
    return frozenset(db.execute(select(Person.id).where(_judges(actor, PERSON.c.id, on))).scalars())


def _judges(actor: Actor, person: ColumnElement[int], on: date) -> ColumnElement[bool]:
    # Who acts in his scope and has his own post beyond it is not his to judge.
    own = and_(HELD.c.person_id == person, HELD.c.kind == "definitive", HELD.c.superseded_by.is_(None))
    runs = and_(HELD.c.starts_on <= on.isoformat(), or_(HELD.c.ends_on.is_(None), HELD.c.ends_on > on.isoformat()))
    beyond = and_(HELD.c.post_id == SEAT.c.id, not_(scope_condition(actor, SEAT.c.unit_id, ("admin",))))
    return and_(person_condition(actor, person, on, ("admin",)), not_(exists().where(own, runs, beyond)))


def forget_left(db: Connection, cycle_id: int, actor: Actor, on: date) -> None:
    """Nobody whom the actor administers is left out of a cycle."""
    theirs = select(Person.id).where(_judges(actor, PERSON.c.id, on))
    db.execute(delete(LEFT).where(LEFT.c.cycle_id == cycle_id, LEFT.c.person_id.in_(theirs)))


def count_left(db: Connection, cycle_id: int) -> int:
    """How many were left out of a cycle."""
    return int(db.execute(select(func.count()).select_from(LEFT).where(LEFT.c.cycle_id == cycle_id)).scalar_one())


def left(db: Connection, reader: Actor, cycle_id: int, on: date, most: int) -> list[Row[Any]]:
    """Whom of his scope a reader sees left out of a cycle, by name: person_ref, name, reason, at."""
    query = select(Person.ref.label("person_ref"), Person.name, LEFT.c.reason, LEFT.c.at)
    query = query.join(Person, Person.id == LEFT.c.person_id).where(LEFT.c.cycle_id == cycle_id)
    query = query.where(person_condition(reader, PERSON.c.id, on))
    return list(db.execute(query.order_by(Person.name_lower, Person.id).limit(most)))


def job(db: Connection, ref: str, *, lock: bool = False) -> Row[Any] | None:
    """The job that opens or opened cases of a cycle; locked, it does not end meanwhile."""
    query = select(JOB).where(JOB.c.ref == ref)
    return db.execute(query.with_for_update() if lock else query).one_or_none()


def of_period(db: Connection, digest: str, period_start: str, population: str) -> Row[Any] | None:
    """The cycle of a definition version that begins on a day, for exactly this population."""
    query = select(CYCLE).where(CYCLE.c.definition_digest == digest, CYCLE.c.period_start == period_start)
    return db.execute(query.where(CYCLE.c.population == population).order_by(CYCLE.c.id).limit(1)).one_or_none()


def cases_of_period(db: Connection, digest: str, period_start: str, population: str, person_id: int) -> list[Row[Any]]:
    """A person's cases in such cycles: ref and state."""
    query = select(Case.ref, Case.state).join(CYCLE, CYCLE.c.id == Case.cycle_id)
    query = query.where(CYCLE.c.definition_digest == digest, CYCLE.c.period_start == period_start)
    return list(db.execute(query.where(CYCLE.c.population == population, Case.subject_id == person_id)))


def free_of_period(db: Connection, digest: str, period_start: str, population: str, person_id: int) -> Row[Any] | None:
    """Such a cycle in which a person has no case yet."""
    query = select(CYCLE).where(CYCLE.c.definition_digest == digest, CYCLE.c.period_start == period_start)
    taken = select(Case.id).where(Case.cycle_id == CYCLE.c.id, Case.subject_id == person_id).exists()
    query = query.where(CYCLE.c.population == population, ~taken)
    return db.execute(query.order_by(CYCLE.c.id).limit(1)).one_or_none()


def case_in(db: Connection, cycle_id: int, person_id: int) -> Row[Any] | None:
    """A person's case in a cycle."""
    query = select(Case.ref, Case.state).where(Case.cycle_id == cycle_id, Case.subject_id == person_id)
    return db.execute(query).one_or_none()


def openings(db: Connection) -> list[Row[Any]]:
    """Every cycle with its status and how many cases it has, for the audit: ref, status, cases."""
    cases = select(Case.cycle_id, func.count().label("cases")).group_by(Case.cycle_id).subquery()
    query = select(CYCLE.c.ref, CYCLE.c.status, func.coalesce(cases.c.cases, 0).label("cases"))
    return list(db.execute(query.outerjoin(cases, cases.c.cycle_id == CYCLE.c.id).order_by(CYCLE.c.id)))
