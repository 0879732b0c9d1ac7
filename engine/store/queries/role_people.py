"""The people that role rules ask for (core/rules.Ask): who, by which appointment or grant, and who acts for him.

One statement for each kind of question, one person or a thousand: rows carry from when to when everything in them
runs, and the day is judged here. So the superiors of a case's subject come with the case (case_head).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import islice, pairwise
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, Text, and_, bindparam, cast, null, or_, select
from sqlalchemy.orm import aliased

from engine.core.case import ActingOrder, Holder
from engine.core.rules import Ask
from engine.store.statement import Statement
from engine.store.tables.people import AccessGrant, Appointment, Person, Post, UnitClosure
from engine.store.tables.roles import ActingOrder as Order

AT_ONCE = 1000  # keys in one question; the drivers take some 32,000
PERSON, APPOINTMENT, POST = Person.__table__, Appointment.__table__, Post.__table__
GRANT, CLOSURE, ORDER = AccessGrant.__table__, UnitClosure.__table__, Order.__table__
MINE, SEAT = APPOINTMENT.alias("mine"), POST.alias("seat")
DEPUTY = PERSON.alias("deputy")
NONE = cast(null(), Text)
UP, TOP = aliased(Post, name="up"), aliased(Post, name="top")
ORDER_COLUMNS = (
    ORDER.c.ref.label("order_ref"), ORDER.c.number, ORDER.c.kind, ORDER.c.scope,
    ORDER.c.starts_on.label("order_since"), ORDER.c.ends_on.label("order_until"),
    DEPUTY.c.id.label("deputy_id"), DEPUTY.c.ref.label("deputy_ref"), DEPUTY.c.name.label("deputy_name"),
)  # fmt: skip
ROLE_PERIODS = (6, 8)  # where the two periods of a row begin
ORDER_AT = 10
ACTING_KINDS = ("plt", "plh")


def rows_of(person: FromClause, basis: Any, period: Any, rank: Any = None, other: Any = None) -> list[Any]:
    """The columns of every row: who, why, in which order, from when to when, and the orders by which others act."""
    return [
        person.c.id, person.c.ref, person.c.name, basis.label("basis"), person.c.name_lower,
        (period.c.kind if rank is None else rank).label("rank"),
        period.c.starts_on.label("since"), period.c.ends_on.label("until"),
        (NONE if other is None else other.c.starts_on).label("other_since"),
        (NONE if other is None else other.c.ends_on).label("other_until"),
        *ORDER_COLUMNS,
    ]  # fmt: skip


def with_orders(base: Any, person: FromClause) -> Any:
    """A join with the orders, around today, by which somebody who works here acts for the person."""
    live = and_(ORDER.c.person_id == person.c.id, ORDER.c.superseded_by.is_(None), around(ORDER))
    return base.outerjoin(ORDER, live).outerjoin(DEPUTY, and_(DEPUTY.c.id == ORDER.c.deputy_id, DEPUTY.c.active))


def around(period: Any) -> ColumnElement[bool]:
    """Whether a period has a day between `earliest` and `latest`."""
    begun = period.c.starts_on <= bindparam("latest")
    return and_(begun, or_(period.c.ends_on.is_(None), period.c.ends_on > bindparam("earliest")))


def _live(appointment: Any) -> ColumnElement[bool]:
    return and_(appointment.c.superseded_by.is_(None), around(appointment))


def superior_rows(person: ColumnElement[bool], steps: int = 1, seat: str = "definitive") -> Select[Any]:
    """Who holds the post so many posts above that of the people of whom the condition on MINE is true."""
    chairs = [POST.alias(f"chair_{step}") for step in range(steps)]
    base: Any = MINE.join(chairs[0], chairs[0].c.id == MINE.c.post_id)
    for below, above in pairwise(chairs):
        base = base.join(above, above.c.id == below.c.superior_id)
    base = base.join(APPOINTMENT, APPOINTMENT.c.post_id == chairs[-1].c.superior_id)
    base = base.join(PERSON, PERSON.c.id == APPOINTMENT.c.person_id)
    kinds = (
        MINE.c.kind == "definitive" if seat == "definitive" else or_(*(MINE.c.kind == kind for kind in ACTING_KINDS))
    )
    query = select(*rows_of(PERSON, APPOINTMENT.c.ref, APPOINTMENT, other=MINE)).select_from(with_orders(base, PERSON))
    query = query.where(person, kinds, _live(MINE), _live(APPOINTMENT))
    return query.where(PERSON.c.active.is_(True), PERSON.c.id != MINE.c.person_id)


def _head_of(unit: Any) -> ColumnElement[bool]:
    """The first of a unit's posts that answer to none of it."""
    outside = or_(TOP.superior_id.is_(None), UP.unit_id != TOP.unit_id)
    first = select(TOP.id).outerjoin(UP, UP.id == TOP.superior_id).where(TOP.unit_id == unit, TOP.active, outside)
    return POST.c.id == first.order_by(TOP.id).limit(1).correlate(POST, SEAT).scalar_subquery()


