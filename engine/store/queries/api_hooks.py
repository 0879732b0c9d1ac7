"""Questions and small writes about where programs are told what happened."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, exists, insert, select, update

from engine.store.tables.api import ApiHook, ApiKey
from engine.store.tables.cases import Case
from engine.store.tables.ledger import Event
from engine.store.tables.people import UnitClosure
from engine.store.tables.work import Outbox

HOOK, EVENT, CASE = ApiHook.__table__, Event.__table__, Case.__table__
KINDS = ("case.started", "case.moved", "case.cancelled", "form.submitted")


def of_key(db: Connection, key_id: int) -> Row[Any] | None:
    """Where the program of a key is told, if it is."""
    return db.execute(select(HOOK).where(HOOK.c.key_id == key_id)).one_or_none()


def by_ref(db: Connection, ref: str) -> Row[Any] | None:
    """One by its name outside; None once another took its place."""
    return db.execute(select(HOOK).where(HOOK.c.ref == ref)).one_or_none()


def all_hooks(db: Connection) -> list[Row[Any]]:
    """All of them whose keys are not revoked, with the unit of each key."""
    query = select(HOOK, ApiKey.unit_id).join(ApiKey, ApiKey.id == HOOK.c.key_id)
    return list(db.execute(query.where(ApiKey.revoked_at.is_(None)).order_by(HOOK.c.key_id)))


def put(db: Connection, **values: Any) -> None:
    """One in the place of the one before."""
    drop(db, values["key_id"])
    db.execute(insert(HOOK).values(**values))


def drop(db: Connection, key_id: int) -> bool:
    """No more of it; whether there was one."""
    return bool(db.execute(delete(HOOK).where(HOOK.c.key_id == key_id)).rowcount)


def looked(db: Connection, ref: str, since: str) -> None:
    """Remember up to when its events were looked at."""
    db.execute(update(HOOK).where(HOOK.c.ref == ref).values(since=since))


def untold(db: Connection, unit_id: int, since: str, prefix: str, limit: int) -> list[str]:
    """The refs of what happened to cases of a unit and below since a moment, and was not asked to be told."""
    inside = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id == unit_id)
    query = select(EVENT.c.ref).join(CASE, CASE.c.id == EVENT.c.case_id)
    query = query.where(EVENT.c.at >= since, EVENT.c.kind.in_(KINDS), CASE.c.unit_id.in_(inside))
    query = query.where(~exists().where(Outbox.effect_key == prefix + EVENT.c.ref))
    return list(db.execute(query.order_by(EVENT.c.at, EVENT.c.stream, EVENT.c.seq).limit(limit)).scalars())


def event(db: Connection, ref: str) -> Row[Any] | None:
    """One event of a case, with its case."""
    query = select(EVENT, CASE.c.ref.label("case_ref"), CASE.c.unit_id).join(CASE, CASE.c.id == EVENT.c.case_id)
    return db.execute(query.where(EVENT.c.ref == ref)).one_or_none()
