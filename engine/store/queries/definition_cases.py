"""Questions about a version and the cases that run on it, and which version a digest is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, select

from engine.store.tables.cases import Case
from engine.store.tables.definitions import Definition, DefinitionVersion

VERSION, BODY = DefinitionVersion.__table__, Definition.__table__


def states(db: Connection, digest: str) -> dict[str, int]:
    """How many cases stand in each state on a version, those that are over among them."""
    query = select(Case.state, func.count()).where(Case.definition_digest == digest).group_by(Case.state)
    return {state: count for state, count in db.execute(query)}


def by_digest(db: Connection, digest: str) -> Row[Any] | None:
    """The newest version that a digest is."""
    query = select(VERSION).where(VERSION.c.digest == digest).order_by(VERSION.c.id.desc())
    return db.execute(query.limit(1)).one_or_none()


def siblings(db: Connection, kind: str, key: str) -> list[Row[Any]]:
    """All versions of one definition, newest first."""
    query = select(VERSION).where(VERSION.c.kind == kind, VERSION.c.key == key)
    return list(db.execute(query.order_by(VERSION.c.number.desc())))


def body(db: Connection, ref: str) -> str | None:
    """The canonical JSON of a version."""
    query = select(BODY.c.body).join(VERSION, VERSION.c.digest == BODY.c.digest)
    return db.execute(query.where(VERSION.c.ref == ref)).scalar_one_or_none()