def _at_unit(rule: str, unit: ColumnElement[bool]) -> Select[Any]:
    base: Any = POST.join(APPOINTMENT, APPOINTMENT.c.post_id == POST.c.id)
    base = base.join(PERSON, PERSON.c.id == APPOINTMENT.c.person_id)
    query = select(*rows_of(PERSON, APPOINTMENT.c.ref, APPOINTMENT)).select_from(with_orders(base, PERSON))
    meant = _head_of(POST.c.unit_id) if rule == "head_of_unit" else APPOINTMENT.c.kind == "definitive"
    return query.where(unit, meant, _live(APPOINTMENT), PERSON.c.active.is_(True))


def _beside(rule: str, person: ColumnElement[bool]) -> Select[Any]:
    """The same of the unit in which a person holds his post."""
    base: Any = MINE.join(SEAT, SEAT.c.id == MINE.c.post_id).join(POST, POST.c.unit_id == SEAT.c.unit_id)
    base = base.join(APPOINTMENT, APPOINTMENT.c.post_id == POST.c.id)
    base = base.join(PERSON, PERSON.c.id == APPOINTMENT.c.person_id)
    query = select(*rows_of(PERSON, APPOINTMENT.c.ref, APPOINTMENT, other=MINE)).select_from(with_orders(base, PERSON))
    meant = _head_of(SEAT.c.unit_id) if rule == "head_of_unit" else APPOINTMENT.c.kind == "definitive"
    query = query.where(person, meant, MINE.c.kind == "definitive", _live(MINE), _live(APPOINTMENT))
    return query.where(PERSON.c.active.is_(True))


def _post_rows(key: ColumnElement[bool]) -> Select[Any]:
    base: Any = POST.join(APPOINTMENT, APPOINTMENT.c.post_id == POST.c.id)
    base = base.join(PERSON, PERSON.c.id == APPOINTMENT.c.person_id)
    query = select(*rows_of(PERSON, APPOINTMENT.c.ref, APPOINTMENT)).select_from(with_orders(base, PERSON))
    return query.where(key, _live(APPOINTMENT), PERSON.c.active.is_(True))


def _grant_rows(unit: ColumnElement[bool]) -> Select[Any]:
    """Rights over a unit or one above it; the nearest is the basis."""
    base: Any = CLOSURE.join(GRANT, GRANT.c.unit_id == CLOSURE.c.ancestor_id)
    base = base.join(PERSON, PERSON.c.id == GRANT.c.person_id)
    query = select(*rows_of(PERSON, GRANT.c.ref, GRANT, CLOSURE.c.depth)).select_from(with_orders(base, PERSON))
    return query.where(unit, GRANT.c.role == bindparam("grant"), around(GRANT), PERSON.c.active.is_(True))


def _kind(ask: Ask) -> tuple[Any, ...]:
    """What questions that one statement can answer have in common."""
    named = ask.of if ask.rule == "holders_of_grant" else ""
    return ask.rule, ask.steps, ask.seat, named, ask.unit == 0


def _column(rule: str, of_unit: bool) -> Any:
    """What a question names: a person, a unit, or the key of a post."""
    if rule == "superior_of":
        return MINE.c.person_id
    if rule == "holder_of_post":
        return POST.c.key
    if rule == "holders_of_grant":
        return CLOSURE.c.descendant_id
    return POST.c.unit_id if of_unit else MINE.c.person_id


