"""What the audit reads of acting orders: every row with refs in place of integer keys, and the zone of each unit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import aliased

from engine.store.queries.units import ZONE
from engine.store.tables.cases import Case
from engine.store.tables.people import Person, Unit
from engine.store.tables.roles import ActingOrder, Nomination

ABSENT, DEPUTY, LATER = aliased(Person), aliased(Person), aliased(ActingOrder)


def orders(db: Connection) -> list[Row[Any]]:
    """Every order, as recorded."""
    named = (ABSENT.ref.label("person"), DEPUTY.ref.label("deputy"), LATER.ref.label("superseded"))
    query = select(*ActingOrder.__table__.c, *named).outerjoin(ABSENT, ABSENT.id == ActingOrder.person_id)
    query = query.outerjoin(DEPUTY, DEPUTY.id == ActingOrder.deputy_id)
    return list(db.execute(query.outerjoin(LATER, LATER.id == ActingOrder.superseded_by).order_by(ActingOrder.id)))


def nominations(db: Connection) -> list[Row[Any]]:
    """Every nomination, as recorded; `stream` is that of its case."""
    named = (ABSENT.ref.label("person"), DEPUTY.ref.label("by"), ("case:" + Case.ref).label("stream"))
    query = select(*Nomination.__table__.c, *named).join(Case, Case.id == Nomination.case_id)
    query = query.join(ABSENT, ABSENT.id == Nomination.person_id).join(DEPUTY, DEPUTY.id == Nomination.by_id)
    return list(db.execute(query.order_by(Nomination.id)))


def zones(db: Connection) -> dict[str, str]:
    """Ref of a unit → its IANA zone."""
    return {row.ref: row.zone or "UTC" for row in db.execute(select(Unit.ref, ZONE.label("zone")))}
