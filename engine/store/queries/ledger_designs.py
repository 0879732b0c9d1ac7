"""What the audit reads of designs: every design, and the steps that name an event, with refs in place of keys."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, select
from sqlalchemy.orm import aliased

from engine.store.statement import Statement
from engine.store.tables.definitions import DefinitionVersion
from engine.store.tables.designs import Design, DesignEdit
from engine.store.tables.people import Person

BEGAN, CHANGED = aliased(Person), aliased(Person)
FROM, VERSION = aliased(DefinitionVersion), aliased(DefinitionVersion)
STEPS = Statement(
    select(
        *DesignEdit.__table__.c,
        Design.ref.label("design"),
        Person.ref.label("person"),
        VERSION.ref.label("version"),
    )
    .outerjoin(Design, Design.id == DesignEdit.design_id)
    .outerjoin(Person, Person.id == DesignEdit.person_id)
    .outerjoin(VERSION, VERSION.id == DesignEdit.version_id)
    .where(DesignEdit.event_ref == bindparam("event_ref"))
)


def steps(db: Connection, event_ref: str) -> list[Any]:
    """The steps that name an event: one at most, when all is well."""
    return STEPS.rows(db, event_ref=event_ref)


def designs(db: Connection) -> list[Row[Any]]:
    """Every design, as recorded."""
    query = select(
        *Design.__table__.c,
        BEGAN.ref.label("begun"),
        CHANGED.ref.label("changed"),
        FROM.ref.label("from_version"),
        VERSION.ref.label("version"),
    )
    query = query.outerjoin(BEGAN, BEGAN.id == Design.begun_by).outerjoin(CHANGED, CHANGED.id == Design.changed_by)
    query = query.outerjoin(FROM, FROM.id == Design.from_version_id)
    return list(db.execute(query.outerjoin(VERSION, VERSION.id == Design.version_id).order_by(Design.id)))
