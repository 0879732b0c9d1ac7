"""The database as Flask-Admin wants it: a session that reads. What changes goes through verbs, never through here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from engine.runtime import Runtime


class SessionHandle(scoped_session[Session]):
    """One reading session a thread, open only inside `reading`.

    Flask-Admin takes a Flask-SQLAlchemy object, or anything with the attribute `session`.
    """

    def __init__(self, rt: Runtime) -> None:
        factory = sessionmaker(autoflush=False)
        event.listen(factory, "before_flush", _refuse)
        super().__init__(factory)
        self._rt = rt

    @property
    def session(self) -> SessionHandle:
        return self

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read in one transaction, which changes nothing; errors of the driver become ours."""
        with self._rt.db.read() as db:
            self(bind=db)
            try:
                yield db
            finally:
                self.remove()


def _refuse(session: Session, *_: Any) -> None:
    raise RuntimeError("the backoffice writes through verbs; its session only reads")
