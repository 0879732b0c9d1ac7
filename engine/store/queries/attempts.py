"""Questions and small writes of tries to sign in, or to answer a code: how often name and address failed lately."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from engine.core.attempts import KNOWN_FOR, LOOSE_WINDOW, WINDOW, Failures, Tries
from engine.core.times import to_datetime, to_text
from engine.store.tables.people import SignInAttempt

ATTEMPT = SignInAttempt.__table__


def tries(db: Connection, name_hash: str, address: str, now: datetime) -> Tries:
    """How often this name, this address, both and all have failed lately; `own` since their last success."""
    own = and_(ATTEMPT.c.name_hash == name_hash, ATTEMPT.c.address == address)
    succeeded = db.execute(select(func.max(ATTEMPT.c.at)).where(own, ATTEMPT.c.succeeded.is_(True))).scalar()
    since = max(succeeded or "", to_text(now - WINDOW))
    loose = to_text(now - LOOSE_WINDOW)
    return Tries(
        own=_failures(db, since, own),
        name=_failures(db, loose, ATTEMPT.c.name_hash == name_hash),
        address=_failures(db, loose, ATTEMPT.c.address == address),
        all=_failures(db, loose),
        known=succeeded is not None and succeeded > to_text(now - KNOWN_FOR),
    )


def _failures(db: Connection, since: str, *conditions: ColumnElement[bool]) -> Failures:
    query = select(func.count(), func.max(ATTEMPT.c.at))
    count, last = db.execute(query.where(ATTEMPT.c.at > since, ATTEMPT.c.succeeded.is_(False), *conditions)).one()
    return Failures(count, to_datetime(last) if last else None)


def add_attempt(db: Connection, name_hash: str, address: str, at: str) -> int:
    """Count a try, as failed until it is known better. Answers its id."""
    values = {"name_hash": name_hash, "address": address, "at": at, "succeeded": False}
    return int(db.execute(insert(ATTEMPT).values(**values).returning(ATTEMPT.c.id)).scalar_one())


def mark_succeeded(db: Connection, attempt: int) -> None:
    """The try was right after all."""
    db.execute(update(ATTEMPT).where(ATTEMPT.c.id == attempt).values(succeeded=True))


def forget_attempts(db: Connection, before: str) -> None:
    """Drop what is too old to count for anything."""
    db.execute(delete(ATTEMPT).where(ATTEMPT.c.at < before))
