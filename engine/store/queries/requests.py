"""The idempotency rows: one actor's key, what it asked, what was answered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select

from engine.store.statement import Statement, insert
from engine.store.tables.work import Request

REQUEST = Request.__table__
FIND = Statement(
    select(REQUEST.c.route, REQUEST.c.body_hash, REQUEST.c.response).where(
        REQUEST.c.actor_id == bindparam("actor_id"), REQUEST.c.key == bindparam("key")
    )
)
ADD = insert(REQUEST, "actor_id", "key", "route", "body_hash", "response", "at")


def find(db: Connection, actor_id: int, key: str) -> Any | None:
    """The earlier request with this key, if there was one."""
    return FIND.one(db, actor_id=actor_id, key=key)


def adding(
    actor_id: int, key: str, route: str, body_hash: str, response: str, at: str
) -> tuple[Statement, dict[str, Any]]:
    """The statement that remembers a request with its answer, for `statement.together`."""
    row = {"actor_id": actor_id, "key": key, "route": route, "body_hash": body_hash, "response": response, "at": at}
    return ADD, row
