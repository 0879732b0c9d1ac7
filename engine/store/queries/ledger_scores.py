"""The scores that were ever worked out, each with the event that set it and its private part: what the audit reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine.store.statement import Statement
from engine.store.tables.cases import Answers, Case, Note, Outcome, Submission
from engine.store.tables.ledger import Event

SCORED = '%"method":"score"%'
SCORES = (
    select(
        Case.ref,
        Case.definition_digest,
        Outcome.key,
        Outcome.value,
        Outcome.body,
        Event.ref.label("event_ref"),
        Event.at,
        Note.body.label("note"),
    )
    .select_from(Outcome)
    .join(Case, Case.id == Outcome.case_id)
    .join(Event, Event.ref == Outcome.event_ref)
    .outerjoin(Note, Note.event_ref == Event.ref)
    .where(Outcome.body.like(SCORED))
    .order_by(Outcome.case_id, Outcome.key, Event.seq)
)
SENT = Statement(
    select(Case.ref, Submission.form, Submission.sent_at, Answers.body)
    .join(Case, Case.id == Submission.case_id)
    .outerjoin(Answers, Answers.submission_id == Submission.id)
    .where(Submission.ref == bindparam("ref"))
)
ANSWERED = Statement(
    select(Answers.body)
    .select_from(Submission)
    .join(Case, Case.id == Submission.case_id)
    .outerjoin(Answers, Answers.submission_id == Submission.id)
    .where(Case.ref == bindparam("case"), Submission.form == bindparam("form"), Submission.sent_at <= bindparam("at"))
)


def scores(db: Connection) -> Iterator[Any]:
    """Every score: case, its definition_digest, key, value, body, event_ref, at, note."""
    yield from db.execute(SCORES)


def sent(db: Connection, ref: str) -> Any | None:
    """A submission: the ref of its case, its form, when, and its answers (None where they are erased)."""
    return SENT.one(db, ref=ref)


def answered(db: Connection, case: str, form: str, at: str) -> list[str | None]:
    """The answers of every submission of a form of a case until a moment; None for those that are erased."""
    return [row.body for row in ANSWERED.rows(db, case=case, form=form, at=at)]
