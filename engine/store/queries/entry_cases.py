"""Questions and one small write about the cases that entries began. Whoever is asked about has been judged before."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select

from engine.store.tables.cases import Case, Task
from engine.store.tables.entry_cases import EntryCase
from engine.store.tables.people import Person
from engine.store.tables.registers import Entry

STARTED, ENTRY = EntryCase.__table__, Entry.__table__


def add(db: Connection, **values: Any) -> None:
    """A new row."""
    db.execute(insert(STARTED).values(**values))


def case_id(db: Connection, ref: str) -> int:
    """The key of a case."""
    return int(db.execute(select(Case.id).where(Case.ref == ref)).scalar_one())


def begun(db: Connection, entry_id: int | None) -> set[str]:
    """Which starts an entry, or one in whose place it stands, has begun."""
    found: set[str] = set()
    while entry_id is not None:
        found |= set(db.execute(select(STARTED.c.start).where(STARTED.c.entry_id == entry_id)).scalars())
        entry_id = db.execute(select(ENTRY.c.replaces_id).where(ENTRY.c.id == entry_id)).scalar_one_or_none()
    return found


def of_entries(db: Connection, entries: Collection[int]) -> list[Row[Any]]:
    """The cases that these entries began: entry_id, ref, state, definition_digest."""
    if not entries:
        return []
    query = select(STARTED.c.entry_id, Case.ref, Case.state, Case.definition_digest)
    return list(db.execute(query.join(Case, Case.id == STARTED.c.case_id).where(STARTED.c.entry_id.in_(entries))))


def of_case(db: Connection, case_ref: str) -> Row[Any] | None:
    """The entry with which a case began: register, definition_digest, day, who it is about and who made it."""
    query = (
        select(ENTRY.c.register, ENTRY.c.definition_digest, ENTRY.c.day, Person.ref.label("person_ref"))
        .join(STARTED, STARTED.c.entry_id == ENTRY.c.id)
        .join(Case, Case.id == STARTED.c.case_id)
        .join(Person, Person.id == ENTRY.c.person_id)
    )
    return db.execute(query.where(Case.ref == case_ref)).one_or_none()


def running_about(db: Connection, person_id: int, most: int = 2) -> list[str]:
    """The refs of the newest cases about a person that have an open task."""
    waits = select(Task.id).where(Task.case_id == Case.id, Task.state == "open").exists()
    query = select(Case.ref).where(Case.subject_id == person_id, waits, ~_begun_by_entry())
    return list(db.execute(query.order_by(Case.id.desc()).limit(most)).scalars())


def _begun_by_entry() -> ColumnElement[bool]:
    return select(STARTED.c.case_id).where(STARTED.c.case_id == Case.id).exists()
