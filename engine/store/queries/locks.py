"""Waiting for one's turn where no row stands yet that could be locked. Rows are locked where they are read.

Whoever needs several takes them in one order, so that two never wait for each other: `request:`, `entries:` of the
register and of whom, the entry's row, `measures:`, streams of people by ref, that of the register, sums, `start:`.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select


def wait_for_turn(db: Connection, name: str) -> None:
    """Let whoever names the same thing go on one after the other, until the transaction ends.

    SQLite has one writer anyway. Two names may share a lock, which costs time and nothing else.
    """
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def share_turn(db: Connection, name: str) -> None:
    """Go on beside others who share a name, but not beside whoever has its turn alone, until the transaction ends."""
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock_shared(func.hashtextextended(name, 0))))
