"""What the scores of a case came from: which submission the last answers of each form are, by whom and when."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import aliased

from engine.store.statement import Statement
from engine.store.tables.cases import Submission
from engine.store.tables.people import Person

LATER = aliased(Submission)
LAST = Statement(
    select(Submission.form, Submission.ref, Submission.sent_at, Person.ref.label("by"))
    .outerjoin(Person, Person.id == Submission.by_id)
    .where(
        Submission.case_id == bindparam("case_id"),
        ~select(LATER.id)
        .where(LATER.case_id == Submission.case_id, LATER.form == Submission.form, LATER.number > Submission.number)
        .exists(),
    )
)


def last_submissions(db: Connection, case_id: int) -> list[Any]:
    """The last submission of each form of a case: form, ref, sent_at, by (ref of the person)."""
    return LAST.rows(db, case_id=case_id)


def people(db: Connection, refs: Collection[str]) -> dict[str, str]:
    """Names of people by ref."""
    rows = db.execute(select(Person.ref, Person.name).where(Person.ref.in_(sorted(refs)))) if refs else ()
    return {row.ref: row.name for row in rows}
