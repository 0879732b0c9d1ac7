"""Who holds tasks whose deadline has passed, as far as the actor oversees the cases: how many, since when, and who
leads whom. The numbers are those of the list of cases narrowed by `late_with` (case_filters.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, tuple_
from sqlalchemy.orm import aliased

from engine.core.times import to_text
from engine.store.queries.chairs import sits
from engine.store.queries.clocks import STILL
from engine.store.tables.cases import Case, Task, TaskHolder
from engine.store.tables.people import Appointment, Person, Post, Unit

CASE, TASK, HOLDER, PERSON = Case.__table__, Task.__table__, TaskHolder.__table__, Person.__table__
APPOINTMENT, POST = Appointment.__table__, Post.__table__
OPEN, RUNS = TASK.c.state == "open", TASK.c.case_id.not_in(STILL)
ABOVE = aliased(Appointment, name="above")
LEADER = aliased(Person, name="leader")
Place = tuple[int, str, int]
"""What a page is ordered by: the number of cases below nought, the oldest deadline, the person."""


def holders(
    db: Connection,
    within: Sequence[ColumnElement[bool]],
    now: datetime,
    *,
    after: Place | None = None,
    backwards: bool = False,
    limit: int = 51,
) -> list[Row[Any]]:
    """People with overdue cases, those with the most first: rank (the number below nought), cases, oldest deadline.

    within: conditions on cases, the actor's scope among them. Backwards answers in reversed order, from the place up.
    """
    held = select(
        HOLDER.c.person_id,
        (-func.count(TASK.c.case_id.distinct())).label("rank"),
        func.min(TASK.c.due).label("oldest"),
    ).join(TASK, TASK.c.id == HOLDER.c.task_id)
    held = held.where(OPEN, TASK.c.due <= to_text(now), RUNS, *_cases(within)).group_by(HOLDER.c.person_id)
    late = held.subquery("late")
    place = tuple_(late.c.rank, late.c.oldest, late.c.person_id)
    query = select(PERSON.c.id, PERSON.c.ref, PERSON.c.name, late.c.rank, (-late.c.rank).label("cases"), late.c.oldest)
    query = query.join(late, late.c.person_id == PERSON.c.id)
    if after is not None:
        query = query.where(place < tuple_(*after) if backwards else place > tuple_(*after))
    order = [column.desc() if backwards else column for column in (late.c.rank, late.c.oldest, late.c.person_id)]
    return list(db.execute(query.order_by(*order).limit(limit)))


def next_due(
    db: Connection, within: Sequence[ColumnElement[bool]], person_ids: Sequence[int], now: datetime
) -> dict[int, str]:
    """Person → the deadline of his that passes next."""
    query = select(HOLDER.c.person_id, func.min(TASK.c.due)).join(TASK, TASK.c.id == HOLDER.c.task_id)
    query = query.where(HOLDER.c.person_id.in_(person_ids), OPEN, TASK.c.due > to_text(now), RUNS, *_cases(within))
    return {person: due for person, due in db.execute(query.group_by(HOLDER.c.person_id))}


def _cases(within: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    return [TASK.c.case_id.in_(select(CASE.c.id).where(*within))] if within else []


def seats(db: Connection, person_ids: Sequence[int], on: date) -> list[Row[Any]]:
    """Where people sit, the definitive chair first, with who sits above: one row for each of those, or one without."""
    above = and_(
        ABOVE.post_id == POST.c.superior_id,
        ABOVE.superseded_by.is_(None),
        ABOVE.starts_on <= on.isoformat(),
        (ABOVE.ends_on.is_(None)) | (ABOVE.ends_on > on.isoformat()),
    )
    query = (
        select(
            APPOINTMENT.c.person_id,
            POST.c.id.label("post_id"),
            POST.c.name.label("post"),
            Unit.name.label("unit"),
            LEADER.name.label("leader"),
            LEADER.ref.label("leader_ref"),
        )
        .join(POST, POST.c.id == APPOINTMENT.c.post_id)
        .join(Unit, Unit.id == POST.c.unit_id)
        .outerjoin(ABOVE, above)
        .outerjoin(LEADER, LEADER.id == ABOVE.person_id)
        .where(APPOINTMENT.c.person_id.in_(person_ids), sits(on))
    )
    order = (APPOINTMENT.c.person_id, APPOINTMENT.c.kind, APPOINTMENT.c.id, LEADER.name)
    return list(db.execute(query.order_by(*order)))
