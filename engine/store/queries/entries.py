"""Questions about entries of registers: one, those of a person or a unit in a time, their sums, what was said of them.

Whoever is asked about has been judged before: nothing here is scoped by an actor.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, literal, select, tuple_

from engine.store.tables.cases import Note
from engine.store.tables.definitions import DefinitionVersion
from engine.store.tables.people import Person
from engine.store.tables.registers import MEASURES, Entry, EntryAnswers, EntrySum, EntryVerdict, RegisterMeasure

ENTRY, ANSWERS, SUM, VERDICT = Entry.__table__, EntryAnswers.__table__, EntrySum.__table__, EntryVerdict.__table__
NOTE, BY, VERSION = Note.__table__, Person.__table__.alias("by"), DefinitionVersion.__table__
STANDS = ENTRY.c.ended_ref.is_(None)
UNJUDGED = ~select(VERDICT.c.id).where(VERDICT.c.entry_id == ENTRY.c.id).correlate(ENTRY).exists()
MOST = 500
AT_ONCE = 5_000  # of one person in a period: some twenty a day


def by_ref(db: Connection, ref: str, *, lock: bool = False) -> Row[Any] | None:
    """One entry with its answers (body None once they are erased)."""
    query = select(ENTRY, ANSWERS.c.body).outerjoin(ANSWERS, ANSWERS.c.entry_id == ENTRY.c.id).where(ENTRY.c.ref == ref)
    return db.execute(query.with_for_update(of=ENTRY) if lock else query).one_or_none()


def by_refs(db: Connection, refs: Collection[str]) -> list[Row[Any]]:
    """Entries that stand, of these refs, locked, in the order of their keys."""
    return list(db.execute(select(ENTRY).where(ENTRY.c.ref.in_(refs), STANDS).order_by(ENTRY.c.id).with_for_update()))


def of_person(db: Connection, register: str, person_id: int, first: str, last: str) -> list[Row[Any]]:
    """The entries of a person that stand, first to last day, in order; with answers and the latest verdict.

    At most MOST, the newest.
    """
    mine = (ENTRY.c.register == register, ENTRY.c.person_id == person_id, ENTRY.c.day.between(first, last))
    return _listed(db, *mine, most=MOST, newest=True)[::-1]


def parts(
    db: Connection, register: str, people: Collection[int], units: Collection[int], first: str, last: str, *,
    judge: int | None = None,
) -> list[Row[Any]]:  # fmt: skip
    """Count and measures of the entries that stand, apart by whom, unit on the day, day and version; earliest first.

    Of these people, or, where there are none, of these units that entries are about (0 alone: of what is about
    nobody). judge: of those entries alone that wait for this person's word.
    """
    by = (ENTRY.c.person_id, ENTRY.c.unit_id, ENTRY.c.day, ENTRY.c.definition_digest)
    query = select(*by, func.count().label("count"), *(func.sum(ENTRY.c[name]).label(name) for name in MEASURES))
    query = query.where(ENTRY.c.register == register, _about(people, units), ENTRY.c.day.between(first, last), STANDS)
    return list(db.execute(query.where(*_waits_for(judge)).group_by(*by).order_by(ENTRY.c.day, *by)))


def of_parts(
    db: Connection, register: str, some: Sequence[Row[Any]], most: int, *, newest: bool = False,
    judge: int | None = None,
) -> list[Row[Any]]:  # fmt: skip
    """The entries of some of these `parts`, in order, at most so many; newest: from the last one backwards."""
    if not some:
        return []
    days = [each.day for each in some]
    about = _about({each.person_id for each in some if each.person_id}, {each.unit_id for each in some})
    wanted = [(each.person_id or 0, each.unit_id or 0, each.day, each.definition_digest) for each in some]
    whose = (func.coalesce(ENTRY.c.person_id, 0), func.coalesce(ENTRY.c.unit_id, 0))
    where = (
        ENTRY.c.register == register,
        about,
        ENTRY.c.day.between(min(days), max(days)),  # with the people it finds the stretch of the index
        tuple_(*whose, ENTRY.c.day, ENTRY.c.definition_digest).in_(wanted),
    )
    return _listed(db, *where, *_waits_for(judge), most=most, newest=newest)


def told_of_person(
    db: Connection, register: str, person_id: int, first: str, last: str, *, verified: bool
) -> list[Row[Any]]:
    """The entries of a person that stand and whose answers are there, earliest first, at most AT_ONCE of them.

    verified: those alone of which somebody has last said so.
    """
    latest = select(VERDICT.c.verdict).where(VERDICT.c.entry_id == ENTRY.c.id).order_by(VERDICT.c.id.desc()).limit(1)
    columns = (ENTRY.c.day, ENTRY.c.unit_id, ENTRY.c.definition_digest, ANSWERS.c.body)
    query = select(*columns).join(ANSWERS, ANSWERS.c.entry_id == ENTRY.c.id)
    query = query.where(ENTRY.c.register == register, ENTRY.c.person_id == person_id, STANDS)
    query = query.where(ENTRY.c.day.between(first, last), ANSWERS.c.body.is_not(None))
    if verified:
        query = query.where(latest.correlate(ENTRY).scalar_subquery() == "verified")
    return list(db.execute(query.order_by(ENTRY.c.day, ENTRY.c.begins, ENTRY.c.id).limit(AT_ONCE)))


def listed(db: Connection, refs: Collection[str]) -> list[Row[Any]]:
    """Entries of these refs that stand, as lists show them, at most MOST."""
    return _listed(db, ENTRY.c.ref.in_(refs), most=MOST) if refs else []


def taken_under(db: Connection, register: str, digests: Collection[str]) -> list[str]:
    """Of these versions of a register those that took an entry."""
    found = select(ENTRY.c.id).where(ENTRY.c.register == register)
    asked = [(each, found.where(ENTRY.c.definition_digest == each).limit(1)) for each in digests]
    return [each for each, query in asked if db.execute(query).first() is not None]


def of_day(db: Connection, registers: Sequence[str], people: Sequence[int], day: str) -> list[Row[Any]]:
    """The entries of many people in many registers that stand on a day; one more than MOST where there are more."""
    where = (ENTRY.c.register.in_(registers), ENTRY.c.person_id.in_(people), ENTRY.c.day == day)
    return _listed(db, *where, most=MOST + 1)


def on_day(db: Connection, register: str, person_id: int | None, unit_id: int | None, day: str) -> list[Row[Any]]:
    """The entries about the same that stand on a day."""
    about = ENTRY.c.person_id == person_id if person_id is not None else ENTRY.c.unit_id == unit_id
    query = select(ENTRY.c.id, ENTRY.c.ref, ENTRY.c.begins, ENTRY.c.ends)
    return list(db.execute(query.where(ENTRY.c.register == register, about, ENTRY.c.day == day, STANDS)))


def sums_of_person(db: Connection, register: str, person_id: int, first: str, last: str) -> list[Row[Any]]:
    """Count and measures of each day of a person that has entries."""
    columns = [func.sum(SUM.c[name]).label(name) for name in ("count", *MEASURES)]
    query = select(SUM.c.day, *columns).where(SUM.c.register == register, SUM.c.person_id == person_id)
    return list(db.execute(query.where(SUM.c.day.between(first, last)).group_by(SUM.c.day).order_by(SUM.c.day)))


def sums_by_day(
    db: Connection, registers: Sequence[str], in_force: Sequence[str], people: Collection[int],
    units: Collection[int], first: str, last: str,
) -> list[Row[Any]]:  # fmt: skip
    """Count and measures of these people, or of these units that entries are about, in each of these registers.

    By day, and by unit on the day: of all versions together (definition_digest ""), and of each apart that took
    entries and is not in force (in_force: digests). Where a register never had another no entry is looked at.
    """
    every = (SUM.c.register, SUM.c.person_id, SUM.c.unit_id, SUM.c.day, literal("").label("definition_digest"))
    whose = SUM.c.person_id.in_(people) if people else and_(SUM.c.person_id == 0, SUM.c.unit_id.in_(units))
    together = select(*every, SUM.c["count"], *(SUM.c[name] for name in MEASURES)).where(
        SUM.c.register.in_(registers), whose, SUM.c.day.between(first, last), SUM.c["count"] != 0
    )
    had = select(VERSION.c.key).where(VERSION.c.kind == "register", VERSION.c.key.in_(registers))
    had = had.where(VERSION.c.published_at.is_not(None), VERSION.c.digest.not_in(in_force))
    by = (ENTRY.c.register, ENTRY.c.person_id, ENTRY.c.unit_id, ENTRY.c.day, ENTRY.c.definition_digest)
    nobody = ENTRY.c.person_id.is_(None)
    whose = ENTRY.c.person_id.in_(people) if people else and_(nobody, ENTRY.c.unit_id.in_(units))
    apart = select(*by, func.count().label("count"), *(func.sum(ENTRY.c[name]).label(name) for name in MEASURES)).where(
        ENTRY.c.register.in_(registers), ENTRY.c.register.in_(had), whose, STANDS
    )
    apart = apart.where(ENTRY.c.day.between(first, last), ENTRY.c.definition_digest.not_in(in_force))
    return list(db.execute(together.union_all(apart.group_by(*by))))


def places_of(db: Connection, registers: Sequence[str]) -> dict[str, dict[str, int]]:
    """Register → measure → the column in which it is kept."""
    table = RegisterMeasure.__table__
    found: dict[str, dict[str, int]] = {key: {} for key in registers}
    for row in db.execute(select(table).where(table.c.register.in_(registers))):
        found[row.register][row.key] = row.place
    return found


def places(db: Connection, register: str) -> dict[str, int]:
    """Measure → the column in which it is kept."""
    table = RegisterMeasure.__table__
    return {row.key: row.place for row in db.execute(select(table).where(table.c.register == register))}


def _about(people: Collection[int], units: Collection[int]) -> ColumnElement[bool]:
    if people:
        return ENTRY.c.person_id.in_(people)
    nobody = func.coalesce(ENTRY.c.person_id, 0) == 0  # IS NULL would send SQLite through the entries of every unit
    return and_(nobody, ENTRY.c.unit_id.in_(units) if any(units) else ENTRY.c.unit_id.is_(None))


def _waits_for(judge: int | None) -> tuple[ColumnElement[bool], ...]:
    """That nobody has judged it yet; what he made himself somebody else judges."""
    return () if judge is None else (UNJUDGED, ENTRY.c.by_id.is_distinct_from(judge))


def _listed(db: Connection, *where: ColumnElement[bool], most: int, newest: bool = False) -> list[Row[Any]]:
    latest = select(VERDICT.c.id).where(VERDICT.c.entry_id == ENTRY.c.id).order_by(VERDICT.c.id.desc()).limit(1)
    columns = (
        ANSWERS.c.body,
        Person.name.label("person_name"),
        BY.c.name.label("by_name"),
        VERDICT.c.verdict,
        NOTE.c.body.label("note"),
    )
    query = (
        select(ENTRY, *columns)
        .outerjoin(ANSWERS, ANSWERS.c.entry_id == ENTRY.c.id)
        .outerjoin(Person, Person.id == ENTRY.c.person_id)
        .outerjoin(BY, BY.c.id == ENTRY.c.by_id)
        .outerjoin(VERDICT, VERDICT.c.id == latest.correlate(ENTRY).scalar_subquery())
        .outerjoin(NOTE, NOTE.c.event_ref == VERDICT.c.event_ref)
        .where(*where, STANDS)
    )
    order = (ENTRY.c.day, ENTRY.c.begins, ENTRY.c.id)
    query = query.order_by(*(column.desc() for column in order) if newest else order)
    return list(db.execute(query.limit(most)))
