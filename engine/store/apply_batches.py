"""Writes thousands of entries under one event, ends others by it, and moves the sums by day. Nothing is decided here.

On SQLite by the driver's own `executemany`, on PostgreSQL by COPY: both ask every trigger and every foreign key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, func, literal, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.core.errors import StaleCase
from engine.store.apply_entries import KEY, SUM
from engine.store.failures import RACED_MESSAGE
from engine.store.statement import on_postgresql
from engine.store.tables.registers import MEASURES, Entry, EntryAnswers

ENTRY = Entry.__table__
COLUMNS = (
    "id", "ref", "register", "definition_digest", "person_id", "unit_id", "day", "begins", "ends", *MEASURES,
    "root", "how", "by_id", "at", "event_ref",
)  # fmt: skip
ANSWERS = ("entry_id", "seed", "body")
AT_ONCE = 1000  # keys in one question
NEXT = "SELECT nextval(pg_get_serial_sequence('entry', 'id')) FROM generate_series(1, :count)"


def new_ids(db: Connection, count: int) -> list[int]:
    """So many keys for entries to come, in order. On SQLite the transaction that writes has the database to itself."""
    if on_postgresql(db):
        return sorted(db.execute(text(NEXT), {"count": count}).scalars())
    last = db.execute(select(func.coalesce(func.max(ENTRY.c.id), 0))).scalar_one()
    return list(range(last + 1, last + 1 + count))


def write(db: Connection, entries: Iterable[Sequence[Any]], answers: Iterable[Sequence[Any]]) -> None:
    """Write entries (values of COLUMNS) with their answers (values of ANSWERS)."""
    _write(db, ENTRY.name, COLUMNS, entries)
    _write(db, EntryAnswers.__tablename__, ANSWERS, answers)


def _write(db: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    names, driver = ", ".join(columns), db.connection.driver_connection
    if driver is None:
        raise RuntimeError("a connection without a driver writes nothing")
    if not on_postgresql(db):
        driver.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", rows)
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def end(db: Connection, ids: Sequence[int], event_ref: str) -> None:
    """Entries (their rows locked before) count no more, by an event; StaleCase where one of them had ended already."""
    ending = update(ENTRY).where(ENTRY.c.ended_ref.is_(None)).values(ended_ref=event_ref)
    for some in _batches(ids):
        _count(db, _sums(-1).where(ENTRY.c.id.in_(some)))
        if db.execute(ending.where(ENTRY.c.id.in_(some))).rowcount != len(some):
            raise StaleCase(RACED_MESSAGE)


def count(db: Connection, event_ref: str) -> None:
    """Add the entries that an event has brought to the sums of their days."""
    _count(db, _sums(1).where(ENTRY.c.event_ref == event_ref))


def _sums(by: int) -> Select[Any]:
    """What entries add to the sums of their days, or take from them."""
    key = (ENTRY.c.register, func.coalesce(ENTRY.c.person_id, 0), ENTRY.c.day, func.coalesce(ENTRY.c.unit_id, 0))
    numbers = (by * func.count(), *(by * func.coalesce(func.sum(ENTRY.c[name]), 0) for name in MEASURES))
    return select(*key, *numbers).group_by(*key).where(literal(True))  # SQLite reads ON after FROM as a join


def _count(db: Connection, sums: Select[Any]) -> None:
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    adding = dialect.insert(SUM).from_select([*KEY, "count", *MEASURES], sums)
    moved = {name: SUM.c[name] + adding.excluded[name] for name in ("count", *MEASURES)}
    db.execute(adding.on_conflict_do_update(index_elements=KEY, set_=moved))


def _batches(keys: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(sorted(keys))
    while some := list(islice(rest, AT_ONCE)):
        yield some
