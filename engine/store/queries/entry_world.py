"""What rows of entries are judged against, asked in sets: people and units, where they sat, entries that stand.

As many questions for a thousand rows as for one. Whether the actor may is judged by who asks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, union

from engine.store.tables.people import AccessGrant, Appointment, Person, Post, Unit
from engine.store.tables.registers import Entry, EntryAnswers
from engine.store.tables.roles import ActingOrder

AT_ONCE = 1000
PERSON, UNIT, POST = Person.__table__, Unit.__table__, Post.__table__
GRANT, ORDER = AccessGrant.__table__, ActingOrder.__table__
APPOINTMENT, ENTRY, ANSWERS = Appointment.__table__, Entry.__table__, EntryAnswers.__table__


def people(db: Connection, column: str, wanted: Iterable[str]) -> list[Row[Any]]:
    """The people by `nip` or `ref`: id, ref, name and that column."""
    return _each(db, select(PERSON.c.id, PERSON.c.ref, PERSON.c.name, PERSON.c.nip), PERSON.c[column], wanted)


def units(db: Connection, column: str, wanted: Iterable[str]) -> list[Row[Any]]:
    """The units by `key` or `ref`, likewise."""
    return _each(db, select(UNIT.c.id, UNIT.c.ref, UNIT.c.name, UNIT.c.key), UNIT.c[column], wanted)


def seats(db: Connection, people_ids: Iterable[int], first: str, last: str) -> list[Row[Any]]:
    """Where people sat at some time from the first to the last day: a definitive seat first, by kind and age else."""
    columns = (APPOINTMENT.c.person_id, APPOINTMENT.c.kind, APPOINTMENT.c.starts_on, APPOINTMENT.c.ends_on)
    query = select(*columns, POST.c.unit_id).join(POST, POST.c.id == APPOINTMENT.c.post_id)
    ended = APPOINTMENT.c.ends_on
    query = query.where(
        APPOINTMENT.c.superseded_by.is_(None), APPOINTMENT.c.starts_on <= last, ended.is_(None) | (ended > first)
    )
    ordered = query.order_by(APPOINTMENT.c.person_id, APPOINTMENT.c.kind != "definitive", APPOINTMENT.c.kind)
    return _each(db, ordered.order_by(APPOINTMENT.c.id), APPOINTMENT.c.person_id, people_ids)


def turns(db: Connection, first: str, last: str) -> list[str]:
    """The days after the first up to the last on which an appointment, a grant or an order to act begins or ends."""
    columns = [table.c[name] for table in (APPOINTMENT, GRANT, ORDER) for name in ("starts_on", "ends_on")]
    query = union(*(select(column.label("day")).where(column > first, column <= last) for column in columns))
    return sorted(db.execute(query).scalars())


def standing(
    db: Connection,
    register: str,
    about: str,
    ids: Iterable[int] | None,
    first: str,
    last: str,
    *,
    answers: bool = True,
) -> list[Row[Any]]:
    """The entries of a register that stand, about people or units (`about` names the column).

    ids: None for entries about nobody. answers: whether what they say comes along.
    """
    columns = (ENTRY.c.id, ENTRY.c.ref, ENTRY.c.person_id, ENTRY.c.unit_id, ENTRY.c.day, ENTRY.c.begins, ENTRY.c.ends)
    query = select(*columns)
    if answers:
        query = query.add_columns(ANSWERS.c.body).outerjoin(ANSWERS, ANSWERS.c.entry_id == ENTRY.c.id)
    query = query.where(ENTRY.c.register == register, ENTRY.c.day.between(first, last), ENTRY.c.ended_ref.is_(None))
    if ids is None:
        return list(db.execute(query.where(ENTRY.c.person_id.is_(None), ENTRY.c.unit_id.is_(None))))
    return _each(db, query, ENTRY.c[about], ids)


def locked(db: Connection, ids: Iterable[int]) -> list[int]:
    """Of the entries of these keys those that still stand, locked in the order of their keys."""
    query = select(ENTRY.c.id).where(ENTRY.c.ended_ref.is_(None)).order_by(ENTRY.c.id).with_for_update()
    return [row.id for row in _each(db, query, ENTRY.c.id, ids)]


def of_event(db: Connection, event_ref: str) -> list[Row[Any]]:
    """The entries that one event brought, in the order of their keys: what their leaves are made of."""
    query = select(ENTRY.c.ref, ENTRY.c.day, ENTRY.c.root, PERSON.c.ref.label("person"), UNIT.c.ref.label("unit"))
    query = query.outerjoin(PERSON, PERSON.c.id == ENTRY.c.person_id).outerjoin(UNIT, UNIT.c.id == ENTRY.c.unit_id)
    return list(db.execute(query.where(ENTRY.c.event_ref == event_ref).order_by(ENTRY.c.id)))


def _each(db: Connection, query: Any, column: ColumnElement[Any], keys: Iterable[Any]) -> list[Row[Any]]:
    return [row for some in _batches(keys) for row in db.execute(query.where(column.in_(some)))]


def _batches(keys: Iterable[Any]) -> Iterator[Collection[Any]]:
    rest = iter(sorted(set(keys)))
    while some := list(islice(rest, AT_ONCE)):
        yield some
