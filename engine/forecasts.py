"""What a change of a calendar would do, told before somebody saves it: how many running deadlines move, and where to.

Reads only, and judges as the verbs do. The change is made to values, never to rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias

from sqlalchemy import Connection

from engine.authority import administered_unit
from engine.calendar_rules import (
    Rules,
    judge_days,
    judge_removal,
    judge_rules,
    judge_use,
    named,
    require_keeper,
)
from engine.core.calendar import MONDAY_TO_FRIDAY, Calendar, DayEntry, Layer
from engine.core.case import Actor
from engine.deadlines import moves
from engine.office_days import compiled
from engine.runtime import Runtime
from engine.store.queries import calendars as queries
from engine.store.queries import units
from engine.store.queries.calendars import Book

Books: TypeAlias = Mapping[int, Book]
Uses: TypeAlias = Mapping[int, int | None]
Change: TypeAlias = Callable[[Connection, Books, Uses], tuple[Books, Uses]]


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many running deadlines move, of how many cases in how many units; whether later or earlier."""

    deadlines: int
    cases: int
    units: int
    later: int
    earlier: int


def of_days(
    rt: Runtime,
    *,
    actor: Actor,
    calendar_ref: str,
    added: Sequence[DayEntry] = (),
    removed: Iterable[date] = (),
) -> Forecast:
    """What adding or removing days would do. Raises as the verbs would."""
    gone = sorted(set(removed))

    def change(db: Connection, books: Books, uses: Uses) -> tuple[Books, Uses]:
        book = _mine(db, actor, books, calendar_ref)
        if added:
            judge_days(added, book)
        if gone:
            judge_removal(gone, book)
        days = {day: entry for day, entry in book.layer.days.items() if day not in gone}
        days |= {entry.day: entry for entry in added}
        return {**books, book.id: replace(book, layer=replace(book.layer, days=days))}, uses

    return _forecast(rt, change)


def of_rules(rt: Runtime, *, actor: Actor, calendar_ref: str, rules: Rules) -> Forecast:
    """What other rules of a calendar would do. Raises as the verb would."""

    def change(db: Connection, books: Books, uses: Uses) -> tuple[Books, Uses]:
        book = _mine(db, actor, books, calendar_ref)
        judge_rules(rules, is_lowest=book.parent_id is None)
        layer = Layer(rules.week, rules.receipt_counts, book.layer.days)
        return {**books, book.id: replace(book, layer=layer)}, uses

    return _forecast(rt, change)


def of_use(rt: Runtime, *, actor: Actor, unit_ref: str, calendar_ref: str | None) -> Forecast:
    """What another calendar of a unit would do. Raises as the verb would."""

    def change(db: Connection, books: Books, uses: Uses) -> tuple[Books, Uses]:
        unit = administered_unit(db, actor, unit_ref)
        book = named(books, calendar_ref) if calendar_ref else None
        judge_use(db, unit, book, uses.get(unit.id))
        return books, {**uses, unit.id: book.id if book else None}

    return _forecast(rt, change)


def _mine(db: Connection, actor: Actor, books: Books, calendar_ref: str) -> Book:
    book = named(books, calendar_ref)
    require_keeper(db, actor, book)
    return book


def _forecast(rt: Runtime, change: Change) -> Forecast:
    at = rt.clock()
    with rt.db.read() as db:
        books, uses = queries.books(db), queries.uses(db)
        nearest = queries.nearest(db, uses)
        before, (books, others) = _of_each(nearest, books), change(db, books, uses)
        after = _of_each(nearest if others is uses else queries.nearest(db, others), books)
        zones = units.zone_of_each(db)
        touched = {unit for unit in zones if before(unit) != after(unit)}
        found = [(move.case_ref, move.unit_id, move.was, move.now) for move in moves(rt, db, touched, after, zones, at)]
    return _told(found)


def _of_each(nearest: Mapping[int, int], books: Books) -> Callable[[int], Calendar]:
    """Unit → its calendar, where these are the calendars, and the nearest of each unit."""
    known = {key: compiled(books, key) for key in set(nearest.values())}
    return lambda unit: known[nearest[unit]] if unit in nearest else MONDAY_TO_FRIDAY


def _told(found: Sequence[tuple[str, int, datetime, datetime]]) -> Forecast:
    later = sum(now > was for _, _, was, now in found)
    return Forecast(
        deadlines=len(found),
        cases=len({case for case, *_ in found}),
        units=len({unit for _, unit, *_ in found}),
        later=later,
        earlier=len(found) - later,
    )
