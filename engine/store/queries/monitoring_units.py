"""The units that monitoring shows at once: one level of them, below a unit in the actor's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, exists, select

from engine.core.case import Actor
from engine.store.queries.scope import OVERSEERS, scope_condition, units_of
from engine.store.tables.people import Unit, UnitClosure

UNIT, CLOSURE = Unit.__table__, UnitClosure.__table__
BELOW = UNIT.alias("below")
COLUMNS = UNIT.c.id, UNIT.c.ref, UNIT.c.name, UNIT.c.parent_id, UNIT.c.active

HAS_MORE = exists().where(BELOW.c.parent_id == UNIT.c.id).label("has_more")


@dataclass(frozen=True, slots=True)
class Level:
    """Units side by side. unit: that below which they stand; None where an actor's highest units are several.

    way: the units above it in the actor's scope, the highest first.
    """

    unit: Row[Any] | None
    way: tuple[Row[Any], ...]
    units: tuple[Row[Any], ...]
    is_all: bool = False  # below it lies everything that there is

    @property
    def reach(self) -> list[int] | None:
        """The units at and below which everything shown lies; None for everything."""
        if self.is_all:
            return None
        return [self.unit.id] if self.unit is not None else [unit.id for unit in self.units]


def level(db: Connection, actor: Actor, ref: str | None, everything: bool = False) -> Level | None:
    """The units below one of the actor's scope; without a ref, below his highest. None for a unit outside his scope.

    everything: whether he oversees every unit (cycle_lists.sees_everything).
    """
    if ref is None:
        tops = _highest(db, actor)
        if len(tops) != 1:
            return Level(None, (), tuple(tops))
        return Level(tops[0], (), _children(db, tops[0].id), everything)
    query = select(*COLUMNS).join(CLOSURE, CLOSURE.c.ancestor_id == UNIT.c.id)
    own = select(BELOW.c.id).where(BELOW.c.ref == ref, scope_condition(actor, BELOW.c.id))
    query = query.where(CLOSURE.c.descendant_id.in_(own), scope_condition(actor, UNIT.c.id))
    *way, unit = db.execute(query.order_by(CLOSURE.c.depth.desc())).all() or [None]
    return None if unit is None else Level(unit, tuple(way), _children(db, unit.id))


def _highest(db: Connection, actor: Actor) -> list[Row[Any]]:
    """The actor's units below no other one of his; of the system, those below none."""
    query = select(*COLUMNS, HAS_MORE).order_by(UNIT.c.name, UNIT.c.id)
    if actor.is_system:
        return list(db.execute(query.where(UNIT.c.parent_id.is_(None))))
    over = units_of(actor, OVERSEERS)
    above = exists().where(CLOSURE.c.descendant_id == UNIT.c.id, CLOSURE.c.ancestor_id.in_(over), CLOSURE.c.depth > 0)
    return list(db.execute(query.where(UNIT.c.id.in_(over), ~above)))


def _children(db: Connection, unit_id: int) -> tuple[Row[Any], ...]:
    query = select(*COLUMNS, HAS_MORE).where(UNIT.c.parent_id == unit_id)
    return tuple(db.execute(query.order_by(UNIT.c.name, UNIT.c.id)))
