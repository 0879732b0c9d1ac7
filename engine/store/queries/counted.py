"""What indicators look at: entries of registers and last answers of finished cases, of some people or below a unit.

Three roads, the quickest first: sums by day, measures added up by the database, rows. Whoever is asked about has been
judged before: nothing here is scoped by an actor.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Select, and_, func, literal, or_, select, union_all

from engine.store.queries.in_sql import kept
from engine.store.tables.cases import Answers, Case, Cycle, Submission
from engine.store.tables.definitions import Definition
from engine.store.tables.people import UnitClosure
from engine.store.tables.registers import Entry, EntryAnswers, EntrySum, EntryVerdict

ENTRY, SUM, ANSWERS, VERDICT = Entry.__table__, EntrySum.__table__, EntryAnswers.__table__, EntryVerdict.__table__
CASE, SUBMISSION, SENT, CLOSURE = Case.__table__, Submission.__table__, Answers.__table__, UnitClosure.__table__
DEFINITION, CYCLE = Definition.__table__, Cycle.__table__
STANDS = ENTRY.c.ended_ref.is_(None)


@dataclass(frozen=True, slots=True)
class Of:
    """Whom a figure is about: these people, or a unit with what is below it, or alone."""

    people: tuple[int, ...] = ()
    unit_id: int | None = None
    below: bool = True

    def within(self, person: ColumnElement[Any], unit: ColumnElement[Any]) -> ColumnElement[bool]:
        """The condition on a row that has a person and a unit."""
        if self.unit_id is None:
            return person == self.people[0] if len(self.people) == 1 else person.in_(self.people)
        if not self.below:
            return unit == self.unit_id
        return unit.in_(select(CLOSURE.c.descendant_id).where(CLOSURE.c.ancestor_id == self.unit_id))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries: of a register, from the first day (empty: since ever) to the last, of whom."""

    register: str
    first: str
    last: str
    of: Of
    verified: bool = False

    def where(self, table: FromClause) -> tuple[ColumnElement[bool], ...]:
        days = table.c.day <= self.last if not self.first else table.c.day.between(self.first, self.last)
        return (table.c.register == self.register, days, self.of.within(table.c.person_id, table.c.unit_id))


def sums(db: Connection, asked: Asked, column: str | None) -> Row[Any]:
    """From the sums by day: how many entries (`looked`), about how many people, and the sum of a measure's column."""
    total = func.coalesce(func.sum(SUM.c[column]), 0) if column else func.coalesce(func.sum(SUM.c.count), 0)
    looked = func.coalesce(func.sum(SUM.c.count), 0).label("looked")
    people = func.count(func.distinct(func.nullif(SUM.c.person_id, 0))).label("people")
    query = select(looked, people, total.label("total"))
    return db.execute(query.where(*asked.where(SUM), SUM.c.count > 0)).one()


def added(db: Connection, asked: Asked, column: str | None) -> Row[Any]:
    """From the entries, added up by the database: as `sums`, and how many have the number, the least and the most."""
    number = ENTRY.c[column] if column else ENTRY.c.id
    total = func.coalesce(func.sum(number), 0) if column else func.count()
    columns = (
        func.count().label("looked"), func.count(func.distinct(ENTRY.c.person_id)).label("people"),
        total.label("total"), func.count(number).label("kept"), func.min(number).label("least"),
        func.max(number).label("most"),
    )  # fmt: skip
    return db.execute(_entries(select(*columns), asked)).one()


def rows(db: Connection, asked: Asked, columns: Sequence[str], questions: Sequence[str]) -> list[Row[Any]]:
    """Every entry by day: person_id, day, ref, the columns of measures; where questions are asked, then its definition
    and the JSON of each answer (null where there is none, or it was erased)."""
    wanted = [ENTRY.c[name] for name in ("person_id", "day", "ref", *columns)]
    query = select(*wanted)
    if questions:
        said = [kept(ANSWERS.c.body, key).label(f"said_{place}") for place, key in enumerate(questions)]
        query = select(*wanted, ENTRY.c.definition_digest, *said)
        query = query.outerjoin(ANSWERS, ANSWERS.c.entry_id == ENTRY.c.id)
    return list(db.execute(_entries(query, asked).order_by(ENTRY.c.day, ENTRY.c.id)).all())


def column(db: Connection, asked: Asked, name: str) -> list[Row[Any]]:
    """The ref, person and one column of every entry, by day."""
    query = select(ENTRY.c.ref, ENTRY.c.person_id, ENTRY.c[name])
    return list(db.execute(_entries(query, asked).order_by(ENTRY.c.day, ENTRY.c.id)).all())


def refs(db: Connection, asked: Asked) -> list[str]:
    """The refs of the entries, in no order."""
    return [ref for (ref,) in db.execute(_entries(select(ENTRY.c.ref), asked)).all()]


def owners(db: Connection, asked: Asked) -> list[Row[Any]]:
    """The ref, person, unit and month (YYYY-MM) of every entry, in no order."""
    query = select(ENTRY.c.ref, ENTRY.c.person_id, ENTRY.c.unit_id, func.substr(ENTRY.c.day, 1, 7))
    return list(db.execute(_entries(query, asked)).all())


class InUnits(NamedTuple):
    """How many people have entries of a register from a day to another in each of some units; below: or below it."""

    register: str
    first: str
    last: str
    verified: bool
    units: Collection[int]
    below: bool


