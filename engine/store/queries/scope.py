"""Who may see which rows: ONE place. Every list over people, units or cases puts one of these into its WHERE.

A right reaches over a unit and all units below it. No right, no row: the conditions are closed by default.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, exists, false, not_, or_, select, true

from engine.core.case import Actor
from engine.store.tables.people import Appointment, Post, UnitClosure

OVERSEERS = ("admin", "auditor")
APPOINTMENT = Appointment.__table__
POST = Post.__table__
CLOSURE = UnitClosure.__table__


def scope_condition(
    actor: Actor, unit_column: ColumnElement[int], roles: Sequence[str] = OVERSEERS
) -> ColumnElement[bool]:
    """The rows whose unit lies at or below one over which the actor has one of the roles. The system sees all."""
    if actor.is_system:
        return true()
    over = units_of(actor, roles)
    if not over:
        return false()
    return unit_column.in_(select(CLOSURE.c.descendant_id).where(CLOSURE.c.ancestor_id.in_(over)))


def person_condition(
    actor: Actor, person_column: ColumnElement[int], on: date, roles: Sequence[str] = OVERSEERS
) -> ColumnElement[bool]:
    """The people who hold, or will hold, a post in the actor's scope.

    Whoever holds none any more counts where he held one; whoever never held one, for every right in `roles`.
    """
    if actor.is_system:
        return true()
    if not units_of(actor, roles):
        return false()
    known = and_(APPOINTMENT.c.person_id == person_column, APPOINTMENT.c.superseded_by.is_(None))
    live = and_(known, or_(APPOINTMENT.c.ends_on.is_(None), APPOINTMENT.c.ends_on > on.isoformat()))
    here = and_(APPOINTMENT.c.post_id == POST.c.id, scope_condition(actor, POST.c.unit_id, roles))
    return or_(
        exists().where(live, here),
        and_(not_(exists().where(live)), or_(not_(exists().where(known)), exists().where(known, here))),
    )


def covers(db: Connection, actor: Actor, unit_id: int, roles: Sequence[str] = OVERSEERS) -> bool:
    """Whether the actor has one of the roles over a unit."""
    if actor.is_system:
        return True
    over = units_of(actor, roles)
    if not over:
        return False
    found = select(CLOSURE.c.depth).where(CLOSURE.c.descendant_id == unit_id, CLOSURE.c.ancestor_id.in_(over))
    return db.execute(found.limit(1)).first() is not None


def units_of(actor: Actor, roles: Sequence[str]) -> list[int]:
    """The units over which the actor has one of the roles, each once."""
    return sorted({right.unit_id for right in actor.rights if right.role in roles})
