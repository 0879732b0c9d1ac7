"""Questions and small writes of the outbox: claim, due, done, failed, add."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from engine.store.tables.work import Outbox

OUTBOX = Outbox.__table__


def claim(db: Connection, row_id: int, now: str, until: str) -> Row[Any] | None:
    """Take the lease of a ready row; the attempt counts from now on, so a job that kills its worker is counted."""
    free = or_(OUTBOX.c.lease_until.is_(None), OUTBOX.c.lease_until < now)
    taken = (
        update(OUTBOX)
        .where(OUTBOX.c.id == row_id, OUTBOX.c.state == "ready", OUTBOX.c.next_at <= now, free)
        .values(attempts=OUTBOX.c.attempts + 1, lease_until=until)
        .returning(OUTBOX.c.kind, OUTBOX.c.body, OUTBOX.c.attempts)
    )
    return db.execute(taken).one_or_none()


def due(db: Connection, now: str, limit: int) -> list[int]:
    """The ids of rows that nobody is working on and whose time has come, oldest first."""
    free = or_(OUTBOX.c.lease_until.is_(None), OUTBOX.c.lease_until < now)
    query = select(OUTBOX.c.id).where(OUTBOX.c.state == "ready", OUTBOX.c.next_at <= now, free)
    return list(db.execute(query.order_by(OUTBOX.c.id).limit(limit)).scalars())


def done(db: Connection, row_id: int) -> None:
    """Mark a row as done, in the transaction of its effects."""
    db.execute(update(OUTBOX).where(OUTBOX.c.id == row_id).values(state="done", lease_until=None, last_error=None))


def failed(db: Connection, row_id: int, state: str, again: str, error: str) -> None:
    """Give the lease back with the reason; `state` is ready (try again) or dead."""
    values = {"state": state, "next_at": again, "lease_until": None, "last_error": error}
    db.execute(update(OUTBOX).where(OUTBOX.c.id == row_id).values(**values))


def add(
    db: Connection, kind: str, body: str, effect_key: str, at: str, event_ref: str | None = None, due: str | None = None
) -> int:
    """Put work into the outbox, to be done now or from `due` on; the effect key makes it happen once."""
    row = {
        "kind": kind,
        "body": body,
        "effect_key": effect_key,
        "event_ref": event_ref,
        "state": "ready",
        "attempts": 0,
        "next_at": due or at,
        "created_at": at,
    }
    return int(db.execute(insert(OUTBOX).values(**row).returning(OUTBOX.c.id)).scalar_one())


def add_all(db: Connection, kind: str, bodies: Mapping[str, str], at: str) -> None:
    """Put many works of one kind into the outbox: effect key → body."""
    same = {"event_ref": None, "kind": kind, "state": "ready", "attempts": 0, "next_at": at, "created_at": at}
    if bodies:
        db.execute(insert(OUTBOX), [{**same, "effect_key": key, "body": body} for key, body in bodies.items()])
