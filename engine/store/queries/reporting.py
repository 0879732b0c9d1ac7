"""From where a report looks, what it is asked about, and the units between which it compares: judged before it asks.

Every count of a report is bounded by a `Level` of the actor's scope; `places` and `within` put it into a WHERE.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Row, Subquery, literal, select, true, union_all

from engine.core.case import Actor
from engine.core.catalog import Ref
from engine.core.messages import Text
from engine.store.queries.monitoring_units import Level
from engine.store.tables.people import Unit, UnitClosure

if TYPE_CHECKING:
    from engine.core.workflow import Workflow

UNIT, CLOSURE = Unit.__table__, UnitClosure.__table__


@dataclass(frozen=True, slots=True)
class Desk:
    """Who asks, when, in which connection; and how a definition is found by its digest."""

    db: Connection
    actor: Actor
    now: datetime
    today: date
    workflow: Callable[[str], Workflow]


@dataclass(frozen=True, slots=True)
class Process:
    """A workflow by its key, with its cycles in scope, the oldest period first."""

    key: str
    name: Text
    cycles: tuple[Row[Any], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A result of a workflow: its key, and what people call it; empty where there is none to ask about."""

    key: str
    label: Text


CycleOption: TypeAlias = Annotated[Row[Any], Ref("cycle")]
ProcessOption: TypeAlias = Annotated[Process, Ref("process")]
ResultOption: TypeAlias = Annotated[Found, Ref("result")]
UnitOption: TypeAlias = Annotated[Level, Ref("unit")]
RegisterOption: TypeAlias = Annotated[Any, Ref("register")]
ToldRegisterOption: TypeAlias = Annotated[Any, Ref("told_register")]


def places(level: Level) -> Subquery:
    """Which unit's numbers belong to which line: `line` (the key of a unit side by side; below nought: the unit above
    them by itself) and `unit_id`.
    """
    below = select(CLOSURE.c.ancestor_id.label("line"), CLOSURE.c.descendant_id.label("unit_id"))
    below = below.where(CLOSURE.c.ancestor_id.in_([unit.id for unit in level.units]))
    if level.unit is None:
        return below.subquery("places")
    own = select(literal(-level.unit.id).label("line"), literal(level.unit.id).label("unit_id"))
    return union_all(below, own).subquery("places")


def within(level: Level, unit_column: ColumnElement[int]) -> ColumnElement[bool]:
    """The rows of units at and below those of a level."""
    if level.reach is None:
        return true()
    return unit_column.in_(select(CLOSURE.c.descendant_id).where(CLOSURE.c.ancestor_id.in_(level.reach)))


def lines(level: Level) -> dict[int, Row[Any]]:
    """The units of a level by the key of their line, the one above them first."""
    own = {} if level.unit is None else {-level.unit.id: level.unit}
    return own | {unit.id: unit for unit in level.units}
