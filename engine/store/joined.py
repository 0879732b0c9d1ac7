"""A database inside a transaction that somebody else began: what is done through it, he commits, or takes back.

So a verb, which is one transaction otherwise, becomes a part of a larger one; a rehearsal is such a part that is always
taken back. No statement about our tables stands here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from engine.store.database import Database


class Joined(Database):
    """What a verb takes for its database: all its transactions are the one of `connection`."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.engine, connection.engine, None)
        self._connection = connection

    @property
    def locks_all(self) -> bool:
        """Acts lock their case at once: the transaction around them is under way, there is nothing to try without."""
        return True

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """The transaction around; its owner ends it, and turns errors of the driver into ours."""
        yield self._connection

    @contextmanager
    def act(self) -> Iterator[Connection]:
        """The same."""
        yield self._connection

    @contextmanager
    def read(self, *, snapshot: bool = False) -> Iterator[Connection]:
        """The same: what was written in it is seen."""
        yield self._connection


@contextmanager
def taken_back(connection: Connection) -> Iterator[Joined]:
    """A part of a transaction that leaves nothing behind, however it ends."""
    trial = connection.begin_nested()
    try:
        yield Joined(connection)
    finally:
        trial.rollback()