def _select(rule: str, steps: int, seat: str, of_unit: bool, wanted: ColumnElement[bool]) -> Select[Any]:
    if rule == "superior_of":
        return superior_rows(wanted, steps, seat)
    if rule == "holder_of_post":
        return _post_rows(wanted)
    if rule == "holders_of_grant":
        return _grant_rows(wanted)
    return _at_unit(rule, wanted) if of_unit else _beside(rule, wanted)


@cache
def statement(rule: str, steps: int, seat: str, of_unit: bool) -> Statement:
    """The statement for one question of a kind, prebuilt: submit and fire ask it each time."""
    return Statement(_select(rule, steps, seat, of_unit, _column(rule, of_unit) == bindparam("wanted")))


def answers(db: Connection, asks: Iterable[Ask]) -> dict[Ask, tuple[Holder, ...]]:
    """Who is meant by each question: one statement for each kind and `AT_ONCE` things."""
    kinds: dict[tuple[Any, ...], list[Ask]] = {}
    for ask in asks:
        kinds.setdefault(_kind(ask), []).append(ask)
    found: dict[Ask, tuple[Holder, ...]] = {}
    for alike in kinds.values():
        found |= _one(db, alike[0]) if len(alike) == 1 else _many(db, alike)
    return found


def _wanted(ask: Ask) -> Any:
    return ask.unit or ask.of


def _one(db: Connection, ask: Ask) -> dict[Ask, tuple[Holder, ...]]:
    prebuilt = statement(ask.rule, ask.steps, ask.seat, ask.unit != 0)
    values = {"wanted": _wanted(ask), "earliest": ask.on, "latest": ask.on, "grant": str(ask.of)}
    return {ask: holders_on(prebuilt.rows(db, **values), ask.on, ask.rule)}


def _many(db: Connection, asks: Sequence[Ask]) -> dict[Ask, tuple[Holder, ...]]:
    first, days = asks[0], sorted(ask.on for ask in asks)
    of_unit = first.unit != 0
    column = _column(first.rule, of_unit)
    rows: dict[Any, list[Any]] = {}
    for some in _batches({_wanted(ask) for ask in asks}):
        query = _select(first.rule, first.steps, first.seat, of_unit, column.in_(some)).add_columns(column)
        values = {"earliest": days[0], "latest": days[-1]}
        values |= {"grant": str(first.of)} if first.rule == "holders_of_grant" else {}
        for row in db.execute(query, values):
            rows.setdefault(row[-1], []).append(row)
    return {ask: holders_on(rows.get(_wanted(ask), ()), ask.on, ask.rule) for ask in asks}


def _batches(keys: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(sorted(keys))
    while some := list(islice(rest, AT_ONCE)):
        yield some


def holders_on(rows: Iterable[Sequence[Any]], day: date | str, rule: str) -> tuple[Holder, ...]:
    """The holders among the rows whose periods all have a day, by name, each with the orders that run on it."""
    day = str(day)
    found: dict[int, tuple[Sequence[Any], list[ActingOrder]]] = {}
    for row in sorted(rows, key=itemgetter(4, 0, 5, 3)):
        if all(_contains(row[at], row[at + 1], day) for at in ROLE_PERIODS):
            _, orders = found.setdefault(row[0], (row, []))
            orders += (order for order in order_of(row[ORDER_AT:], day) if order not in orders)
    return tuple(
        Holder(row[0], row[1], row[2], rule, row[3], orders=tuple(sorted(orders, key=lambda order: order.ref)))
        for row, orders in found.values()
    )


def order_of(columns: Sequence[Any], day: str) -> Iterator[ActingOrder]:
    """The order that the last columns of a row tell of, where there is one that runs on a day."""
    ref, number, kind, scope, since, until, deputy, deputy_ref, deputy_name, *_ = columns
    if deputy is not None and _contains(since, until, day):
        reach = json.loads(scope)
        workflows, roles = tuple(reach["workflows"]), tuple(reach["roles"])
        yield ActingOrder(ref, number, kind, deputy, deputy_ref, deputy_name, workflows, roles)


def _contains(starts_on: str | None, ends_on: str | None, day: str) -> bool:
    return starts_on is None or (starts_on <= day and (ends_on is None or ends_on > day))
