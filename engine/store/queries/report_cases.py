"""What reports count of cases, tasks and decisions: by unit, by cycle, by who decides. Grouped in SQL; never per case.

`within`/`places` (reporting.py) bound each; the caller judged the level and the cycles.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select
from sqlalchemy import case as when

from engine.core.times import to_text
from engine.store.queries.clocks import STILL
from engine.store.queries.monitoring_units import Level
from engine.store.queries.reporting import places, within
from engine.store.tables.cases import Case, Task, TaskHolder
from engine.store.tables.ledger import Event
from engine.store.tables.people import Person

CASE, TASK, HOLDER, EVENT = Case.__table__, Task.__table__, TaskHolder.__table__, Event.__table__
PERSON = Person.__table__
DATED = and_(TASK.c.state == "done", TASK.c.due.is_not(None))
LATE_DONE = TASK.c.ended_at > TASK.c.due


def done_by_line(db: Connection, cycle_id: int, level: Level) -> list[Row[Any]]:
    """Of a cycle by line of the level: tasks with a deadline that are done, and those of them done after it."""
    # By unit first: the lines have no index, and are some hundreds instead of the tasks of a cycle.
    each = select(CASE.c.unit_id, func.count().label("done"), func.count(_one(LATE_DONE)).label("late"))
    each = each.join_from(TASK, CASE, CASE.c.id == TASK.c.case_id).where(CASE.c.cycle_id == cycle_id, DATED)
    one, where = each.group_by(CASE.c.unit_id).subquery("one"), places(level)
    query = select(where.c.line, func.sum(one.c.done).label("done"), func.sum(one.c.late).label("late"))
    query = query.join_from(one, where, where.c.unit_id == one.c.unit_id)
    return list(db.execute(query.group_by(where.c.line)))


def done_by_cycle(db: Connection, cycle_ids: Collection[int], level: Level) -> list[Row[Any]]:
    """The same by cycle."""
    query = select(CASE.c.cycle_id, func.count().label("done"), func.count(_one(LATE_DONE)).label("late"))
    query = query.join_from(TASK, CASE, CASE.c.id == TASK.c.case_id)
    query = query.where(CASE.c.cycle_id.in_(cycle_ids), DATED, within(level, CASE.c.unit_id))
    return list(db.execute(query.group_by(CASE.c.cycle_id)))


def by_cycle(db: Connection, cycle_ids: Collection[int], level: Level, now: datetime) -> list[Row[Any]]:
    """Cases by cycle and state: how many, and how many of them are overdue."""
    late = select(TASK.c.case_id).where(_overdue(now)).distinct().subquery("late")
    query = select(CASE.c.cycle_id, CASE.c.state, func.count().label("cases"), func.count(late.c.case_id).label("late"))
    query = query.select_from(CASE.outerjoin(late, late.c.case_id == CASE.c.id))
    query = query.where(CASE.c.cycle_id.in_(cycle_ids), within(level, CASE.c.unit_id))
    return list(db.execute(query.group_by(CASE.c.cycle_id, CASE.c.state)))


def decided(db: Connection, cycle_id: int, level: Level) -> list[Row[Any]]:
    """Who moved cases of others: how many times, and how many of them after the deadline of the task. By person."""
    ended = and_(
        TASK.c.case_id == EVENT.c.case_id, TASK.c.ended_at == EVENT.c.at, TASK.c.role == EVENT.c.role,
        TASK.c.due < TASK.c.ended_at,
    )  # fmt: skip
    query = (
        select(
            EVENT.c.actor_id.label("person_id"),
            func.count(EVENT.c.ref.distinct()).label("decided"),
            func.count(when((TASK.c.id.is_not(None), EVENT.c.ref)).distinct()).label("late"),
        )
        .join_from(EVENT, CASE, CASE.c.id == EVENT.c.case_id)
        .outerjoin(TASK, ended)
        .where(
            EVENT.c.kind == "case.moved",
            EVENT.c.actor_id.is_not(None),
            CASE.c.cycle_id == cycle_id,
            within(level, CASE.c.unit_id),
            of_others(EVENT.c.actor_id),
        )
    )
    return list(db.execute(query.group_by(EVENT.c.actor_id)))


def waiting(db: Connection, cycle_id: int, level: Level, now: datetime) -> list[Row[Any]]:
    """Who has cases of others before him: how many, how many with a task that is overdue, the oldest such deadline."""
    late = and_(TASK.c.due <= to_text(now), TASK.c.case_id.not_in(STILL))
    query = (
        select(
            HOLDER.c.person_id,
            func.count(CASE.c.id.distinct()).label("waiting"),
            func.count(when((late, CASE.c.id)).distinct()).label("overdue"),
            func.min(when((late, TASK.c.due))).label("oldest"),
        )
        .join_from(HOLDER, TASK, TASK.c.id == HOLDER.c.task_id)
        .join(CASE, CASE.c.id == TASK.c.case_id)
        .where(TASK.c.state == "open", CASE.c.cycle_id == cycle_id, within(level, CASE.c.unit_id))
        .where(of_others(HOLDER.c.person_id))
    )
    return list(db.execute(query.group_by(HOLDER.c.person_id)))


def people(db: Connection, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """Name and ref of people by key."""
    query = select(PERSON.c.id, PERSON.c.ref, PERSON.c.name).where(PERSON.c.id.in_(ids))
    return {row.id: row for row in db.execute(query)} if ids else {}


def of_others(person_column: ColumnElement[int]) -> ColumnElement[bool]:
    """The cases that are not about this person himself."""
    return or_(CASE.c.subject_id.is_(None), CASE.c.subject_id != person_column)


def _overdue(now: datetime) -> ColumnElement[bool]:
    return and_(TASK.c.state == "open", TASK.c.due <= to_text(now), TASK.c.case_id.not_in(STILL))


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return when((condition, 1))
