"""Questions and small writes of the outbox: claim, due, done, failed, add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, exists, func, insert, or_, select, text, update

from engine.store.queries.locks import wait_for_turn
from engine.store.tables.work import Outbox

OUTBOX = Outbox.__table__
# As text: each dialect has an insert of its own for this, and both understand the same words.
ADD_ONCE = text(
    "INSERT INTO outbox (kind, body, effect_key, state, attempts, next_at, created_at) "
    "VALUES (:kind, :body, :effect_key, 'ready', 0, :at, :at) ON CONFLICT (effect_key) DO NOTHING RETURNING id"
)


def claim(db: Connection, row_id: int, now: str, until: str) -> Row[Any] | None:
    """Take the lease of a ready row; the attempt counts from now on, so a job that kills its worker is counted."""
    free = or_(OUTBOX.c.lease_until.is_(None), OUTBOX.c.lease_until < now)
    taken = (
        update(OUTBOX)
        .where(OUTBOX.c.id == row_id, OUTBOX.c.state == "ready", OUTBOX.c.next_at <= now, free)
        .values(attempts=OUTBOX.c.attempts + 1, claims=OUTBOX.c.claims + 1, lease_until=until)
        .returning(OUTBOX.c.id, OUTBOX.c.kind, OUTBOX.c.body, OUTBOX.c.attempts, OUTBOX.c.claims)
    )
    return db.execute(taken).one_or_none()


def due(db: Connection, now: str, limit: int, apart: Sequence[str] = (), only: bool | None = None) -> list[int]:
    """The ids of rows that nobody is working on and whose time has come, who waits longest first.

    only: True leaves the kinds `apart` alone in the answer, False leaves them out.
    """
    free = or_(OUTBOX.c.lease_until.is_(None), OUTBOX.c.lease_until < now)
    query = select(OUTBOX.c.id).where(OUTBOX.c.state == "ready", OUTBOX.c.next_at <= now, free)
    if only is not None:
        query = query.where(OUTBOX.c.kind.in_(apart) if only else OUTBOX.c.kind.not_in(apart))
    return list(db.execute(query.order_by(OUTBOX.c.next_at, OUTBOX.c.id).limit(limit)).scalars())


def done(db: Connection, row: Row[Any]) -> bool:
    """Mark a claimed row as done, in the transaction of its effects; False when somebody else holds it by now."""
    return _settle(db, row, state="done", lease_until=None, last_error=None)


def again(db: Connection, row: Row[Any], at: str) -> bool:
    """Give a claimed row back because there is more to do; what comes next has all its attempts before it."""
    return _settle(db, row, next_at=at, attempts=0, lease_until=None, last_error=None)


def renew(db: Connection, row: Row[Any], until: str) -> bool:
    """Hold a claimed row for longer."""
    return _settle(db, row, lease_until=until)


def failed(db: Connection, row: Row[Any], state: str, again: str, error: str) -> bool:
    """Give the lease back with the reason; `state` is ready (try again) or dead."""
    return _settle(db, row, state=state, next_at=again, lease_until=None, last_error=error[:2000])


def give_up(db: Connection, row: Row[Any]) -> bool:
    """No further attempt."""
    return _settle(db, row, state="dead")


def _settle(db: Connection, row: Row[Any], **values: Any) -> bool:
    """Change a row for the one who holds its newest claim, and for nobody else."""
    mine = (OUTBOX.c.id == row.id, OUTBOX.c.claims == row.claims, OUTBOX.c.state == "ready")
    return bool(db.execute(update(OUTBOX).where(*mine).values(**values)).rowcount)


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


def add_once(db: Connection, kind: str, body: str, effect_key: str, at: str) -> int | None:
    """The same as `add`, but None where somebody else has asked for this effect already, or does so now."""
    row = {"kind": kind, "body": body, "effect_key": effect_key, "at": at}
    found: int | None = db.execute(ADD_ONCE, row).scalar_one_or_none()
    return found


def postpone(db: Connection, kind: str, prefix: str, now: str, until: str) -> None:
    """Let what waits under effect keys of a kind with a prefix wait until a moment at least."""
    wait_for_turn(db, prefix)
    waits = (*_waits(kind, prefix), or_(OUTBOX.c.lease_until.is_(None), OUTBOX.c.lease_until < now))
    db.execute(update(OUTBOX).where(*waits, OUTBOX.c.next_at < until).values(next_at=until))


def rests(db: Connection, kind: str, prefix: str, now: str) -> bool:
    """Whether something under these effect keys failed, and waits for another attempt."""
    waits = exists().where(*_waits(kind, prefix), OUTBOX.c.attempts > 0, OUTBOX.c.next_at > now)
    return bool(db.execute(select(waits)).scalar_one())


def _waits(kind: str, prefix: str) -> tuple[ColumnElement[bool], ...]:
    return OUTBOX.c.state == "ready", OUTBOX.c.kind == kind, OUTBOX.c.effect_key.startswith(prefix, autoescape=True)


def forget_done(db: Connection, before: str, limit: int) -> None:
    """Drop rows that were done long ago. Those of the schedule stay: they say that a day has had its work."""
    old = (OUTBOX.c.state == "done", OUTBOX.c.created_at < before, OUTBOX.c.kind != "schedule.due")
    some = select(OUTBOX.c.id).where(*old).order_by(OUTBOX.c.id).limit(limit)
    db.execute(delete(OUTBOX).where(OUTBOX.c.id.in_(some.scalar_subquery())))


def count_dead(db: Connection, but: str) -> int:
    """How many rows have given up, but those whose kind begins with `but`."""
    dead = (OUTBOX.c.state == "dead", OUTBOX.c.kind.not_like(f"{but}%"))
    return int(db.execute(select(func.count()).where(*dead)).scalar_one())


def revive(db: Connection, but: str, at: str) -> list[int]:
    """Make the same rows ready, with all their attempts; answers with their ids."""
    dead = (OUTBOX.c.state == "dead", OUTBOX.c.kind.not_like(f"{but}%"))
    ready = update(OUTBOX).where(*dead).values(state="ready", attempts=0, next_at=at)
    return list(db.execute(ready.returning(OUTBOX.c.id)).scalars())
