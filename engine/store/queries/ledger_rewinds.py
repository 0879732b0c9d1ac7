"""What the audit reads of cases taken back: every proposal with refs in place of integer keys, every withdrawal."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from engine.store.tables.cases import Case
from engine.store.tables.people import Person
from engine.store.tables.repairs import CaseRewind, Withdrawn


def proposals(db: Connection) -> list[Row[Any]]:
    """Every proposal, as recorded; `stream` is that of its case."""
    table = CaseRewind.__table__
    columns = (table.c.ref, table.c.n, table.c.back, table.c.to_state, table.c.until, table.c.decision)
    query = select(*columns, table.c.decided_ref, Person.ref.label("by"), ("case:" + Case.ref).label("stream"))
    query = query.join(Case, Case.id == table.c.case_id).join(Person, Person.id == table.c.by_id)
    return list(db.execute(query.order_by(table.c.id)))


def withdrawals(db: Connection) -> list[Row[Any]]:
    """Every event whose results no longer count, and by which event."""
    return list(db.execute(select(*Withdrawn.__table__.c).order_by(Withdrawn.event_ref)))
