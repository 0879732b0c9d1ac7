"""Questions about files of entries: one of mine, the last ones of mine, when a file came in for the first time."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from engine.core.case import Actor
from engine.store.queries.in_sql import tells
from engine.store.tables.imports import ImportFile
from engine.store.tables.ledger import Event
from engine.store.tables.people import Person

FILE, EVENT = ImportFile.__table__, Event.__table__
OPEN = ("read", "judged")


def mine(db: Connection, actor: Actor, ref: str, *, lock: bool = False) -> Row[Any] | None:
    """One file that the actor has brought, without its rows."""
    columns = [column for column in FILE.c if column.name != "sheet"]
    query = select(*columns).where(FILE.c.ref == ref, FILE.c.by_id == actor.person_id)
    query = query.where(FILE.c.kind.startswith("register:"))
    return db.execute(query.with_for_update(of=FILE) if lock else query).one_or_none()


def whole(db: Connection, file_id: int) -> Row[Any] | None:
    """One file with its rows, as it is now; None once it is forgotten."""
    return db.execute(select(FILE).where(FILE.c.id == file_id)).one_or_none()


def lately(db: Connection, actor: Actor, kind: str, limit: int = 10) -> list[Row[Any]]:
    """The last files of a kind that the actor has brought, the newest first."""
    columns = (FILE.c.ref, FILE.c.name, FILE.c.at, FILE.c.state, FILE.c.total)
    query = select(*columns).where(FILE.c.by_id == actor.person_id, FILE.c.kind == kind, FILE.c.state != "dropped")
    return list(db.execute(query.order_by(FILE.c.id.desc()).limit(limit)))


def open_ids(db: Connection, actor: Actor, kind: str) -> list[int]:
    """The files of a kind that the actor has brought and neither confirmed nor dropped."""
    query = select(FILE.c.id).where(FILE.c.by_id == actor.person_id, FILE.c.kind == kind, FILE.c.state.in_(OPEN))
    return list(db.execute(query).scalars())


def put(db: Connection, file_id: int, **values: Any) -> None:
    """Change what is said of a file."""
    db.execute(update(FILE).where(FILE.c.id == file_id).values(**values))


def first_time(db: Connection, register: str, *marks: str) -> Row[Any] | None:
    """The event by which a file came into a register first: when, and by whom; None if it did not.

    marks: what an event may say of it: that of today, and its plain SHA-256, which events of old say.
    """
    columns = (EVENT.c.ref, EVENT.c.at, EVENT.c.leaf, Person.name.label("by_name"))
    query = select(*columns).outerjoin(Person, Person.id == EVENT.c.actor_id)
    query = query.where(EVENT.c.stream == f"register:{register}", EVENT.c.kind == "entries.imported")
    named = or_(*(tells(EVENT.c.leaf, f'"file":"{mark}"') for mark in marks))
    rows = db.execute(query.where(named).order_by(EVENT.c.seq))
    return next((row for row in rows if json.loads(row.leaf)["public"].get("file") in marks), None)
