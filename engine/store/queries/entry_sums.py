"""What the people of units have in a register over a time: from the sums by day, and counted from the entries.

Both answer the same; the first is for pages, the second for what has no sums, and to see that they are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Select, func, select

from engine.store.tables.registers import MEASURES, Entry, EntrySum

Names: TypeAlias = Sequence[str]
ENTRY, SUM = Entry.__table__, EntrySum.__table__


def of_units(
    db: Connection, register: str, units: Sequence[int], *span: str, names: Names = MEASURES
) -> list[Row[Any]]:
    """Count and measures (`names`: their columns) of each person with entries in these units, by person.

    span: the first and the last day.
    """
    return list(db.execute(from_sums(register, units, *span, names=names)))


def counted(db: Connection, register: str, units: Sequence[int], *span: str, names: Names = MEASURES) -> list[Row[Any]]:
    """The same from the entries that stand."""
    return list(db.execute(from_entries(register, units, *span, names=names)))


def from_sums(register: str, units: Sequence[int], first: str, last: str, names: Names = MEASURES) -> Select[Any]:
    """The statement of `of_units`."""
    numbers = [func.sum(SUM.c[name]).label(name) for name in ("count", *names)]
    # As an expression: grouped by the bare column, SQLite reads everybody by the index of people, whatever their unit.
    person = func.coalesce(SUM.c.person_id, 0)
    query = select(person.label("person_id"), *numbers).where(SUM.c.register == register, SUM.c.unit_id.in_(units))
    query = query.where(SUM.c.day.between(first, last)).group_by(person).order_by(person)
    return query.having(func.sum(SUM.c.count) != 0)


def from_entries(register: str, units: Sequence[int], first: str, last: str, names: Names = MEASURES) -> Select[Any]:
    """The statement of `counted`."""
    person = func.coalesce(ENTRY.c.person_id, 0)
    numbers = [func.coalesce(func.sum(ENTRY.c[name]), 0).label(name) for name in names]
    query = select(person.label("person_id"), func.count().label("count"), *numbers)
    query = query.where(ENTRY.c.register == register, ENTRY.c.unit_id.in_(units), ENTRY.c.day.between(first, last))
    return query.where(ENTRY.c.ended_ref.is_(None)).group_by(person).order_by(person)
