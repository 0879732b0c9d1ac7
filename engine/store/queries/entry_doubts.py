"""The entries that are looked at for what may have been written for the form's sake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from engine.core.case import Actor
from engine.store.queries.scope import scope_condition
from engine.store.tables.people import Person, Unit
from engine.store.tables.registers import MEASURES, Entry, EntryAnswers, RegisterMeasure

ENTRY, ANSWERS = Entry.__table__, EntryAnswers.__table__
MOST = 4_000  # entries of one look
BY_HAND = ("page", "public", "paper")


def recent(db: Connection, actor: Actor, people: Sequence[int], first: str) -> list[Row[Any]]:
    """Entries made by hand that stand, since a day, of these people and of the units that the actor administers."""
    columns = [ENTRY.c[name] for name in ("ref", "register", "definition_digest", "person_id", "unit_id", "day",
                                          "begins", "ends", "how", "by_id", "at", *MEASURES)]  # fmt: skip
    names = (Person.ref.label("person_ref"), Person.name.label("person_name"), Unit.name.label("unit_name"))
    query = (
        select(*columns, ANSWERS.c.body, *names)
        .outerjoin(ANSWERS, ANSWERS.c.entry_id == ENTRY.c.id)
        .outerjoin(Person, Person.id == ENTRY.c.person_id)
        .outerjoin(Unit, Unit.id == ENTRY.c.unit_id)
        .where(ENTRY.c.ended_ref.is_(None), ENTRY.c.day >= first, ENTRY.c.how.in_(BY_HAND))
        .where(or_(ENTRY.c.person_id.in_(people), scope_condition(actor, ENTRY.c.unit_id)))
    )
    return list(db.execute(query.order_by(ENTRY.c.id.desc()).limit(MOST)))


def present(db: Connection, measure: str) -> dict[str, int]:
    """Register → the column in which it keeps a measure of this name."""
    table = RegisterMeasure.__table__
    return {row.register: row.place for row in db.execute(select(table).where(table.c.key == measure))}
