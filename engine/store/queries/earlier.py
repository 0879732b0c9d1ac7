"""What somebody sent in cases of the same workflow that ended before. `engine.openings` says who may know of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, exists, select
from sqlalchemy.orm import aliased

from engine.store.statement import Statement
from engine.store.tables.cases import Answers, Case, Cycle, Submission
from engine.store.tables.definitions import DefinitionVersion

LATER = aliased(Submission)
EARLIER = Statement(
    select(
        Case.ref,
        Case.state,
        Case.definition_digest,
        Cycle.name.label("cycle_name"),
        Submission.form,
        Submission.by_id,
        Answers.body,
    )
    .join(Cycle, Cycle.id == Case.cycle_id)
    .join(Submission, Submission.case_id == Case.id)
    .join(Answers, Answers.submission_id == Submission.id)
    .where(
        Case.subject_id == bindparam("subject_id"),
        Cycle.period_end >= bindparam("since"),
        Cycle.period_end < bindparam("before"),
        exists().where(
            DefinitionVersion.digest == Case.definition_digest,
            DefinitionVersion.kind == "workflow",
            DefinitionVersion.key == bindparam("key"),
        ),
        ~select(LATER.id)
        .where(LATER.case_id == Submission.case_id, LATER.form == Submission.form, LATER.number > Submission.number)
        .exists(),
    )
    .order_by(Cycle.period_end.desc(), Case.id.desc())
)


def sent_before(db: Connection, subject_id: int, key: str, since: date, before: date) -> list[Any]:
    """The last answers of each form of a person's cases of one workflow whose period ended in [since, before)."""
    values = {"subject_id": subject_id, "key": key, "since": since.isoformat(), "before": before.isoformat()}
    return EARLIER.rows(db, **values)
