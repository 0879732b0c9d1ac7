"""The lists that somebody has saved for himself; everybody sees his own alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from engine.core.case import Actor
from engine.store.tables.saved import SavedList

SAVED = SavedList.__table__


def of(db: Connection, actor: Actor, section: str) -> list[Row[Any]]:
    """His lists of a section by name."""
    query = select(SAVED).where(SAVED.c.person_id == actor.person_id, SAVED.c.section == section)
    return list(db.execute(query.order_by(func.lower(SAVED.c.name), SAVED.c.id)))


def mine(db: Connection, actor: Actor, ref: str) -> Row[Any] | None:
    """One of his lists."""
    query = select(SAVED).where(SAVED.c.ref == ref, SAVED.c.person_id == actor.person_id)
    return db.execute(query).one_or_none()


def put(db: Connection, **values: Any) -> None:
    """A list under a name that is new, or in the place of the one of that name."""
    same = (SAVED.c[name] == values[name] for name in ("person_id", "section", "name"))
    changed = db.execute(update(SAVED).where(*same).values(query=values["query"], at=values["at"]))
    if not changed.rowcount:
        db.execute(insert(SAVED).values(**values, usual=False))


def make_usual(db: Connection, actor: Actor, section: str, name: str | None) -> None:
    """The list of this name opens by itself from now on, and no other; None: none does."""
    his = (SAVED.c.person_id == actor.person_id, SAVED.c.section == section)
    db.execute(update(SAVED).where(*his, SAVED.c.usual.is_(True)).values(usual=False))
    if name is not None:
        db.execute(update(SAVED).where(*his, SAVED.c.name == name).values(usual=True))


def drop(db: Connection, saved_id: int) -> None:
    """Forget one."""
    db.execute(delete(SAVED).where(SAVED.c.id == saved_id))
