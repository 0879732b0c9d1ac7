"""One person with his chairs, and his evaluations over the years, in a few questions. Whoever asks has been judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, select

from engine.store.queries.cases import COUNTS, LATER
from engine.store.queries.people import runs
from engine.store.queries.units import ZONE
from engine.store.tables.cases import Answers, Case, CaseRole, Cycle, Outcome, Submission, Task
from engine.store.tables.entry_cases import EntryCase
from engine.store.tables.ledger import Event
from engine.store.tables.linked import CaseLink
from engine.store.tables.people import Appointment, Person, Post, Unit

MOST = 40
SEATS = Appointment.__table__


def head(db: Connection, ref: str, on: date) -> list[Row[Any]]:
    """A person with each chair that he holds on a day, the definitive one first; one row without any, none of nobody.

    id, ref, name; how, post, unit, unit_ref, unit_id, timezone.
    """
    holds = and_(SEATS.c.person_id == Person.id, SEATS.c.superseded_by.is_(None), runs(SEATS, on.isoformat()))
    query = (
        select(
            Person.id, Person.ref, Person.name, SEATS.c.kind.label("how"), Post.name.label("post"),
            Unit.name.label("unit"), Unit.ref.label("unit_ref"), Unit.id.label("unit_id"), ZONE.label("timezone"),
        )
        .select_from(Person)
        .outerjoin(SEATS, holds)
        .outerjoin(Post, Post.id == SEATS.c.post_id)
        .outerjoin(Unit, Unit.id == Post.unit_id)
        .where(Person.ref == ref)
    )  # fmt: skip
    return list(db.execute(query.order_by(SEATS.c.kind, SEATS.c.id)))


def of_person(db: Connection, person_id: int) -> list[Row[Any]]:
    """His cases but for those that entries began, those of the latest period first; as `holders.about_cases` wants
    them, and is_child, is_open."""
    query = (
        select(
            Case.id, Case.ref, Case.state, Case.definition_digest, Case.unit_id, Case.subject_id,
            Person.ref.label("subject_ref"), Person.name.label("subject_name"),
            Cycle.period_start, Cycle.period_end, Cycle.name.label("cycle_name"),
            exists().where(CaseRole.case_id == Case.id).label("has_overrides"),
            exists().where(CaseLink.child_id == Case.id).label("is_child"),
            exists().where(Task.case_id == Case.id, Task.state == "open").label("is_open"),
        )
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(Person, Person.id == Case.subject_id)
        .where(Case.subject_id == person_id, ~exists().where(EntryCase.case_id == Case.id))
    )  # fmt: skip
    return list(db.execute(query.order_by(Cycle.period_end.desc(), Case.id.desc()).limit(MOST)))


def sent(db: Connection, case_ids: Collection[int]) -> dict[int, dict[str, tuple[int, bool]]]:
    """Case → form → who sent its last answers, and whether these are still there."""
    later = exists().where(
        LATER.case_id == Submission.case_id, LATER.form == Submission.form, LATER.number > Submission.number
    )
    query = (
        select(Submission.case_id, Submission.form, Submission.by_id, Answers.submission_id.is_not(None).label("there"))
        .outerjoin(Answers, Answers.submission_id == Submission.id)
        .where(Submission.case_id.in_(case_ids), ~later)
    )
    found: dict[int, dict[str, tuple[int, bool]]] = defaultdict(dict)
    for row in db.execute(query):
        found[row.case_id][row.form] = (row.by_id, row.there)
    return found


def outcomes(db: Connection, case_ids: Collection[int]) -> dict[int, dict[str, Row[Any]]]:
    """Case → key of a result → its last value (value, body)."""
    query = select(Outcome.case_id, Outcome.key, Outcome.value, Outcome.body).join(
        Event, Event.ref == Outcome.event_ref
    )
    query = query.where(Outcome.case_id.in_(case_ids), COUNTS).order_by(Event.seq)
    found: dict[int, dict[str, Row[Any]]] = defaultdict(dict)
    for row in db.execute(query):
        found[row.case_id][row.key] = row
    return found