def people_in(db: Connection, asked: Sequence[InUnits]) -> list[Row[Any]]:
    """Of each question by its place: place, unit_id, people. One statement, however many questions."""
    found = []
    for place, each in enumerate(asked):
        table = ENTRY if each.verified else SUM
        unit = CLOSURE.c.ancestor_id if each.below else table.c.unit_id
        people = func.count(func.distinct(func.nullif(table.c.person_id, 0))).label("people")
        one = select(literal(place).label("place"), unit.label("unit_id"), people).select_from(table)
        if each.below:
            one = one.join(CLOSURE, CLOSURE.c.descendant_id == table.c.unit_id)
        one = one.where(table.c.register == each.register, table.c.day.between(each.first, each.last))
        one = one.where(unit.in_(sorted(each.units)))
        one = _standing(one, verified=True) if each.verified else one.where(SUM.c.count > 0)
        found.append(one.group_by(unit))
    return list(db.execute(union_all(*found))) if found else []


def ended_in(
    db: Connection, asked: Collection[tuple[str, str]], units: Collection[int], whole: Collection[int]
) -> list[Row[Any]]:
    """Cases in these units themselves, or at and below the `whole` ones, in which a form was answered.

    asked: workflow and form of each. workflow, form, day (the last of the period), unit_id (of those asked for), depth
    (0: it is that unit's own), person_id, state, definition_digest.
    """
    if not asked:
        return []
    which = or_(*(and_(DEFINITION.c.key == workflow, SUBMISSION.c.form == form) for workflow, form in sorted(asked)))
    query = (
        select(
            DEFINITION.c.key.label("workflow"), SUBMISSION.c.form, CYCLE.c.period_end.label("day"),
            CLOSURE.c.ancestor_id.label("unit_id"), CLOSURE.c.depth, CASE.c.subject_id.label("person_id"),
            CASE.c.state, CASE.c.definition_digest,
        )
        .join(CLOSURE, CLOSURE.c.descendant_id == CASE.c.unit_id)
        .join(CYCLE, CYCLE.c.id == CASE.c.cycle_id)
        .join(DEFINITION, DEFINITION.c.digest == CASE.c.definition_digest)
        .join(SUBMISSION, SUBMISSION.c.case_id == CASE.c.id)
        .where(which, CLOSURE.c.ancestor_id.in_(sorted({*units, *whole})), CASE.c.subject_id.is_not(None))
        .where(or_(CLOSURE.c.depth == 0, CLOSURE.c.ancestor_id.in_(sorted(whole))))
    )  # fmt: skip
    return list(db.execute(query.distinct()))


def by_month(db: Connection, asked: Asked) -> list[Row[Any]]:
    """person_id, unit_id, month, count: of the years up to the last day all entries about whom any is asked for.

    Those about a person count in whatever unit he was.
    """
    month, other = func.substr(ENTRY.c.day, 1, 7), ENTRY.alias("other")
    people = ENTRY.c.person_id.in_(select(other.c.person_id).where(*asked.where(other)))
    nobodys = and_(ENTRY.c.person_id.is_(None), asked.of.within(ENTRY.c.person_id, ENTRY.c.unit_id))
    days = ENTRY.c.day.between(f"{asked.first[:4]}-01-01" if asked.first else "", asked.last)
    query = select(ENTRY.c.person_id, ENTRY.c.unit_id, month.label("month"), func.count().label("count"))
    query = query.where(ENTRY.c.register == asked.register, days, STANDS, or_(people, nobodys))
    return list(db.execute(query.group_by(ENTRY.c.person_id, ENTRY.c.unit_id, month)).all())


def sent(db: Connection, workflow: str, form: str, asked: Asked) -> list[Row[Any]]:
    """What was answered last on a form in the cases of a workflow whose periods ended in these days, oldest first.

    person_id (null where the case is about nobody), day (the last of the period), ref (of the submission), state,
    definition_digest, body (null once erased).
    """
    later = SUBMISSION.alias("later")
    same = (later.c.case_id == SUBMISSION.c.case_id, later.c.form == SUBMISSION.c.form)
    newer = select(later.c.id).where(*same, later.c.number > SUBMISSION.c.number).correlate(SUBMISSION)
    days = CYCLE.c.period_end <= asked.last if not asked.first else CYCLE.c.period_end.between(asked.first, asked.last)
    query = (
        select(
            CASE.c.subject_id.label("person_id"), CYCLE.c.period_end.label("day"), SUBMISSION.c.ref, CASE.c.state,
            CASE.c.definition_digest, SENT.c.body,
        )
        .join(CYCLE, CYCLE.c.id == CASE.c.cycle_id)
        .join(DEFINITION, DEFINITION.c.digest == CASE.c.definition_digest)
        .join(SUBMISSION, SUBMISSION.c.case_id == CASE.c.id)
        .outerjoin(SENT, SENT.c.submission_id == SUBMISSION.c.id)
        .where(DEFINITION.c.key == workflow, SUBMISSION.c.form == form, ~newer.exists(), days)
        .where(asked.of.within(CASE.c.subject_id, CASE.c.unit_id))
    )  # fmt: skip
    return list(db.execute(query.order_by(CYCLE.c.period_end, CASE.c.id)))


def _entries(query: Select[Any], asked: Asked) -> Select[Any]:
    return _standing(query.where(*asked.where(ENTRY)), verified=asked.verified)


def _standing(query: Select[Any], *, verified: bool) -> Select[Any]:
    query = query.where(STANDS)
    if not verified:
        return query
    latest = select(func.max(VERDICT.c.id)).where(VERDICT.c.entry_id == ENTRY.c.id).correlate(ENTRY).scalar_subquery()
    good = select(VERDICT.c.id).where(VERDICT.c.id == latest, VERDICT.c.verdict == "verified").correlate(ENTRY)
    return query.where(good.exists())
