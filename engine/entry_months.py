"""What somebody has in registers over a time, of the days alone that the reader may read. Reads only.

A superior since the 20th reads no entry of the days before, and so no sum that tells of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import Connection

from engine import entry_rights
from engine.core.case import Actor
from engine.core.register import Register
from engine.core.times import to_date
from engine.entry_rights import Subject
from engine.store.queries import entries as queries
from engine.store.tables.registers import MEASURES

Sums: TypeAlias = Mapping[tuple[str, int], Mapping[str, int]]
READS = ("read", "verify")


def readable(
    db: Connection, registers: Sequence[Register], about: Sequence[Subject], first: date, last: date, actor: Actor
) -> Sums:
    """Register and person → `count` and the columns of measures, over the days whose roles let the actor read them.

    As many questions for a month of ten registers as for a day of one. Each day is judged in the unit where it counts.
    """
    found: dict[tuple[str, int], Counter[str]] = {}
    for row in by_day(db, registers, about, first, last, actor):
        counted = found.setdefault((row.register, row.person_id), Counter())
        counted.update({name: getattr(row, name) for name in ("count", *MEASURES)})
    return found


def by_day(
    db: Connection, registers: Sequence[Register], about: Sequence[Subject], first: date, last: date, actor: Actor
) -> Iterator[Any]:
    """The sums of single days that the actor may read: register, person_id, day, `count`, columns of measures."""
    by_key = {each.definition.key: each for each in registers}
    people = {each.person_id: each for each in about if each.person_id is not None}
    if not by_key or not people:
        return
    rows = queries.sums_by_day(db, list(by_key), list(people), first.isoformat(), last.isoformat())
    asked = [
        (by_key[row.register], replace(people[row.person_id], unit_id=row.unit_id or None), to_date(row.day))
        for row in rows
    ]
    for row, roles in zip(rows, entry_rights.roles_of_any(db, asked, actor), strict=True):
        if any(entry_rights.may(by_key[row.register], roles, right) for right in READS):
            yield row
