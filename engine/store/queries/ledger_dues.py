"""What the audit reads about deadlines: the rows that an event names, those without one, and where each stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine.store.statement import Statement
from engine.store.tables.cases import Case, Task
from engine.store.tables.deadlines import Clock, DeadlineShift, DueAct, Suspension
from engine.store.tables.definitions import Definition
from engine.store.tables.ledger import Event

SHIFTS, ACTS, SUSPENSIONS = (
    Statement(select(*table.__table__.c).where(table.event_ref == bindparam("event_ref")))
    for table in (DeadlineShift, DueAct, Suspension)
)
BODY = Statement(select(Definition.body).where(Definition.digest == bindparam("digest")))
OF_TASKS, OF_CLOCKS = (
    Statement(select(table.ref, table.due).join(Case, Case.id == table.case_id).where(Case.ref == bindparam("ref")))
    for table in (Task, Clock)
)
KINDS = {
    DeadlineShift: ("case.extended", "case.put_back", "case.resumed"),
    DueAct: ("case.moved", "case.final", "case.fire_refused"),
    Suspension: ("case.suspended", "case.resumed"),
}


def named_by(db: Connection, event_ref: str) -> dict[str, list[Any]]:
    """The rows that name an event, by table."""
    asked = (("shift", SHIFTS), ("act", ACTS), ("suspension", SUSPENSIONS))
    return {name: statement.rows(db, event_ref=event_ref) for name, statement in asked}


def stand(db: Connection, case_ref: str) -> dict[str, str | None]:
    """Where every deadline of a case stands, by the ref of its task or clock."""
    return {row.ref: row.due for rows in (OF_TASKS, OF_CLOCKS) for row in rows.rows(db, ref=case_ref)}


def unexplained(db: Connection) -> Iterator[tuple[str, str]]:
    """Rows that name no event of their case of a kind that can have written them."""
    for table, kinds in KINDS.items():
        said = select(Event.ref).where(
            Event.ref == table.event_ref, Event.case_id == table.case_id, Event.kind.in_(kinds)
        )
        query = select(table.event_ref).where(table.event_ref.is_not(None), ~said.exists())
        yield from ((table.__tablename__, str(ref)) for ref in db.execute(query).scalars())


def body(db: Connection, digest: str) -> dict[str, Any]:
    """A definition as a document; an empty one where it cannot be read."""
    row = BODY.one(db, digest=digest)
    try:
        found = json.loads(row.body) if row is not None else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
