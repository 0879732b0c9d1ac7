"""What people have to do and by when: the open tasks of one person or of many, for the digest and the calendar feed.

Only those whose turn it is: a task that waits for another of its state is left out by whoever reads (`turn`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, select

from engine.store.queries.accounts import HIS_ZONE
from engine.store.queries.units import ZONE
from engine.store.tables.cases import Case, Cycle, Task, TaskHolder
from engine.store.tables.people import Person, Unit

NOW = and_(Case.id == Task.case_id, Case.version == Task.opened_n)


def of_people(
    db: Connection, people: Sequence[int], before: str | None = None, limit: int | None = None
) -> list[Row[Any]]:
    """The open tasks of people, the soonest deadline first; `before`: only those due before a moment.

    limit: of how many tasks at most; None for all of them.
    """
    query = (
        select(
            TaskHolder.person_id, Task.id, Task.ref, Task.key, Task.due, Task.opened_at, Task.case_id, Task.form,
            Case.ref.label("case_ref"), Case.state.label("case_state"), Case.definition_digest,
            Cycle.name.label("cycle_name"), ZONE.label("timezone"),
        )
        .join(Task, Task.id == TaskHolder.task_id)
        .join(Case, NOW)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(Unit, Unit.id == Case.unit_id)
        .where(TaskHolder.person_id.in_(people), Task.state == "open")
        .order_by(func.coalesce(Task.due, "9999"), Task.id)
        .limit(limit)
    )  # fmt: skip
    return list(db.execute(query if before is None else query.where(Task.due < before)))


def open_keys(db: Connection, cases: Iterable[int]) -> dict[int, set[str]]:
    """Case → the keys of its open tasks: by them one knows whose turn it is. Of at most a few thousand cases.

    Each case is a parameter, of which a statement has at most 65,535 (PostgreSQL): read with a limit what they are of.
    """
    found: dict[int, set[str]] = {}
    query = select(Task.case_id, Task.key).join(Case, NOW)
    for row in db.execute(query.where(Task.case_id.in_(sorted(set(cases))), Task.state == "open")):
        found.setdefault(row.case_id, set()).add(row.key)
    return found


def turn(row: Row[Any], after: Mapping[str, Iterable[str]], open_: Mapping[int, set[str]]) -> bool:
    """Whether a task waits for no other open one; after: task → what it waits for, as declared."""
    return not open_.get(row.case_id, set()).intersection(after.get(row.key, ()))


def reachable(db: Connection, after: int, day: str, limit: int) -> list[Row[Any]]:
    """The people who work here and have an address, by key, each with his zone."""
    found = select(Person.id, HIS_ZONE.label("zone")).where(Person.active.is_(True), Person.email.is_not(None))
    query = found.where(Person.id > bindparam("after")).order_by(Person.id).limit(limit)
    return list(db.execute(query, {"after": after, "day": day}))


def reader(db: Connection, person_id: int) -> Row[Any] | None:
    """Somebody to whom a letter goes: id, ref, name, email, language; None where he has left or has no address."""
    query = select(Person.id, Person.ref, Person.name, Person.email, Person.language)
    here = (Person.id == person_id, Person.active.is_(True), Person.email.is_not(None))
    return db.execute(query.where(*here)).one_or_none()
