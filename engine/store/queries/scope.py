"""Who may see which rows: ONE place. Every list over people, units or cases puts one of these into its WHERE.

A right reaches over a unit and all units below it. No right, no row: the conditions are closed by default.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, exists, false, not_, or_, select, true

from engine.core.case import Actor
from engine.store.queries.in_sql import tells
from engine.store.tables.ledger import Event
from engine.store.tables.people import Appointment, Person, Post, Unit, UnitClosure

OVERSEERS = ("admin", "auditor")
CLOSURE = UnitClosure.__table__
# Names of their own: a list that joins these tables itself must not be mistaken for them.
REACH = CLOSURE.alias("reach")
HELD = Appointment.__table__.alias("held")
SEAT = Post.__table__.alias("seat")
NEWCOMER = Person.__table__.alias("newcomer")
ROOT = Unit.__table__.alias("root")
ADDED = Event.__table__.alias("added")


def scope_condition(
    actor: Actor, unit_column: ColumnElement[int], roles: Sequence[str] = OVERSEERS
) -> ColumnElement[bool]:
    """The rows whose unit lies at or below one over which the actor has one of the roles. The system sees all."""
    if actor.is_system:
        return true()
    over = units_of(actor, roles)
    if not over:
        return false()
    return unit_column.in_(select(REACH.c.descendant_id).where(REACH.c.ancestor_id.in_(over)))


def person_condition(
    actor: Actor, person_column: ColumnElement[int], on: date, roles: Sequence[str] = OVERSEERS
) -> ColumnElement[bool]:
    """The people who hold, or will hold, a post in the actor's scope.

    Whoever holds none any more counts where he held one. Whoever never held one counts for rights over everything,
    and for the one who added him, person or key of the API, so that he can be put somewhere.
    """
    if actor.is_system:
        return true()
    if not units_of(actor, roles):
        return false()
    known = and_(HELD.c.person_id == person_column, HELD.c.superseded_by.is_(None))
    live = and_(known, or_(HELD.c.ends_on.is_(None), HELD.c.ends_on > on.isoformat()))
    here = and_(HELD.c.post_id == SEAT.c.id, scope_condition(actor, SEAT.c.unit_id, roles))
    return or_(
        exists().where(live, here),
        and_(not_(exists().where(live)), exists().where(known, here)),
        and_(not_(exists().where(known)), or_(over_everything(actor, roles), _added_by(actor, person_column))),
    )


def _added_by(actor: Actor, person_column: ColumnElement[int]) -> ColumnElement[bool]:
    # The first event of a person's stream says who added him, and by which key of the API: another key, made for other
    # units, knows nothing of him.
    first = and_(ADDED.c.stream == "person:" + NEWCOMER.c.ref, ADDED.c.seq == 1)
    by_him = ADDED.c.actor_id == actor.person_id
    if actor.by_key is not None:
        by_him = and_(by_him, tells(ADDED.c.leaf, f'"api_key":"{actor.by_key}"'))
    return exists().where(NEWCOMER.c.id == person_column, first, by_him)


def over_everything(actor: Actor, roles: Sequence[str]) -> ColumnElement[bool]:
    """Whether the actor has one of the roles over every root unit."""
    over = units_of(actor, roles)
    return not_(exists().where(ROOT.c.parent_id.is_(None), ROOT.c.id.not_in(over)))


def covers_everything(db: Connection, actor: Actor, roles: Sequence[str]) -> bool:
    """The same as an answer; the system's is yes."""
    return actor.is_system or bool(db.execute(select(over_everything(actor, roles))).scalar_one())


def covers(db: Connection, actor: Actor, unit_id: int, roles: Sequence[str] = OVERSEERS) -> bool:
    """Whether the actor has one of the roles over a unit."""
    if actor.is_system:
        return True
    over = units_of(actor, roles)
    if not over or unit_id in over:  # a unit lies at itself: nothing is asked
        return bool(over)
    found = select(CLOSURE.c.depth).where(CLOSURE.c.descendant_id == unit_id, CLOSURE.c.ancestor_id.in_(over))
    return db.execute(found.limit(1)).first() is not None


def units_of(actor: Actor, roles: Sequence[str]) -> list[int]:
    """The units over which the actor has one of the roles, each once."""
    return sorted({right.unit_id for right in actor.rights if right.role in roles})
