"""Lists of cases: each takes the actor and scopes by him. Pages go by keyset, never by offset."""

from __future__ import annotations

from sqlalchemy import Connection, select

from engine.store.tables.cases import Case, Cycle


def case_of(db: Connection, cycle_ref: str, person_id: int | None) -> str:
    """The ref of a person's case in a cycle."""
    query = select(Case.ref).join(Cycle, Cycle.id == Case.cycle_id)
    return str(db.execute(query.where(Cycle.ref == cycle_ref, Case.subject_id == person_id)).scalar_one())
