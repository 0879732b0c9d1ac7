"""Questions and small writes about nominations. Those that stand for a role come with the case (queries.cases)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from engine.store.tables.people import Person
from engine.store.tables.roles import Nomination

NOMINATION = Nomination.__table__
PERSON, BY = Person.__table__.alias("proposed"), Person.__table__.alias("by")


def of_case(db: Connection, case_id: int) -> list[Row[Any]]:
    """Every nomination of a case, oldest first, with the names of both people."""
    query = select(NOMINATION, PERSON.c.name, BY.c.name.label("by_name"))
    query = query.join(PERSON, PERSON.c.id == NOMINATION.c.person_id).join(BY, BY.c.id == NOMINATION.c.by_id)
    return list(db.execute(query.where(NOMINATION.c.case_id == case_id).order_by(NOMINATION.c.id)))


def add(db: Connection, **values: Any) -> None:
    """A new row."""
    db.execute(insert(NOMINATION).values(**values))


def decide(db: Connection, nomination_id: int, decision: str, event_ref: str) -> None:
    """What was decided; a trigger refuses a second time."""
    db.execute(
        update(NOMINATION).where(NOMINATION.c.id == nomination_id).values(decision=decision, decided_ref=event_ref)
    )
