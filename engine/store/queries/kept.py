"""Cases whose roles are asked for without opening them. One statement, however many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, exists, select

from engine.store.tables.cases import Case, CaseRole, Cycle
from engine.store.tables.people import Person


def for_roles(db: Connection, case_ids: Sequence[int]) -> list[Any]:
    """Cases as holders.about_cases asks for them, in the order of their keys."""
    query = (
        select(
            Case.id, Case.subject_id, Person.ref.label("subject_ref"), Person.name.label("subject_name"), Case.unit_id,
            Cycle.period_end, exists().where(CaseRole.case_id == Case.id).correlate(Case).label("has_overrides"),
        )
        .join(Cycle, Cycle.id == Case.cycle_id)
        .outerjoin(Person, Person.id == Case.subject_id)
    )  # fmt: skip
    return list(db.execute(query.where(Case.id.in_(case_ids)).order_by(Case.id)))
