"""Every act by which a role of a case was given to somebody, or back to its rule. Who holds it: placed.py."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from engine.store.tables.cases import CaseRole
from engine.store.tables.people import Person

ROLE, PERSON = CaseRole.__table__, Person.__table__


def of_case(db: Connection, case_id: int) -> list[Row[Any]]:
    """Of all roles, oldest first: role, event_ref, whom it names, and whether it was given back to the rule."""
    query = select(
        ROLE.c.id, ROLE.c.role, ROLE.c.event_ref, ROLE.c.given_back, ROLE.c.person_id, PERSON.c.ref.label("person_ref"),
        PERSON.c.name,
    ).join(PERSON, PERSON.c.id == ROLE.c.person_id)  # fmt: skip
    return list(db.execute(query.where(ROLE.c.case_id == case_id).order_by(ROLE.c.id)))
