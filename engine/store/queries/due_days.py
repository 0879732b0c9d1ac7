"""Cases in which a deadline runs, many at a time: what is needed to see which are over, or to be reminded of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select

from engine.store.queries.calendars import STAMP
from engine.store.queries.clocks import COUNTS, SUSPENDED_AT
from engine.store.tables.cases import Case, Cycle, Task
from engine.store.tables.deadlines import Clock

OPEN = and_(Task.state == "open", Task.opened_n == Case.version)
RUNS = or_(
    exists().where(Task.case_id == Case.id, OPEN, Task.due.is_not(None)).correlate(Case),
    exists().where(Clock.case_id == Case.id, COUNTS).correlate(Case),
)


def digests(db: Connection) -> list[str]:
    """The definitions that cases run by."""
    return list(db.execute(select(Cycle.definition_digest).distinct().order_by(Cycle.definition_digest)).scalars())


def count(db: Connection, unit_ids: Sequence[int], of: Sequence[str]) -> int:
    """How many cases of these units and definitions there are in which a deadline runs."""
    return int(db.execute(_cases(func.count(), unit_ids=unit_ids, of=of)).scalar_one()) if of else 0


def some(db: Connection, unit_ids: Sequence[int], of: Sequence[str], after: int, limit: int) -> list[Any]:
    """The next of them after a key."""
    columns = (Case.id, Case.ref, Case.state, Case.definition_digest, Case.unit_id, STAMP.label("calendar_stamp"))
    query = _cases(*columns, unit_ids=unit_ids, of=of).where(Case.id > after)
    return list(db.execute(query.order_by(Case.id).limit(limit))) if of else []


def _cases(*columns: ColumnElement[Any], unit_ids: Sequence[int], of: Sequence[str]) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Case)
        .where(
            Case.unit_id.in_(unit_ids), Case.definition_digest.in_(of), RUNS, SUSPENDED_AT.scalar_subquery().is_(None)
        )
    )


def tasks(db: Connection, case_ids: Sequence[int]) -> dict[int, list[Any]]:
    """Case → its open tasks."""
    query = select(Task.case_id, Task.ref, Task.key, Task.due, Task.opened_at).join(Case, Case.id == Task.case_id)
    return _by_case(db.execute(query.where(Task.case_id.in_(case_ids), OPEN).order_by(Task.id)).all())


def clocks(db: Connection, case_ids: Sequence[int]) -> dict[int, list[Any]]:
    """Case → the clocks that run in it and that no task carries."""
    query = select(Clock.case_id, Clock.ref, Clock.whole, Clock.due, Clock.opened_at)
    query = query.join(Case, Case.id == Clock.case_id).where(Clock.case_id.in_(case_ids), COUNTS)
    return _by_case(db.execute(query.order_by(Clock.id)).all())


def _by_case(rows: Sequence[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found
