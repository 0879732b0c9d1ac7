"""The last answers to one form of all cases of a cycle that somebody oversees: what an export writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import aliased

from engine.core.case import Actor
from engine.store.queries.scope import scope_condition
from engine.store.tables.cases import Answers, Case, Submission
from engine.store.tables.people import Person, Unit

LATER = aliased(Submission)


def last_of_each(db: Connection, actor: Actor, cycle_id: int, form: str, limit: int) -> Sequence[Row[Any]]:
    """One row a case: ref, digest, name and NIP, unit, when and as which number it was sent, the answers as JSON.

    Nobody oversees his own case; erased answers are left out.
    """
    later = select(LATER.id).where(
        LATER.case_id == Submission.case_id, LATER.form == Submission.form, LATER.number > Submission.number
    )
    query = (
        select(
            Case.ref,
            Case.definition_digest,
            Person.name,
            Person.nip,
            Unit.name.label("unit"),
            Submission.sent_at,
            Submission.number,
            Answers.body,
        )
        .join(Submission, Submission.case_id == Case.id)
        .join(Answers, Answers.submission_id == Submission.id)
        .join(Unit, Unit.id == Case.unit_id)
        .outerjoin(Person, Person.id == Case.subject_id)
        .where(
            Case.cycle_id == cycle_id,
            Submission.form == form,
            ~later.exists(),
            scope_condition(actor, Case.unit_id),
            Case.subject_id.is_distinct_from(actor.person_id),
        )
        .order_by(Person.name, Case.id)
        .limit(limit)
    )
    return db.execute(query).all()
