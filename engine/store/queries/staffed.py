"""What the staffing check asks about people, in sets: accounts, acting seats, orders, posts; and a cycle's cases."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from engine.core.case import ActingOrder, Actor
from engine.core.staffed import Deputy
from engine.store.queries.people import APPOINTMENT, PERSON, POST, UNIT
from engine.store.queries.scope import scope_condition
from engine.store.tables.cases import Case, CaseRole
from engine.store.tables.people import Account
from engine.store.tables.roles import ActingOrder as Order

AT_ONCE = 1000
ACCOUNT, ORDER = Account.__table__, Order.__table__
CASE, PUT = Case.__table__, CaseRole.__table__
DEPUTY = PERSON.alias("deputy")


def accounts(db: Connection, people: Iterable[int]) -> dict[int, bool]:
    """Each of these people who has an account → whether it is open."""
    found: dict[int, bool] = {}
    for some in _batches(people):
        query = select(ACCOUNT.c.person_id, ACCOUNT.c.disabled_at).where(ACCOUNT.c.person_id.in_(some))
        found.update({row.person_id: row.disabled_at is None for row in db.execute(query)})
    return found


def posts(db: Connection) -> dict[int, Row[Any]]:
    """Every post by its id: ref, name, the post above."""
    query = select(POST.c.id, POST.c.ref, POST.c.name, POST.c.superior_id)
    return {row.id: row for row in db.execute(query)}


def held(db: Connection, people: Iterable[int], day: str) -> list[Row[Any]]:
    """The appointments of these people that run on a day."""
    columns = (APPOINTMENT.c.ref, APPOINTMENT.c.person_id, APPOINTMENT.c.post_id, APPOINTMENT.c.kind)
    query = select(*columns, APPOINTMENT.c.order_number).where(APPOINTMENT.c.superseded_by.is_(None))
    query = query.where(_runs(APPOINTMENT, day))
    return [row for some in _batches(people) for row in db.execute(query.where(APPOINTMENT.c.person_id.in_(some)))]


def deputies(db: Connection, people: Iterable[int], day: str) -> dict[int, list[Deputy]]:
    """Those of these people who act for somebody on a day, with the orders."""
    query = (
        select(ORDER, PERSON.c.name.label("principal"), DEPUTY.c.ref.label("deputy_ref"), DEPUTY.c.name.label("deputy"))
        .join(PERSON, PERSON.c.id == ORDER.c.person_id)
        .join(DEPUTY, DEPUTY.c.id == ORDER.c.deputy_id)
        .where(ORDER.c.superseded_by.is_(None), _runs(ORDER, day))
    )
    found: dict[int, list[Deputy]] = {}
    for some in _batches(people):
        for row in db.execute(query.where(ORDER.c.deputy_id.in_(some))):
            reach = json.loads(row.scope)
            order = ActingOrder(
                row.ref, row.number, row.kind, row.deputy_id, row.deputy_ref, row.deputy, tuple(reach["workflows"]),
                tuple(reach["roles"]),
            )  # fmt: skip
            found.setdefault(row.deputy_id, []).append(Deputy(row.person_id, row.principal, order))
    return found


def open_cases(db: Connection, actor: Actor, cycle_id: int) -> list[Row[Any]]:
    """The cases of a cycle about people whom the actor oversees: subject, unit, state, and whether roles were put."""
    put = select(PUT.c.case_id).where(PUT.c.case_id == CASE.c.id).exists()
    query = (
        select(
            CASE.c.id, CASE.c.state, CASE.c.unit_id, CASE.c.subject_id, PERSON.c.ref.label("subject_ref"),
            PERSON.c.name.label("subject_name"), UNIT.c.name.label("unit_name"), put.label("has_overrides"),
        )
        .join(PERSON, PERSON.c.id == CASE.c.subject_id)
        .join(UNIT, UNIT.c.id == CASE.c.unit_id)
        .where(CASE.c.cycle_id == cycle_id, scope_condition(actor, CASE.c.unit_id))
    )  # fmt: skip
    return list(db.execute(query.order_by(PERSON.c.name_lower, PERSON.c.id)))


def _runs(period: Any, day: str) -> Any:
    return and_(period.c.starts_on <= day, or_(period.c.ends_on.is_(None), period.c.ends_on > day))


def _batches(keys: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(sorted(set(keys)))
    while some := list(islice(rest, AT_ONCE)):
        yield some
