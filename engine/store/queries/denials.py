"""The denials: one small write, and the list of them for auditors (by keyset)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from engine.store.statement import insert
from engine.store.tables.ledger import Denial

ADD = insert(Denial.__table__, "at", "actor_ref", "actor_id", "act", "target", "message_key", "address")


def add(db: Connection, **values: Any) -> None:
    """One denial."""
    ADD.run(db, **values)
