"""Who has which right over a unit on a day: by a grant over it, or over a unit above it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import aliased

from engine.store.queries.people import CLOSURE, GRANT, PERSON, UNIT, runs
from engine.store.tables.people import Person

GRANTER = aliased(Person, name="granter")


def unit(db: Connection, unit_id: int, on: date) -> list[Row[Any]]:
    """The grants that reach a unit on a day: role, from when to when, over which unit (`over`, `depth` above), who
    has it and who gave it. Grants on the unit itself first."""
    query = (
        select(
            GRANT.c.role,
            GRANT.c.starts_on,
            GRANT.c.ends_on,
            CLOSURE.c.depth,
            UNIT.c.name.label("over"),
            UNIT.c.ref.label("over_ref"),
            PERSON.c.name,
            PERSON.c.ref,
            PERSON.c.active,
            GRANTER.name.label("granter"),
        )
        .join(CLOSURE, CLOSURE.c.ancestor_id == GRANT.c.unit_id)
        .join(UNIT, UNIT.c.id == GRANT.c.unit_id)
        .join(PERSON, PERSON.c.id == GRANT.c.person_id)
        .outerjoin(GRANTER, GRANTER.id == GRANT.c.granted_by)
        .where(CLOSURE.c.descendant_id == unit_id, runs(GRANT, on.isoformat()))
    )
    return list(db.execute(query.order_by(CLOSURE.c.depth, GRANT.c.role, PERSON.c.name_lower, PERSON.c.id)))
