"""Questions about one case, each one prebuilt statement. What is read first stands in case_head.py, lists elsewhere.

`engine.snapshot` decides who may see what these find.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, select
from sqlalchemy.orm import aliased

from engine.store.statement import Statement
from engine.store.tables.cases import Answers, Draft, Outcome, Submission, Task, TaskHolder
from engine.store.tables.ledger import Event
from engine.store.tables.repairs import Withdrawn

LATER = aliased(Submission)


def last_answer_rows(case_id: ColumnElement[Any]) -> Select[Any]:
    """The last submission of each form of a case: form, by_id, sent_at, body (None once the answers are erased)."""
    later = select(LATER.id).where(
        LATER.case_id == Submission.case_id, LATER.form == Submission.form, LATER.number > Submission.number
    )
    return (
        select(Submission.form, Submission.by_id, Submission.sent_at, Answers.body)
        .outerjoin(Answers, Answers.submission_id == Submission.id)
        .where(Submission.case_id == case_id, ~later.exists())
    )


ANSWERS = Statement(last_answer_rows(bindparam("case_id")))

# The results of an event count until the case is taken back to before it.
COUNTS = ~exists().where(Withdrawn.event_ref == Outcome.event_ref)
OUTCOMES = Statement(
    select(Outcome.key, Outcome.value, Outcome.body, Event.seq)
    .join(Event, Event.ref == Outcome.event_ref)
    .where(Outcome.case_id == bindparam("case_id"), COUNTS)
    .order_by(Event.seq)
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


def last_answers(db: Connection, case_id: int) -> list[Any]:
    """The answers of the last submission of each form, as JSON text; None where they are erased."""
    return ANSWERS.rows(db, case_id=case_id)


def outcomes(db: Connection, case_id: int) -> list[Any]:
    """Every result ever set and not withdrawn, oldest first: the last of a key counts."""
    return OUTCOMES.rows(db, case_id=case_id)


def ever_held(db: Connection, case_id: int, person_id: int | None) -> bool:
    """Whether a person held any task of the case at any time."""
    return EVER_HELD.one(db, case_id=case_id, person_id=person_id) is not None


def draft(db: Connection, task_id: int) -> Any | None:
    """What is being written for a task."""
    return DRAFT.one(db, task_id=task_id)
