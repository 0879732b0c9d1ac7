"""What a verb or a page reads of one case first: the case with its tasks, its people, its stream, its idempotency key.

One statement, since each one costs more than what it finds; under the lock of the case's row when a verb writes.
`engine.snapshot` decides who may see what is found; nothing else may ask with a ref from outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, func, select

from engine.store.gathered import gathered
from engine.store.queries.calendars import STAMP
from engine.store.queries.cases import last_answer_rows
from engine.store.queries.clocks import SUSPENDED_AT
from engine.store.queries.role_people import MINE, superior_rows
from engine.store.queries.units import ZONE
from engine.store.statement import Statement, together
from engine.store.tables.cases import Case, CaseRole, Cycle, Outcome, Submission, Task, TaskHolder
from engine.store.tables.deadlines import DeadlineShift
from engine.store.tables.ledger import Event, StreamHead
from engine.store.tables.linked import CaseLink, CaseSubject
from engine.store.tables.people import Person, Unit
from engine.store.tables.work import Request

A_DAY = timedelta(days=1)  # the local day of a case lies at most one beside that of UTC


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose idempotency key is looked for, together with the case."""

    actor_id: int = 0
    key: str = ""


NOBODY = Asker()
TASKS = (
    select(
        Task.id,
        Task.ref,
        Task.key,
        Task.state,
        Task.opened_at,
        Task.due,
        Task.version,
        TaskHolder.person_id,
        TaskHolder.rule,
        TaskHolder.basis,
        Person.ref,
        Person.name,
        Task.ended_at,
    )
    .outerjoin(TaskHolder, TaskHolder.task_id == Task.id)
    .outerjoin(Person, Person.id == TaskHolder.person_id)
    .where(Task.case_id == Case.id, Task.opened_n == Case.version)
    .correlate(Case)
)
NAMED = Task.__table__.alias("named")  # the task by which a case is asked for


# What a case is about that is about no person; looked up for such a case alone.
SUBJECT_REF, SUBJECT_TITLE = (
    select(column).where(CaseSubject.case_id == Case.id).correlate(Case).scalar_subquery()
    for column in (CaseSubject.ref, CaseSubject.title)
)


def _head(*more: ColumnElement[Any]) -> Select[Any]:
    """`tasks`: those that entering the state opened, a row a holder. `superiors`: of the subject, around today."""
    return (
        select(
            Case.id,
            Case.ref,
            Case.version,
            Case.state,
            Case.definition_digest,
            *(Case.subject_id, Case.unit_id),
            func.coalesce(Person.ref, SUBJECT_REF, "").label("subject_ref"),
            func.coalesce(Person.name, SUBJECT_TITLE, "").label("subject_name"),
            Cycle.ref.label("cycle_ref"),
            Cycle.name.label("cycle_name"),
            Cycle.period_start,
            Cycle.period_end,
            Event.at.label("entered_at"),
            ZONE.label("timezone"),
            STAMP.label("calendar_stamp"),
            gathered(TASKS).label("tasks"),
            gathered(superior_rows(MINE.c.person_id == Case.subject_id).correlate(Case)).label("superiors"),
            # Cheap looks here spare most cases a question each.
            exists().where(CaseRole.case_id == Case.id).correlate(Case).label("has_overrides"),
            exists().where(Submission.case_id == Case.id).correlate(Case).label("has_answers"),
            exists().where(Outcome.case_id == Case.id).correlate(Case).label("has_outcomes"),
            exists().where(CaseLink.child_id == Case.id).correlate(Case).label("has_parent"),
            exists().where(DeadlineShift.case_id == Case.id).correlate(Case).label("has_shifts"),
            SUSPENDED_AT.scalar_subquery().label("suspended_at"),
            *(StreamHead.seq, StreamHead.leaf_hash),
            Request.route,
            Request.body_hash,
            Request.response,
            *more,
        )
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(Unit, Unit.id == Case.unit_id)
        .join(Event, and_(Event.case_id == Case.id, Event.n == Case.version))
        .join(StreamHead, StreamHead.stream == "case:" + Case.ref)
        .outerjoin(Person, Person.id == Case.subject_id)
        .outerjoin(Request, and_(Request.actor_id == bindparam("actor_id"), Request.key == bindparam("key")))
    )


NUMBER = (
    select(func.coalesce(func.max(Submission.number), 0) + 1)
    .where(Submission.case_id == Case.id, Submission.form == NAMED.c.form)
    .correlate(Case, NAMED)
    .scalar_subquery()
    .label("next_number")
)
IN_CASE = Case.ref == bindparam("ref")
HEAD = Statement(_head(gathered(last_answer_rows(Case.id).correlate(Case)).label("answers")).where(IN_CASE))
HEAD_BY_TASK = Statement(_head(NUMBER).join(NAMED, NAMED.c.case_id == Case.id).where(NAMED.c.ref == bindparam("ref")))
OF_TASK = Case.id == select(Task.case_id).where(Task.ref == bindparam("ref")).scalar_subquery()
# Not FOR UPDATE: whoever only refers to the case (a submission) need not wait for its lock.
LOCK, LOCK_BY_TASK = (
    Statement(select(Case.id).where(found).with_for_update(key_share=True)) for found in (IN_CASE, OF_TASK)
)


def head(db: Connection, ref: str, at: datetime, *, lock: bool = False, asker: Asker = NOBODY) -> Any | None:
    """A case's row with all that stands above, and its last answers; locked for a writing verb."""
    return _found(db, HEAD, LOCK if lock else None, ref, at, asker)


def head_by_task(db: Connection, ref: str, at: datetime, *, lock: bool = False, asker: Asker = NOBODY) -> Any | None:
    """The same, of the case that a task belongs to; `next_number` is that of the next submission of its form."""
    return _found(db, HEAD_BY_TASK, LOCK_BY_TASK if lock else None, ref, at, asker)


def _found(
    db: Connection, statement: Statement, lock: Statement | None, ref: str, at: datetime, asker: Asker
) -> Any | None:
    values = {
        "ref": ref,
        "actor_id": asker.actor_id,
        "key": asker.key,
        "earliest": (at - A_DAY).date().isoformat(),
        "latest": (at + A_DAY).date().isoformat(),
    }
    # The lock is a statement of its own: who waited for it inside a join would see the new case beside the old event,
    # and find nothing. SQLite has locked the whole database by now.
    if lock is None or db.dialect.name == "sqlite":
        return statement.one(db, **values)
    rows = together(db, [(lock, {"ref": ref}), (statement, values)])[1].rows()
    return rows[0] if rows else None
