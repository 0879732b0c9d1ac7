"""Cases with open tasks, many at a time: what is needed to ask who should hold them today. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, exists, func, select

from engine.store.queries.clocks import SUSPENDED_AT
from engine.store.queries.open_tasks import Held, among
from engine.store.tables.cases import Case, CaseRole, Cycle, Task, TaskHolder
from engine.store.tables.people import Person

OPEN = exists().where(Task.case_id == Case.id, Task.state == "open")


def count(db: Connection, unit_ids: Sequence[int]) -> int:
    """How many cases of these units have an open task."""
    return int(db.execute(select(func.count()).select_from(Case).where(Case.unit_id.in_(unit_ids), OPEN)).scalar_one())


def some(db: Connection, unit_ids: Sequence[int], after: int, limit: int) -> list[Row[Any]]:
    """The next of them after a key, as `holders.about_case` wants them."""
    columns = (
        Case.id, Case.ref, Case.state, Case.definition_digest, Case.unit_id, Case.subject_id,
        Person.ref.label("subject_ref"), Person.name.label("subject_name"), Cycle.period_end,
        exists().where(CaseRole.case_id == Case.id).label("has_overrides"),
        SUSPENDED_AT.scalar_subquery().label("suspended_at"),
    )  # fmt: skip
    query = select(*columns).join(Cycle, Cycle.id == Case.cycle_id).outerjoin(Person, Person.id == Case.subject_id)
    query = query.where(Case.unit_id.in_(unit_ids), Case.id > after, OPEN)
    return list(db.execute(query.order_by(Case.id).limit(limit)))


def held(db: Connection, case_ids: Sequence[int]) -> dict[int, list[Held]]:
    """Case → its open tasks with who holds them, in one question."""
    query = (
        select(Task.case_id, Task.id, Task.ref, Task.key, Task.due, TaskHolder.person_id, TaskHolder.basis)
        .outerjoin(TaskHolder, TaskHolder.task_id == Task.id)
        .where(Task.case_id.in_(case_ids), Task.state == "open", Task.opened_n == Case.version)
        .join(Case, Case.id == Task.case_id)
    )
    rows: dict[int, list[tuple[Any, ...]]] = {}
    for row in db.execute(query):
        task = (row.id, row.ref, row.key, "open", None, row.due, None, row.person_id, None, row.basis)
        rows.setdefault(row.case_id, []).append(task)
    return {case_id: among(tasks) for case_id, tasks in rows.items()}
