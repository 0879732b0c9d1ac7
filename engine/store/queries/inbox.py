"""Questions of one person's start page: what waits for him, what he has done, his own cases. Scoped by person.

One statement a question, since this page is opened more often than any other.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from engine.core.case import ACTING
from engine.store.queries.clocks import SUSPENDED_AT
from engine.store.statement import Statement
from engine.store.tables.cases import Case, Cycle, Draft, Note, Outcome, Submission, Task, TaskHolder
from engine.store.tables.deadlines import DeadlineShift
from engine.store.tables.ledger import Event
from engine.store.tables.linked import CaseSubject
from engine.store.tables.people import Person
from engine.store.tables.roles import ActingOrder

LIMIT = 100

MINE, HELD, SUBJECT, EARLIER = aliased(Task), aliased(TaskHolder), aliased(Person), aliased(Event)
SENT, ABSENT = aliased(Submission), aliased(Person)

# What a case is about that is about no person.
TITLE = select(CaseSubject.title).where(CaseSubject.case_id == Case.id).correlate(Case).scalar_subquery()
# The cases in which somebody has an open task, the most urgent first.
WAITING = (
    select(MINE.case_id)
    .join(HELD, HELD.task_id == MINE.id)
    .where(HELD.person_id == bindparam("person_id"), MINE.state == "open")
    .group_by(MINE.case_id)
    .order_by(func.coalesce(func.min(MINE.due), "9999"), MINE.case_id)
    .limit(bindparam("limit"))
    .subquery()
)
# Entered once before: then the move that opened the task has sent the case back.
RETURNED = (
    exists().where(EARLIER.case_id == Case.id, EARLIER.to_state == Case.state, EARLIER.n < Case.version).correlate(Case)
)
PUT_OFF = exists().where(DeadlineShift.of_ref == Task.ref).correlate(Task)
TASKS = Statement(
    select(
        Task.id,
        Task.ref,
        Task.key,
        Task.state,
        Task.due,
        Task.opened_at,
        Task.ended_at,
        Task.version,
        TaskHolder.person_id.label("holder_id"),
        Person.name.label("holder_name"),
        Case.ref.label("case_ref"),
        Case.state.label("case_state"),
        Case.unit_id,
        Case.definition_digest,
        Case.subject_id,
        func.coalesce(SUBJECT.name, TITLE).label("subject_name"),
        Cycle.ref.label("cycle_ref"),
        Cycle.name.label("cycle_name"),
        Draft.saved_at,
        Event.from_state,
        Event.at.label("entered_at"),
        Note.body.label("note"),
        RETURNED.label("returned"),
        SUSPENDED_AT.scalar_subquery().label("suspended_at"),
        PUT_OFF.label("put_off"),
        ActingOrder.kind.label("order_kind"),
        ActingOrder.number.label("order_number"),
        ABSENT.name.label("instead_of"),
    )
    .join(WAITING, WAITING.c.case_id == Task.case_id)
    .join(Case, and_(Case.id == Task.case_id, Case.version == Task.opened_n))
    .join(Cycle, Cycle.id == Case.cycle_id)
    .join(Event, and_(Event.case_id == Case.id, Event.n == Case.version))
    .outerjoin(Note, Note.event_ref == Event.ref)
    .outerjoin(SUBJECT, SUBJECT.id == Case.subject_id)
    .outerjoin(Draft, Draft.task_id == Task.id)
    .outerjoin(TaskHolder, TaskHolder.task_id == Task.id)
    .outerjoin(Person, Person.id == TaskHolder.person_id)
    .outerjoin(ActingOrder, and_(TaskHolder.rule == ACTING, ActingOrder.ref == TaskHolder.basis))
    .outerjoin(ABSENT, ABSENT.id == ActingOrder.person_id)
    .order_by(func.coalesce(Task.due, "9999"), Task.id, TaskHolder.person_id)
)

LATER, OPEN, WITH = aliased(Outcome), aliased(Task), aliased(Person)
OWN_CASES = Statement(
    select(
        Case.id,
        Case.ref,
        Case.state,
        Case.definition_digest,
        Cycle.name.label("cycle_name"),
        Cycle.period_start,
        Cycle.period_end,
        Event.at.label("entered_at"),
        OPEN.key.label("task_key"),
        OPEN.ref.label("task_ref"),
        TaskHolder.person_id.label("holder_id"),
        WITH.name.label("holder_name"),
    )
    .join(Cycle, Cycle.id == Case.cycle_id)
    .join(Event, and_(Event.case_id == Case.id, Event.n == Case.version))
    .outerjoin(OPEN, and_(OPEN.case_id == Case.id, OPEN.opened_n == Case.version, OPEN.state == "open"))
    .outerjoin(TaskHolder, TaskHolder.task_id == OPEN.id)
    .outerjoin(WITH, WITH.id == TaskHolder.person_id)
    .where(Case.subject_id == bindparam("person_id"))
    .order_by(Cycle.period_start.desc(), Case.id.desc(), OPEN.id, TaskHolder.person_id)
    .limit(bindparam("limit"))
)

DONE = Statement(
    select(
        Task.key,
        Task.ended_at,
        Case.ref.label("case_ref"),
        Case.definition_digest,
        Case.subject_id,
        func.coalesce(SUBJECT.name, TITLE).label("subject_name"),
        Cycle.name.label("cycle_name"),
        SENT.ref.label("submission_ref"),
        SENT.by_id,
    )
    .join(TaskHolder, TaskHolder.task_id == Task.id)
    .join(Case, Case.id == Task.case_id)
    .join(Cycle, Cycle.id == Case.cycle_id)
    .outerjoin(SUBJECT, SUBJECT.id == Case.subject_id)
    .outerjoin(SENT, SENT.task_id == Task.id)
    .where(TaskHolder.person_id == bindparam("person_id"), Task.state == "done")
    .order_by(Task.ended_at.desc(), Task.id.desc())
    .limit(bindparam("limit"))
)


def tasks(db: Connection, person_id: int, limit: int = LIMIT) -> list[Any]:
    """All tasks of the current state of each case that waits for a person, one row for each holder.

    The tasks of others are among them: some of his own wait for those. Soonest deadline first.
    """
    return TASKS.rows(db, person_id=person_id, limit=limit)


def own_cases(db: Connection, person_id: int, limit: int = LIMIT) -> list[Any]:
    """The cases about a person, the newest period first; one row for each open task and its holder."""
    return OWN_CASES.rows(db, person_id=person_id, limit=limit)


def done(db: Connection, person_id: int, limit: int = 6) -> list[Any]:
    """What a person finished last, with the submission where there was one."""
    return DONE.rows(db, person_id=person_id, limit=limit)
