"""What the answers about somebody come to, by month and by where they came from. No single answer is read.

Whoever is asked about has been judged before: nothing here is scoped by an actor.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, case, func, literal, select

from engine.store.tables.public import EntrySource
from engine.store.tables.registers import MEASURES, Entry

ENTRY, SOURCE = Entry.__table__, EntrySource.__table__
PAPER, OTHERWISE = -1, 0  # in place of a link: sheets of paper, and every other way in


def by_month(
    db: Connection, register: str, person_id: int | None, unit_id: int | None, first: str, last: str
) -> list[Row[Any]]:
    """month (YYYY-MM), source (a link's key, PAPER, OTHERWISE), count; c0 …: how many have a measure; m0 …: its sum."""
    month = func.substr(ENTRY.c.day, 1, 7)
    source = case((SOURCE.c.batch_id.is_not(None), literal(PAPER)), else_=func.coalesce(SOURCE.c.link_id, OTHERWISE))
    counts = [func.count(ENTRY.c[name]).label(f"c{place}") for place, name in enumerate(MEASURES)]
    sums = [func.coalesce(func.sum(ENTRY.c[name]), 0).label(name) for name in MEASURES]
    about = [ENTRY.c.person_id == person_id]  # of None: IS NULL
    if person_id is None:
        about.append(ENTRY.c.unit_id == unit_id)
    query = (
        select(month.label("month"), source.label("source"), func.count().label("count"), *counts, *sums)
        .outerjoin(SOURCE, SOURCE.c.entry_id == ENTRY.c.id)
        .where(ENTRY.c.register == register, *about, ENTRY.c.day.between(first, last), ENTRY.c.ended_ref.is_(None))
        .group_by(month, source)
    )
    return list(db.execute(query.order_by(month, source)))
