"""What reports count of registers and of forms: attendance by unit, tags of feedback, forms sent in haste or copied."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, and_, distinct, func, literal, select
from sqlalchemy import case as when

from engine.core.case import Actor
from engine.store.queries.in_sql import said, seconds
from engine.store.queries.monitoring_units import Level
from engine.store.queries.report_cases import of_others
from engine.store.queries.reporting import places, within
from engine.store.queries.scope import scope_condition
from engine.store.tables.cases import Answers, Case, Submission
from engine.store.tables.registers import MEASURES, Entry, EntryAnswers, EntrySum, RegisterMeasure

CASE, SUBMISSION, ANSWERS = Case.__table__, Submission.__table__, Answers.__table__
ENTRY, BODY, SUM, MEASURE = Entry.__table__, EntryAnswers.__table__, EntrySum.__table__, RegisterMeasure.__table__


def columns_of(db: Connection, register: str) -> dict[str, str]:
    """Measure of a register → the column in which its sums are kept."""
    query = select(MEASURE.c.key, MEASURE.c.place).where(MEASURE.c.register == register)
    return {row.key: MEASURES[row.place] for row in db.execute(query)}


def by_line(
    db: Connection, register: str, level: Level, days: tuple[str, str], watched: str | None, least: int
) -> list[Row[Any]]:
    """line, people, entries, m0 … (millionths); reached: people of whom the watched column comes to `least` or more."""
    where = places(level)
    sums = [func.sum(SUM.c[name]).label(name) for name in ("count", *MEASURES)]
    days_of = select(SUM.c.unit_id, SUM.c.person_id, *sums).where(SUM.c.register == register, SUM.c.person_id != 0)
    days_of = days_of.where(SUM.c.day.between(*days), within(level, SUM.c.unit_id))
    his = days_of.group_by(SUM.c.unit_id, SUM.c.person_id).subquery("his")
    each = select(where.c.line, his.c.person_id, *(func.sum(his.c[name]).label(name) for name in ("count", *MEASURES)))
    each = each.join_from(his, where, where.c.unit_id == his.c.unit_id).group_by(where.c.line, his.c.person_id)
    one = each.having(func.sum(his.c.count) != 0).subquery("one")
    reached = literal(0) if watched is None else func.count(when((one.c[watched] >= least, 1)))
    query = select(
        one.c.line, func.count().label("people"), func.sum(one.c.count).label("entries"), reached.label("reached"),
        *(func.sum(one.c[name]).label(name) for name in MEASURES),
    )  # fmt: skip
    return list(db.execute(query.group_by(one.c.line)))


def took(db: Connection, register: str, digests: Collection[str], level: Level, days: tuple[str, str]) -> bool:
    """Whether one of these versions of a register took an entry of these days, in units of the level, that stands."""
    query = select(ENTRY.c.id).where(ENTRY.c.register == register, ENTRY.c.definition_digest.in_(digests))
    query = query.where(ENTRY.c.day.between(*days), ENTRY.c.ended_ref.is_(None), within(level, ENTRY.c.unit_id))
    return db.execute(query.limit(1)).first() is not None


def tags(db: Connection, register: str, actor: Actor, days: tuple[str, str], side: str, tag: str) -> list[Row[Any]]:
    """side, tag: what two questions of an entry were answered with; by month: entries, and about how many people.

    Of all that the actor oversees.
    """
    one, other = said(BODY.c.body, literal(side)), said(BODY.c.body, literal(tag))
    month = func.substr(ENTRY.c.day, 1, 7).label("month")
    found = (
        select(ENTRY.c.person_id, month, one.label("side"), other.label("tag"))
        .join_from(ENTRY, BODY, BODY.c.entry_id == ENTRY.c.id)
        .where(ENTRY.c.register == register, ENTRY.c.day.between(*days), ENTRY.c.ended_ref.is_(None))
        .where(scope_condition(actor, ENTRY.c.unit_id))
        .subquery("found")
    )
    query = select(
        found.c.side,
        found.c.tag,
        found.c.month,
        func.count().label("entries"),
        func.count(distinct(found.c.person_id)).label("people"),
    )
    query = query.where(found.c.side.is_not(None), found.c.tag.is_not(None))
    return list(db.execute(query.group_by(found.c.side, found.c.tag, found.c.month)))


def haste(db: Connection, cycle_id: int, level: Level, within_seconds: int) -> list[Row[Any]]:
    """by: who sent forms about others; forms; alike: those with answers that another of his has word for word;
    quick: those sent within so many seconds after his form in another case.
    """
    mine = SUBMISSION.c.by_id
    order = {"partition_by": mine, "order_by": (SUBMISSION.c.sent_at, SUBMISSION.c.id)}
    sent = (
        select(
            mine.label("by"),
            func.count().over(partition_by=(mine, SUBMISSION.c.form, ANSWERS.c.body)).label("same"),
            seconds(func.lag(SUBMISSION.c.sent_at).over(**order), SUBMISSION.c.sent_at).label("after"),
            func.lag(SUBMISSION.c.case_id).over(**order).label("before"),
            SUBMISSION.c.case_id,
        )
        .join_from(SUBMISSION, CASE, CASE.c.id == SUBMISSION.c.case_id)
        .join(ANSWERS, ANSWERS.c.submission_id == SUBMISSION.c.id)
        .where(CASE.c.cycle_id == cycle_id, within(level, CASE.c.unit_id), of_others(mine))
        .subquery("sent")
    )
    quick = and_(sent.c.after < within_seconds, sent.c.before != sent.c.case_id)
    query = select(
        sent.c.by,
        func.count().label("forms"),
        func.count(when((sent.c.same > 1, 1))).label("alike"),
        func.count(when((quick, 1))).label("quick"),
    )
    return list(db.execute(query.group_by(sent.c.by)))
