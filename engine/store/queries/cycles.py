"""Questions about cycles, and the small writes of opening one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select

from engine.store.tables.cases import Case, Cycle

CYCLE = Cycle.__table__


def add(db: Connection, **values: Any) -> Row[Any]:
    """A new open cycle."""
    return db.execute(insert(CYCLE).values(status="open", **values).returning(*CYCLE.c)).one()


def by_ref(db: Connection, ref: str) -> Row[Any] | None:
    """One cycle."""
    return db.execute(select(CYCLE).where(CYCLE.c.ref == ref)).one_or_none()


def subjects(db: Connection, cycle_id: int) -> frozenset[int]:
    """The persons who have a case in a cycle."""
    return frozenset(db.execute(select(Case.subject_id).where(Case.cycle_id == cycle_id)).scalars())


def of_period(db: Connection, digest: str, period_start: str, population: str) -> Row[Any] | None:
    """The cycle of a definition version that begins on a day, for exactly this population."""
    query = select(CYCLE).where(CYCLE.c.definition_digest == digest, CYCLE.c.period_start == period_start)
    return db.execute(query.where(CYCLE.c.population == population).order_by(CYCLE.c.id).limit(1)).one_or_none()


def case_in(db: Connection, cycle_id: int, person_id: int) -> Row[Any] | None:
    """A person's case in a cycle."""
    query = select(Case.ref, Case.state).where(Case.cycle_id == cycle_id, Case.subject_id == person_id)
    return db.execute(query).one_or_none()
