"""What work that an action called has to know: who fired the transition, and whether the case was told already."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.store.tables.ledger import Event
from engine.store.tables.people import Person

TOLD = ("case.corrected", "case.not_corrected", "case.entry_corrected", "case.entry_not_corrected")


def author(db: Connection, case_ref: str, event_ref: str) -> Row[Any] | None:
    """The person who caused an event of a case."""
    query = select(Person.id, Person.ref, Person.name).join(Event, Event.actor_id == Person.id)
    mine = query.where(Event.ref == event_ref, Event.stream == f"case:{case_ref}")
    return db.execute(mine).one_or_none()


def is_told(db: Connection, case_ref: str, event_ref: str) -> bool:
    """Whether the case holds an event that says what came of another one."""
    query = select(Event.leaf).where(Event.stream == f"case:{case_ref}", Event.kind.in_(TOLD))
    return any(json.loads(leaf)["public"].get("of") == event_ref for leaf in db.execute(query).scalars())
