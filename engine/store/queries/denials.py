"""The denials: one small write, and the list of them for auditors (by keyset)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from engine.store.statement import insert
from engine.store.tables.ledger import Denial

ADD = insert(Denial.__table__, "at", "actor_ref", "actor_id", "act", "target", "message_key", "address")


def count_since(db: Connection, person_id: int | None, since: str, most: int) -> int:
    """How many a person (None: all who were not signed in) collected since a moment, counted up to `most`."""
    whose = Denial.actor_id.is_(None) if person_id is None else Denial.actor_id == person_id
    some = select(Denial.id).where(whose, Denial.at >= since).limit(most).subquery()
    return int(db.execute(select(func.count()).select_from(some)).scalar_one())


def add(db: Connection, **values: Any) -> None:
    """One denial."""
    ADD.run(db, **values)
