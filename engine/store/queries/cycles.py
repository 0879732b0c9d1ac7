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
