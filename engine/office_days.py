"""The calendar in force of each unit, compiled once and kept until any calendar changes. Reads only.

An act pays one look into a dictionary: the number of the last change (`stamp`) comes with the case that it reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from engine.core.calendar import MONDAY_TO_FRIDAY, Calendar, layered
from engine.store.queries import calendars as queries

if TYPE_CHECKING:
    from engine.store.queries.calendars import Book

NEVER = 0  # the stamp of a database without any calendar


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known as of one change: every calendar once it was asked for, and the one of each unit."""

    stamp: int
    books: dict[int, Book] = field(default_factory=dict)
    compiled: dict[int | None, Calendar] = field(default_factory=lambda: {None: MONDAY_TO_FRIDAY})
    of_unit: dict[int, Calendar] = field(default_factory=dict)


class OfficeDays:
    """The calendars of one process."""

    def __init__(self) -> None:
        self._known = _Known(NEVER)

    def of(self, db: Connection, unit_id: int, stamp: int) -> Calendar:
        """The calendar of a unit as of the change `stamp`, which this transaction has read."""
        if stamp == NEVER:
            return MONDAY_TO_FRIDAY
        known = self._as_of(stamp)
        found = known.of_unit.get(unit_id)
        if found is None:
            found = known.of_unit[unit_id] = _compiled(db, known, queries.in_force(db, unit_id))
        return found

    def of_each(self, db: Connection, unit_ids: Iterable[int], stamp: int) -> dict[int, Calendar]:
        """The same of many units, in as many questions as for one."""
        if stamp == NEVER:
            return dict.fromkeys(unit_ids, MONDAY_TO_FRIDAY)
        known, wanted = self._as_of(stamp), set(unit_ids)
        if missing := wanted - known.of_unit.keys():
            nearest = queries.nearest(db, queries.uses(db))
            known.of_unit.update({unit: _compiled(db, known, nearest.get(unit)) for unit in missing})
        return {unit: known.of_unit[unit] for unit in wanted}

    def _as_of(self, stamp: int) -> _Known:
        known = self._known
        if known.stamp == stamp:
            return known
        fresh = _Known(stamp)
        # Whoever reads as of before somebody else's change looks for himself, and takes away from nobody.
        if stamp > known.stamp:
            self._known = fresh
        return fresh


def _compiled(db: Connection, known: _Known, calendar_id: int | None) -> Calendar:
    if calendar_id not in known.compiled:
        if not known.books:
            known.books.update(queries.books(db))
        known.compiled[calendar_id] = compiled(known.books, calendar_id)
    return known.compiled[calendar_id]


def compiled(books: Mapping[int, Book], calendar_id: int | None) -> Calendar:
    """A calendar with all that lies below it."""
    return layered(book.layer for book in reversed(pile(books, calendar_id)))


def pile(books: Mapping[int, Book], calendar_id: int | None) -> list[Book]:
    """A calendar and those below it, the nearest first."""
    found: list[Book] = []
    while calendar_id is not None:
        found.append(books[calendar_id])
        calendar_id = books[calendar_id].parent_id
    return found
