"""What reports count of the results of cases that are over: by result, by unit, by who set it, beside entries.

The last result of a case counts, as on its page (cases.OUTCOMES). Grouped in SQL; never per case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, Row, Subquery, and_, exists, func, or_, select

from engine.store.queries.monitoring_units import Level
from engine.store.queries.reporting import Desk, places, within
from engine.store.queries.scope import scope_condition
from engine.store.tables.cases import Case, Cycle, Outcome
from engine.store.tables.ledger import Event
from engine.store.tables.registers import EntrySum
from engine.store.tables.repairs import Withdrawn

CASE, OUTCOME, EVENT, SUM = Case.__table__, Outcome.__table__, Event.__table__, EntrySum.__table__
CYCLE, WITHDRAWN = Cycle.__table__, Withdrawn.__table__


def _results(cycle_id: int, key: str, states: Collection[str], level: Level) -> Subquery:
    """case_id, subject_id, unit_id, value, body, by (who set it) of each case that is over; `latest` is 1."""
    latest = func.row_number().over(partition_by=OUTCOME.c.case_id, order_by=EVENT.c.seq.desc()).label("latest")
    query = (
        select(
            CASE.c.id.label("case_id"), CASE.c.subject_id, CASE.c.unit_id, OUTCOME.c.value, OUTCOME.c.body,
            EVENT.c.actor_id.label("by"), latest,
        )
        .join_from(CASE, OUTCOME, OUTCOME.c.case_id == CASE.c.id)
        .join(EVENT, EVENT.c.ref == OUTCOME.c.event_ref)
        .where(CASE.c.cycle_id == cycle_id, CASE.c.state.in_(sorted(states)), OUTCOME.c.key == key)
        .where(within(level, CASE.c.unit_id), ~exists().where(WITHDRAWN.c.event_ref == OUTCOME.c.event_ref))
    )  # fmt: skip
    return query.subquery("found")


def newest_over(desk: Desk, cycles: Iterable[Row[Any]]) -> int | None:
    """The key of the newest of these cycles in which a case that the reader oversees is over. One statement at most."""
    ends: dict[tuple[str, ...], list[int]] = {}
    for each in cycles:
        states = desk.workflow(each.definition_digest).definition.states
        ends.setdefault(tuple(state.key for state in states if state.final), []).append(each.id)
    if not ends:
        return None
    alike = [and_(CYCLE.c.id.in_(ids), CASE.c.state.in_(states)) for states, ids in ends.items()]
    over = exists().where(CASE.c.cycle_id == CYCLE.c.id, or_(*alike), scope_condition(desk.actor, CASE.c.unit_id))
    known = CYCLE.c.id.in_([key for ids in ends.values() for key in ids])
    query = select(CYCLE.c.id).where(known, over).order_by(CYCLE.c.id.desc()).limit(1)
    return desk.db.execute(query).scalar_one_or_none()


def by_value(db: Connection, cycle_id: int, key: str, states: Collection[str], level: Level) -> list[Row[Any]]:
    """value, cases, body: how one of them was found, which says what the result is called."""
    found = _results(cycle_id, key, states, level)
    query = select(found.c.value, func.count().label("cases"), func.min(found.c.body).label("body"))
    return list(db.execute(query.where(found.c.latest == 1).group_by(found.c.value)))


def by_line(db: Connection, cycle_id: int, key: str, states: Collection[str], level: Level) -> list[Row[Any]]:
    """line, value, cases, body."""
    found, where = _results(cycle_id, key, states, level), places(level)
    each = select(found.c.unit_id, found.c.value, func.count().label("cases"), func.min(found.c.body).label("body"))
    one = each.where(found.c.latest == 1).group_by(found.c.unit_id, found.c.value).subquery("one")
    cases, body = func.sum(one.c.cases).label("cases"), func.min(one.c.body).label("body")
    query = select(where.c.line, one.c.value, cases, body).join_from(one, where, where.c.unit_id == one.c.unit_id)
    return list(db.execute(query.group_by(where.c.line, one.c.value)))


def by_setter(db: Connection, cycle_id: int, key: str, states: Collection[str], level: Level) -> list[Row[Any]]:
    """by: the person's key; cases of others of which he set the result; different: how many different ones."""
    found = _results(cycle_id, key, states, level)
    different = func.count(found.c.value.distinct()).label("different")
    query = select(found.c.by, func.count().label("cases"), different).where(
        found.c.latest == 1, found.c.by.is_not(None)
    )
    query = query.where(found.c.subject_id.is_distinct_from(found.c.by))
    return list(db.execute(query.group_by(found.c.by)))


def with_entries(
    db: Connection, cycle_id: int, key: str, states: Collection[str], level: Level, register: str,
    days: tuple[str, str], measure: str,
) -> list[Row[Any]]:  # fmt: skip
    """value, people, body; entries: theirs in a register from day to day; amount: of a measure (m0 …); silent: who
    has none.
    """
    found = _results(cycle_id, key, states, level)
    mine = select(SUM.c.person_id, func.sum(SUM.c.count).label("entries"), func.sum(SUM.c[measure]).label("amount"))
    mine = mine.where(SUM.c.register == register, SUM.c.day.between(*days))
    people = select(found.c.subject_id).where(found.c.latest == 1)
    sums = mine.where(SUM.c.person_id.in_(people)).group_by(SUM.c.person_id).subquery("sums")
    query = select(
        found.c.value,
        func.count().label("people"),
        func.min(found.c.body).label("body"),
        func.coalesce(func.sum(sums.c.entries), 0).label("entries"),
        func.coalesce(func.sum(sums.c.amount), 0).label("amount"),
        (func.count() - func.count(sums.c.person_id)).label("silent"),
    ).select_from(found.outerjoin(sums, sums.c.person_id == found.c.subject_id))
    query = query.where(found.c.latest == 1, found.c.subject_id.is_not(None))
    return list(db.execute(query.group_by(found.c.value)))
