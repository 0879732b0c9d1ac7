"""Questions about one case, on the hot path: each is one prebuilt statement. Lists of cases live in case_lists.py.

`engine.snapshot` decides who may see what these find; nothing else may call them with a ref from outside.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, exists, select
from sqlalchemy.orm import aliased

from engine.store.queries.units import ZONE
from engine.store.statement import Statement, together
from engine.store.tables.cases import Answers, Case, CaseRole, Cycle, Draft, Outcome, Submission, Task, TaskHolder
from engine.store.tables.ledger import Event
from engine.store.tables.people import Person, Unit


def _head() -> Select[Any]:
    return (
        select(
            Case.id,
            Case.ref,
            Case.version,
            Case.state,
            Case.definition_digest,
            Case.subject_id,
            Case.unit_id,
            Person.ref.label("subject_ref"),
            Person.name.label("subject_name"),
            Cycle.ref.label("cycle_ref"),
            Cycle.name.label("cycle_name"),
            Cycle.period_start,
            Cycle.period_end,
            Event.at.label("entered_at"),
            ZONE.label("timezone"),
            # Three cheap looks here spare most cases three questions.
            exists().where(CaseRole.case_id == Case.id).correlate(Case).label("has_overrides"),
            exists().where(Submission.case_id == Case.id).correlate(Case).label("has_answers"),
            exists().where(Outcome.case_id == Case.id).correlate(Case).label("has_outcomes"),
        )
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(Unit, Unit.id == Case.unit_id)
        .join(Event, and_(Event.case_id == Case.id, Event.n == Case.version))
        .outerjoin(Person, Person.id == Case.subject_id)
    )


IN_CASE = Case.ref == bindparam("ref")
OF_TASK = Case.id == select(Task.case_id).where(Task.ref == bindparam("ref")).scalar_subquery()
HEAD, HEAD_BY_TASK = (Statement(_head().where(found)) for found in (IN_CASE, OF_TASK))
LOCK, LOCK_BY_TASK = (Statement(select(Case.id).where(found).with_for_update()) for found in (IN_CASE, OF_TASK))

TASKS = Statement(
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
        Person.ref.label("person_ref"),
        Person.name.label("person_name"),
    )
    .outerjoin(TaskHolder, TaskHolder.task_id == Task.id)
    .outerjoin(Person, Person.id == TaskHolder.person_id)
    .where(Task.case_id == bindparam("case_id"), Task.opened_n == bindparam("opened_n"))
    .order_by(Task.id, TaskHolder.person_id)
)

LATER = aliased(Submission)
ANSWERS = Statement(
    select(Submission.form, Submission.by_id, Submission.sent_at, Answers.body)
    .join(Answers, Answers.submission_id == Submission.id)
    .where(
        Submission.case_id == bindparam("case_id"),
        ~select(LATER.id)
        .where(LATER.case_id == Submission.case_id, LATER.form == Submission.form, LATER.number > Submission.number)
        .exists(),
    )
)

OUTCOMES = Statement(
    select(Outcome.key, Outcome.value, Outcome.body, Event.seq)
    .join(Event, Event.ref == Outcome.event_ref)
    .where(Outcome.case_id == bindparam("case_id"))
    .order_by(Event.seq)
)

OVERRIDES = Statement(
    select(CaseRole.role, CaseRole.person_id, CaseRole.event_ref, Person.ref, Person.name)
    .join(Person, Person.id == CaseRole.person_id)
    .where(CaseRole.case_id == bindparam("case_id"))
    .order_by(CaseRole.id)
)

EVER_HELD = Statement(
    select(TaskHolder.task_id)
    .join(Task, Task.id == TaskHolder.task_id)
    .where(Task.case_id == bindparam("case_id"), TaskHolder.person_id == bindparam("person_id"))
    .limit(1)
)

DRAFT = Statement(
    select(Draft.body, Draft.version, Draft.saved_at, Draft.saved_by).where(Draft.task_id == bindparam("task_id"))
)


def head(db: Connection, ref: str, *, lock: bool = False) -> Any | None:
    """A case's row with its cycle, subject, zone and the moment it entered its state; locked for a writing verb."""
    return _found(db, HEAD, LOCK if lock else None, ref)


def head_by_task(db: Connection, ref: str, *, lock: bool = False) -> Any | None:
    """The same, of the case that a task belongs to."""
    return _found(db, HEAD_BY_TASK, LOCK_BY_TASK if lock else None, ref)


def _found(db: Connection, statement: Statement, lock: Statement | None, ref: str) -> Any | None:
    # The lock is a statement of its own: who waited for it inside a join would see the new case beside the old event,
    # and find nothing. SQLite has locked the whole database by now.
    if lock is None or db.dialect.name == "sqlite":
        return statement.one(db, ref=ref)
    rows = together(db, [(lock, {"ref": ref}), (statement, {"ref": ref})])[1].rows()
    return rows[0] if rows else None


def tasks(db: Connection, case_id: int, opened_n: int) -> list[Any]:
    """The tasks opened by the move to version `opened_n`, one row for each holder."""
    return TASKS.rows(db, case_id=case_id, opened_n=opened_n)


def last_answers(db: Connection, case_id: int) -> list[Any]:
    """The answers of the last submission of each form, as JSON text."""
    return ANSWERS.rows(db, case_id=case_id)


def outcomes(db: Connection, case_id: int) -> list[Any]:
    """Every result ever set, oldest first: the last of a key counts."""
    return OUTCOMES.rows(db, case_id=case_id)


def overrides(db: Connection, case_id: int) -> list[Any]:
    """Reassignments, oldest first: the last of a role counts."""
    return OVERRIDES.rows(db, case_id=case_id)


def ever_held(db: Connection, case_id: int, person_id: int | None) -> bool:
    """Whether a person held any task of the case at any time."""
    return EVER_HELD.one(db, case_id=case_id, person_id=person_id) is not None


def draft(db: Connection, task_id: int) -> Any | None:
    """What is being written for a task."""
    return DRAFT.one(db, task_id=task_id)
