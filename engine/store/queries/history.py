"""Questions about what happened to one case, and about one submission. `engine.snapshot` says first who may ask."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, select
from sqlalchemy.orm import aliased

from engine.store.statement import Statement
from engine.store.tables.cases import Answers, Case, Cycle, Draft, Note, Submission, Task
from engine.store.tables.ledger import Event
from engine.store.tables.people import Person

EVENTS = Statement(
    select(
        Event.seq,
        Event.ref,
        Event.kind,
        Event.at,
        Event.n,
        Event.from_state,
        Event.to_state,
        Event.transition,
        Event.role,
        Event.actor_id,
        Person.name.label("actor_name"),
        Note.body.label("note"),
        Submission.ref.label("submission_ref"),
        Submission.form,
        Submission.number,
        Event.leaf,
    )
    .outerjoin(Person, Person.id == Event.actor_id)
    .outerjoin(Note, Note.event_ref == Event.ref)
    .outerjoin(Submission, Submission.ref == Event.ref)
    .where(Event.stream == bindparam("stream"))
    .order_by(Event.seq)
)

BEFORE = aliased(Event)
WRITER = aliased(Person)

# A task with its draft and the move that opened it, in one row: a form page needs all three.
DESK = Statement(
    select(
        Task.id,
        Task.key,
        Task.form,
        Task.state,
        Task.opened_n,
        Draft.body,
        Draft.saved_at,
        Draft.saved_by,
        Draft.page,
        Draft.turn,
        WRITER.name.label("saved_by_name"),
        Event.transition,
        Event.role,
        Event.at.label("entered_at"),
        Person.name.label("actor_name"),
        Note.body.label("note"),
        exists()
        .where(BEFORE.case_id == Task.case_id, BEFORE.n < Task.opened_n, BEFORE.to_state == Event.to_state)
        .label("returned"),
    )
    .select_from(Task)
    .outerjoin(Draft, Draft.task_id == Task.id)
    .outerjoin(WRITER, WRITER.id == Draft.saved_by)
    .outerjoin(Event, and_(Event.case_id == Task.case_id, Event.n == Task.opened_n))
    .outerjoin(Person, Person.id == Event.actor_id)
    .outerjoin(Note, Note.event_ref == Event.ref)
    .where(Task.ref == bindparam("ref"))
)

FORM = Statement(
    select(Case.definition_digest.label("digest"), Task.form)
    .join(Case, Case.id == Task.case_id)
    .where(Task.ref == bindparam("ref"))
)

SUBMISSION = Statement(
    select(
        Submission.ref,
        Submission.form,
        Submission.number,
        Submission.sent_at,
        Submission.by_id,
        Submission.definition_digest,
        Case.ref.label("case_ref"),
        Cycle.name.label("cycle_name"),
        Task.key.label("task_key"),
        Person.name.label("by_name"),
        Answers.body,
    )
    .join(Case, Case.id == Submission.case_id)
    .join(Cycle, Cycle.id == Case.cycle_id)
    .join(Task, Task.id == Submission.task_id)
    .join(Person, Person.id == Submission.by_id)
    .outerjoin(Answers, Answers.submission_id == Submission.id)
    .where(Submission.ref == bindparam("ref"))
)


def events(db: Connection, case_ref: str) -> list[Any]:
    """Everything that happened to a case, oldest first: with who, the private note (JSON text) and the submission."""
    return EVENTS.rows(db, stream=f"case:{case_ref}")


def desk(db: Connection, task_ref: str) -> Any | None:
    """A task of any state with its draft and the move that opened it; `returned`: that move went back."""
    return DESK.one(db, ref=task_ref)


def form_of(db: Connection, task_ref: str) -> Any | None:
    """The definition of a task's case (`digest`) and the key of its form, None for a task that is decided."""
    return FORM.one(db, ref=task_ref)


def submission(db: Connection, ref: str) -> Any | None:
    """One submission with its answers as JSON text; `body` is None when they were erased."""
    return SUBMISSION.one(db, ref=ref)
