"""What the audit reads about deadlines: the rows that an event names, those without one, and where each stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, and_, bindparam, null, select

from engine.store.statement import Statement
from engine.store.tables.cases import Case, Submission, Task
from engine.store.tables.deadlines import Clock, DeadlineShift, DueAct, Suspension
from engine.store.tables.definitions import Definition
from engine.store.tables.ledger import Event

SHIFTS, ACTS, SUSPENSIONS = (
    Statement(select(*table.__table__.c).where(table.event_ref == bindparam("event_ref")))
    for table in (DeadlineShift, DueAct, Suspension)
)
BODY = Statement(select(Definition.body).where(Definition.digest == bindparam("digest")))
OF_TASKS, OF_CLOCKS = (
    Statement(
        select(table.ref, table.due, table.opened_n, table.whole if table is Clock else null().label("whole"))
        .join(Case, Case.id == table.case_id)
        .where(Case.ref == bindparam("ref"))
    )
    for table in (Task, Clock)
)
# A calendar that changes counts again from when a task came, or from when what it waited for was sent.
BEGAN = (
    *(
        (
            table,
            select(table.ref).where(
                ~select(Event.ref)
                .where(Event.case_id == table.case_id, Event.n == table.opened_n, Event.at == table.opened_at)
                .exists()
            ),
        )
        for table in (Task, Clock)
    ),
    (
        Task,
        select(Task.ref)
        .join(Submission, and_(Submission.case_id == Task.case_id, Submission.task_id == Task.id))
        .where(Task.state == "done", Task.ended_at != Submission.sent_at),
    ),
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


def stand(db: Connection, case_ref: str) -> dict[str, Any]:
    """Every task and clock of a case by ref: when it is due, and which version of the case opened it."""
    return {row.ref: row for rows in (OF_TASKS, OF_CLOCKS) for row in rows.rows(db, ref=case_ref)}


def unexplained(db: Connection) -> Iterator[tuple[str, str]]:
    """Rows that name no event of their case of a kind that can have written them; clocks begun at another moment."""
    for table, query in BEGAN:
        yield from ((table.__tablename__, ref) for ref in db.execute(query).scalars())
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
