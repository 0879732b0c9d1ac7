"""Who was put in the place of a rule in a case, and whose nomination stands: of one case, or of many at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from engine.core.case import ActingOrder, Holder
from engine.store.queries.role_people import ORDER_COLUMNS, order_of, with_orders
from engine.store.statement import Statement
from engine.store.tables.cases import CaseRole
from engine.store.tables.people import Person
from engine.store.tables.roles import Nomination

PERSON, ROLE, FROM = Person.__table__, CaseRole.__table__, Person.__table__.alias("from_person")
PROPOSED = Nomination.__table__
AT_ONCE = 500  # cases in one question
FIRST_ORDER = {"put": 12, "proposed": 6}  # where the columns of an order begin

Placed = dict[str, tuple[Holder, ...]]

PUT: Select[Any] = (
    select(ROLE.c.case_id, ROLE.c.id, ROLE.c.role, ROLE.c.event_ref, ROLE.c.at, ROLE.c.given_back,
           PERSON.c.id.label("person_id"), PERSON.c.ref, PERSON.c.name, FROM.c.id.label("from_id"),
           FROM.c.ref.label("from_ref"), FROM.c.name.label("from_name"), *ORDER_COLUMNS)
    .select_from(with_orders(ROLE.join(PERSON, PERSON.c.id == ROLE.c.person_id), PERSON)
                 .outerjoin(FROM, FROM.c.id == ROLE.c.from_id))
    .order_by(ROLE.c.id)
)  # fmt: skip
APPROVED: Select[Any] = (
    select(PROPOSED.c.case_id, PROPOSED.c.role, PROPOSED.c.ref.label("event_ref"), PERSON.c.id.label("person_id"),
           PERSON.c.ref, PERSON.c.name, *ORDER_COLUMNS)
    .select_from(with_orders(PROPOSED.join(PERSON, PERSON.c.id == PROPOSED.c.person_id), PERSON))
    .where(PROPOSED.c.decision == "approved", PERSON.c.active.is_(True))
    .order_by(PROPOSED.c.id)
)  # fmt: skip
PUT_IN_ONE = Statement(PUT.where(ROLE.c.case_id == bindparam("case_id")))
APPROVED_IN_ONE = Statement(APPROVED.where(PROPOSED.c.case_id == bindparam("case_id")))


def overrides(db: Connection, case_id: int, day: str, until: str = "~") -> Placed:
    """Role → who was put in its place for a case: the last reassignment counts; with the orders of a day.

    until: a moment; what was put there later does not count.
    """
    return _put(PUT_IN_ONE.rows(db, case_id=case_id, earliest=day, latest=day), day, until)


def nominated(db: Connection, case_id: int, day: str) -> Placed:
    """Role → the people whose nomination was approved, in that order; with the orders of a day."""
    return _approved(APPROVED_IN_ONE.rows(db, case_id=case_id, earliest=day, latest=day), day)


def overrides_of(db: Connection, cases: Iterable[int], day: str) -> Mapping[int, Placed]:
    """The same of many cases, by case; those where nobody was put are not there."""
    return {case: _put(rows, day, "~") for case, rows in _by_case(db, PUT, ROLE.c.case_id, cases, day)}


def nominated_of(db: Connection, cases: Iterable[int], day: str) -> Mapping[int, Placed]:
    """The same of many cases, by case; those where nobody was approved are not there."""
    return {case: _approved(rows, day) for case, rows in _by_case(db, APPROVED, PROPOSED.c.case_id, cases, day)}


def _by_case(
    db: Connection, query: Select[Any], column: Any, cases: Iterable[int], day: str
) -> Iterator[tuple[int, list[Any]]]:
    wanted = list(cases)
    for start in range(0, len(wanted), AT_ONCE):
        found: dict[int, list[Any]] = {}
        some = query.where(column.in_(wanted[start : start + AT_ONCE]))
        for row in db.execute(some, {"earliest": day, "latest": day}):
            found.setdefault(row.case_id, []).append(row)
        yield from found.items()


def _put(rows: Sequence[Any], day: str, until: str) -> Placed:
    found: dict[str, tuple[int, Holder]] = {}
    for row in (row for row in rows if row.at <= until):
        if row.given_back:
            found.pop(row.role, None)
            continue
        known = found.get(row.role)
        earlier = known[1].orders if known and known[0] == row.id else ()
        found[row.role] = row.id, _instead(row, (*earlier, *order_of(row[FIRST_ORDER["put"] :], day)))
    return {role: (holder,) for role, (_, holder) in found.items()}


def _instead(row: Any, orders: tuple[ActingOrder, ...]) -> Holder:
    """Whoever was put in the place of a rule, and of a person whose work was handed over to him."""
    left = None if row.from_id is None else Holder(row.from_id, row.from_ref, row.from_name, "handed_over")
    return Holder(row.person_id, row.ref, row.name, "reassigned", row.event_ref, orders=orders, instead_of=left)


def _approved(rows: Sequence[Any], day: str) -> Placed:
    found: dict[str, dict[int, Holder]] = {}
    for row in rows:
        role = found.setdefault(row.role, {})
        earlier = role[row.person_id].orders if row.person_id in role else ()
        orders = (*earlier, *order_of(row[FIRST_ORDER["proposed"] :], day))
        role[row.person_id] = Holder(row.person_id, row.ref, row.name, "nominated", row.event_ref, orders=orders)
    return {role: tuple(people.values()) for role, people in found.items()}
