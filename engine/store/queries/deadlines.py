"""Questions about deadlines that run: every open task that has one, with what its clock started from."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, exists, select
from sqlalchemy.orm import aliased

from engine.store.queries.calendars import STAMP
from engine.store.queries.clocks import COUNTS, SUSPENDED_AT
from engine.store.queries.units import ZONE
from engine.store.statement import Statement
from engine.store.tables.cases import Case, Cycle, Task
from engine.store.tables.deadlines import Clock
from engine.store.tables.people import Unit

RUNNING = aliased(Task)


def _tasks() -> Select[Any]:
    return (
        select(
            Task.id,
            Task.ref,
            Task.key,
            Task.state,
            Task.opened_at,
            Task.ended_at,
            Task.due,
            Task.case_id,
            Case.ref.label("case_ref"),
            Case.state.label("case_state"),
            Case.definition_digest,
            Case.unit_id,
            Cycle.period_start,
            Cycle.period_end,
            SUSPENDED_AT.scalar_subquery().label("suspended_at"),
        )
        .join(Case, and_(Case.id == Task.case_id, Case.version == Task.opened_n))
        .join(Cycle, Cycle.id == Case.cycle_id)
        .order_by(Task.case_id, Task.id)
    )


DUE = exists().where(RUNNING.case_id == Case.id, RUNNING.state == "open", RUNNING.due.is_not(None)).correlate(Case)
OF_CASE = Statement(_tasks().where(Case.ref == bindparam("ref")))


def running(db: Connection, units: Collection[int]) -> list[Any]:
    """The tasks of the present state of every case of these units in which a deadline runs, case by case.

    Those that are done are among them: a clock may have started with one.
    """
    found: list[Any] = []
    wanted = sorted(units)
    for first in range(0, len(wanted), 500):
        query = _tasks().where(Case.unit_id.in_(wanted[first : first + 500]), DUE)
        found += db.execute(query).all()
    return found


def of_case(db: Connection, ref: str) -> list[Any]:
    """The same of one case, whatever is due in it."""
    return OF_CASE.rows(db, ref=ref)


def _clocks() -> Select[Any]:
    return (
        select(
            *(Clock.id, Clock.ref, Clock.whole, Clock.opened_at, Clock.due, Clock.case_id, Case.ref.label("case_ref")),
            *(Case.state.label("case_state"), Case.definition_digest, Case.unit_id),
            *(Cycle.period_start, Cycle.period_end, SUSPENDED_AT.scalar_subquery().label("suspended_at")),
        )
        .join(Case, Case.id == Clock.case_id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .where(COUNTS)
        .order_by(Clock.case_id, Clock.id)
    )


CLOCKS_OF_CASE = Statement(_clocks().where(Case.id == bindparam("case_id")))


def running_clocks(db: Connection, units: Collection[int]) -> list[Any]:
    """The clocks that no task carries of every case of these units, case by case."""
    found: list[Any] = []
    wanted = sorted(units)
    for first in range(0, len(wanted), 500):
        found += db.execute(_clocks().where(Case.unit_id.in_(wanted[first : first + 500]))).all()
    return found


def clocks_of_case(db: Connection, case_id: int) -> list[Any]:
    """The same of one case."""
    return CLOCKS_OF_CASE.rows(db, case_id=case_id)


def clocks(db: Connection, unit_ids: Collection[int]) -> list[Any]:
    """Of each of these units its time zone, and the number of the last change of calendars: one question."""
    query = select(Unit.id, ZONE.label("timezone"), STAMP.label("calendar_stamp")).where(Unit.id.in_(sorted(unit_ids)))
    return list(db.execute(query))
