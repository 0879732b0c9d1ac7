"""Cycles as overseers see them: those with a case in scope, and those that they opened."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, select, true

from engine.core.case import Actor
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.store.queries.scope import OVERSEERS, scope_condition, units_of
from engine.store.tables.cases import Case, Cycle
from engine.store.tables.people import Unit

CASE = Case.__table__
CYCLE = Cycle.__table__


def sees_everything(db: Connection, actor: Actor) -> bool:
    """Whether the actor oversees every unit that has none above it."""
    if actor.is_system:
        return True
    over = units_of(actor, OVERSEERS)
    roots = set(db.execute(select(Unit.id).where(Unit.parent_id.is_(None))).scalars())
    return bool(over) and roots <= set(over)


def cycles_in_scope(actor: Actor, *, everything: bool) -> ColumnElement[bool]:
    """The cycles with a case in scope, and those that the actor opened himself; a key of the API opens none."""
    if everything:
        return true()
    held = exists().where(Case.cycle_id == CYCLE.c.id, scope_condition(actor, CASE.c.unit_id))
    return held if actor.by_key is not None else held | (CYCLE.c.opened_by == actor.person_id)


def cycle(db: Connection, actor: Actor, ref: str) -> Row[Any]:
    """One cycle; NotFound outside the actor's scope."""
    mine = cycles_in_scope(actor, everything=sees_everything(db, actor))
    found = db.execute(select(CYCLE).where(CYCLE.c.ref == ref, mine)).one_or_none()
    if found is None:
        raise NotFound(Message("cycle.not_found"))
    return found


def offered(db: Connection, actor: Actor, everything: bool | None = None) -> list[Row[Any]]:
    """The cycles to choose from in a list of cases, newest first. everything: what `sees_everything` has answered."""
    mine = cycles_in_scope(actor, everything=sees_everything(db, actor) if everything is None else everything)
    return list(db.execute(select(CYCLE).where(mine).order_by(CYCLE.c.id.desc()).limit(200)))
