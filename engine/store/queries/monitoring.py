"""What monitoring counts, each as far as the actor oversees: what needs somebody today, where cases wait and since
when, how many end each day. The conditions are those of the lists to which the numbers lead (case_filters.py).

Open tasks have an index of their own (ix_task_open): no count here reads the tasks that are over.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Subquery, and_, func, or_, select, true

from engine.core.case import Actor
from engine.core.times import to_text
from engine.store.queries import chairs, cycle_lists, imports, jobs
from engine.store.queries.case_filters import LONG_WAIT, Moments, requested
from engine.store.queries.clocks import STILL
from engine.store.queries.scope import scope_condition
from engine.store.tables.cases import Case, Cycle, Task
from engine.store.tables.definitions import DefinitionVersion
from engine.store.tables.imports import ImportFile
from engine.store.tables.jobs import Job
from engine.store.tables.ledger import Event
from engine.store.tables.people import Unit, UnitClosure

CASE, CYCLE, TASK, EVENT = Case.__table__, Cycle.__table__, Task.__table__, Event.__table__
UNIT, CLOSURE = Unit.__table__, UnitClosure.__table__
OPEN = TASK.c.state == "open"
WAITING_FILES = ("read", "judged")  # imported files about which nobody has decided


def today(db: Connection, actor: Actor, moments: Moments, on: date, *, everything: bool) -> Row[Any]:
    """Cases that are overdue, soon due, long waited for, or requested; what else waits for somebody. One question.

    on: the day by which chairs are vacant.
    """
    mine = true() if everything else scope_condition(actor, CASE.c.unit_id)

    def cases(*conditions: ColumnElement[bool]) -> Select[Any]:
        query = select(func.count(TASK.c.case_id.distinct())).where(OPEN, *conditions)
        return query if everything else query.join(CASE, CASE.c.id == TASK.c.case_id).where(mine)

    now, soon, runs = to_text(moments.now), to_text(moments.soon), TASK.c.case_id.not_in(STILL)
    counts = {
        "overdue": cases(TASK.c.due <= now, runs),
        "soon": cases(TASK.c.due > now, TASK.c.due <= soon, runs),
        "waiting": cases(
            TASK.c.opened_at <= to_text(moments.now - LONG_WAIT), or_(TASK.c.due.is_(None), TASK.c.due <= soon), runs
        ),
        "requested": select(func.count(CASE.c.id)).where(requested(), mine),
        "opening": select(func.count(CYCLE.c.id)).where(
            CYCLE.c.status == "opening", cycle_lists.cycles_in_scope(actor, everything=everything)
        ),
        "in_review": select(func.count(DefinitionVersion.id)).where(DefinitionVersion.status == "in_review"),
        "failed": select(func.count(Job.id)).where(Job.state == "failed", jobs.in_scope(actor)),
        "files": select(func.count(ImportFile.id)).where(
            ImportFile.state.in_(WAITING_FILES), imports.files_in_scope(actor)
        ),
        "vacant": chairs.vacant(actor, on),
    }
    return db.execute(select(*(query.scalar_subquery().label(name) for name, query in counts.items()))).one()


def by_unit(
    db: Connection, cycle_id: int, unit_ids: Collection[int], now: datetime, *, itself: int | None = None
) -> list[Row[Any]]:
    """Cases of a cycle at and below each of these units by state: how many, and how many of them are overdue.

    itself: one more unit, of which only its own cases count: under its key below nought. The caller judged the units.
    """
    late = _late(now)
    within = select(CASE.c.unit_id, CASE.c.state, func.count().label("cases"), func.count(late.c.case_id).label("late"))
    within = within.select_from(CASE.outerjoin(late, late.c.case_id == CASE.c.id)).where(CASE.c.cycle_id == cycle_id)
    found = within.group_by(CASE.c.unit_id, CASE.c.state).subquery("found")
    sums = func.sum(found.c.cases).label("cases"), func.sum(found.c.late).label("late")
    query = select(CLOSURE.c.ancestor_id.label("unit_id"), found.c.state, *sums)
    query = query.join(found, found.c.unit_id == CLOSURE.c.descendant_id)
    query = query.where(CLOSURE.c.ancestor_id.in_(sorted(unit_ids)))
    rows = list(db.execute(query.group_by(CLOSURE.c.ancestor_id, found.c.state)))
    if itself is not None:
        own = within.with_only_columns((-CASE.c.unit_id).label("unit_id"), *within.selected_columns[1:])
        rows += db.execute(own.where(CASE.c.unit_id == itself).group_by(CASE.c.unit_id, CASE.c.state))
    return rows


def _late(now: datetime) -> Subquery:
    late = select(TASK.c.case_id).where(OPEN, TASK.c.due <= to_text(now), TASK.c.case_id.not_in(STILL))
    return late.distinct().subquery("late")


def standing(db: Connection, cycle_id: int, unit_ids: Sequence[int] | None) -> list[Row[Any]]:
    """How many cases of a cycle stand in which state, at and below these units; None for all of the cycle."""
    query = select(CASE.c.state, func.count().label("cases")).where(CASE.c.cycle_id == cycle_id, _below(unit_ids))
    return list(db.execute(query.group_by(CASE.c.state)))


def waits(db: Connection, cycle_id: int, unit_ids: Sequence[int] | None) -> list[Row[Any]]:
    """Of the cases of a cycle with an open task: how many stand in a state since which UTC day.

    unit_ids: at and below these units; None for all of the cycle.
    """
    since = select(TASK.c.case_id, func.min(TASK.c.opened_at).label("at")).where(OPEN).group_by(TASK.c.case_id)
    entered = since.subquery("entered")
    day = func.substr(entered.c.at, 1, 10).label("day")
    query = select(CASE.c.state, day, func.count().label("cases")).join(entered, entered.c.case_id == CASE.c.id)
    query = query.where(CASE.c.cycle_id == cycle_id, _below(unit_ids))
    return list(db.execute(query.group_by(CASE.c.state, day)))


def ends(
    db: Connection, cycle_id: int, states: Collection[str], since: datetime, unit_ids: Sequence[int] | None
) -> list[Row[Any]]:
    """How many cases of a cycle came into one of these states and stand there still, by hour (UTC), from then on."""
    hour = func.substr(EVENT.c.at, 1, 13).label("hour")
    query = select(hour, func.count().label("cases")).join(
        CASE, and_(CASE.c.id == EVENT.c.case_id, CASE.c.version == EVENT.c.n)
    )
    query = query.where(
        EVENT.c.at >= to_text(since), EVENT.c.to_state.in_(sorted(states)), CASE.c.cycle_id == cycle_id,
        _below(unit_ids),
    )  # fmt: skip
    return list(db.execute(query.group_by(hour)))


def _below(unit_ids: Sequence[int] | None) -> ColumnElement[bool]:
    if unit_ids is None:
        return true()
    return CASE.c.unit_id.in_(select(CLOSURE.c.descendant_id).where(CLOSURE.c.ancestor_id.in_(unit_ids)))
