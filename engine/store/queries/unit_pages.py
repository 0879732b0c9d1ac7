"""What a unit's page counts: its people, the cases of its cycles, those that are over. Whoever asks has been judged."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Text, case, cast, exists, func, literal, select

from engine.core.times import to_text
from engine.store.queries.chairs import sits
from engine.store.queries.clocks import STILL
from engine.store.tables.cases import Case, Cycle, Task
from engine.store.tables.ledger import Erasure, Event
from engine.store.tables.people import Appointment, Post, Unit, UnitClosure

CLOSURE, SEATS = UnitClosure.__table__, Appointment.__table__


def people(db: Connection, unit_id: int, on: date) -> Row[Any]:
    """How many hold a definitive post on a day in the unit itself (`own`) and with those below it (`all`); `units`."""
    below = select(CLOSURE.c.descendant_id).where(CLOSURE.c.ancestor_id == unit_id)
    own = func.count(case((Post.unit_id == unit_id, SEATS.c.person_id)).distinct()).label("own")
    units = select(func.count()).select_from(Unit).where(Unit.id.in_(below), Unit.id != unit_id, Unit.active.is_(True))
    query = select(func.count(SEATS.c.person_id.distinct()).label("all"), own, units.scalar_subquery().label("units"))
    query = query.join(Post, Post.id == SEATS.c.post_id).where(Post.unit_id.in_(below), SEATS.c.kind == "definitive")
    return db.execute(query.where(sits(on))).one()


def progress(db: Connection, unit_id: int, since: date, now: datetime) -> list[Row[Any]]:
    """Cases about people at and below the unit by cycle and state, the latest period first, of periods since a day.

    cycle_id, name, definition_digest, state, cases, own (of the unit itself), late.
    """
    below = select(CLOSURE.c.descendant_id).where(CLOSURE.c.ancestor_id == unit_id)
    late = exists().where(Task.case_id == Case.id, Task.state == "open", Task.due <= to_text(now))
    query = (
        select(
            Cycle.id.label("cycle_id"), Cycle.name, Cycle.definition_digest, Case.state,
            func.count().label("cases"), func.count(case((Case.unit_id == unit_id, 1))).label("own"),
            func.count(case((late & Case.id.not_in(STILL), 1))).label("late"),
        )
        .select_from(Case)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .where(Case.unit_id.in_(below), Case.subject_id.is_not(None), Cycle.parent_id.is_(None))
        .where(Cycle.period_end >= since.isoformat())
        .group_by(Cycle.id, Cycle.name, Cycle.definition_digest, Cycle.period_end, Case.state)
    )  # fmt: skip
    return list(db.execute(query.order_by(Cycle.period_end.desc(), Cycle.id.desc(), Case.state)))


def ways(db: Connection, cycle_id: int, unit_id: int, states: Collection[str], result: str = "") -> list[Row[Any]]:
    """The cases of a cycle about people of the unit itself, the first opened first; states: those that are the end.

    id, state, opened_at, over_at (when it first came to its end), taken_back (whether it ever left it again: 1 or 0),
    erased (whether a value of the result of this key was: 1 or 0).
    """
    ends = sorted(states)
    record = literal("outcome:") + cast(Case.id, Text) + literal(f":{result}:") + Event.ref
    query = (
        select(
            Case.id, Case.state, Case.opened_at,
            func.min(case((Event.to_state.in_(ends), Event.at))).label("over_at"),
            func.max(case((Event.from_state.in_(ends), 1), else_=0)).label("taken_back"),
            func.max(case((exists().where(Erasure.record == record), 1), else_=0)).label("erased"),
        )
        .join(Event, Event.case_id == Case.id)
        .where(Case.cycle_id == cycle_id, Case.unit_id == unit_id, Case.subject_id.is_not(None))
        .group_by(Case.id, Case.state, Case.opened_at)
    )  # fmt: skip
    return list(db.execute(query.order_by(Case.opened_at, Case.id)))
