"""Questions about calendars, and the small writes that add to them. Nothing is ever changed in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select
from sqlalchemy.orm import aliased

from engine.core.calendar import DayEntry, Layer
from engine.core.messages import Text
from engine.store.statement import Statement
from engine.store.tables.calendars import CalendarBook, CalendarChange, CalendarDay, CalendarRule, CalendarUse
from engine.store.tables.ledger import Event
from engine.store.tables.people import Person, Unit, UnitClosure

BOOK, RULE, USE = CalendarBook.__table__, CalendarRule.__table__, CalendarUse.__table__
DAYS, CHANGE = CalendarDay.__table__, CalendarChange.__table__
# Which change of calendars was the last: a column of the statement that reads a case.
STAMP = select(func.coalesce(func.max(CHANGE.c.id), 0)).scalar_subquery()
LAST_STAMP = Statement(select(STAMP.label("stamp")))
ROOT = select(Unit.id).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1).scalar_subquery()
OF_ALL = Statement(select(ROOT.label("root"), STAMP.label("stamp")))


@dataclass(frozen=True, slots=True)
class Book:
    """A calendar as it stands: `unit_id` keeps it, `parent_id` lies below it."""

    id: int
    ref: str
    name: str
    unit_id: int | None
    parent_id: int | None
    layer: Layer = field(default_factory=Layer)


def stamp(db: Connection) -> int:
    """The number of the last change of any calendar; 0 before the first."""
    return int(LAST_STAMP.rows(db)[0].stamp)


def of_all(db: Connection) -> tuple[int | None, int]:
    """The first root unit, by whose calendar numbers over many units are counted, and the `stamp`."""
    row = OF_ALL.rows(db)[0]
    return row.root, row.stamp


def books(db: Connection) -> dict[int, Book]:
    """Every calendar by its key, each with its own rules and days; two questions."""
    days = _days(db)
    ruled = select(BOOK, RULE.c.name, RULE.c.week, RULE.c.receipt_counts).join(RULE, RULE.c.calendar_id == BOOK.c.id)
    found = {}
    for row in db.execute(ruled.order_by(BOOK.c.id, RULE.c.id)):  # the rules that were added last count
        layer = Layer(None if row.week is None else int(row.week), row.receipt_counts, days.get(row.id, {}))
        found[row.id] = Book(row.id, row.ref, row.name, row.unit_id, row.parent_id, layer)
    return found


def _days(db: Connection) -> dict[int, dict[date, DayEntry]]:
    found: dict[int, dict[date, DayEntry]] = {}
    origin = select(BOOK.c.ref).where(BOOK.c.id == DAYS.c.calendar_id).scalar_subquery()
    for row in db.execute(select(DAYS, origin.label("origin")).order_by(DAYS.c.id)):
        own, day = found.setdefault(row.calendar_id, {}), date.fromisoformat(row.day)
        own.pop(day, None)
        if row.kind != "removed":
            own[day] = DayEntry(day, row.kind, Text(row.name_id, row.name_en), row.source, row.origin)
    return found


def uses(db: Connection) -> dict[int, int | None]:
    """Unit → the calendar that it was given last; None where it was told to use that of its parent again."""
    return {row.unit_id: row.calendar_id for row in db.execute(select(USE).order_by(USE.c.id))}


def in_force(db: Connection, unit_id: int) -> int | None:
    """The calendar of a unit: its own, else that of the nearest unit above it that has one; None without any."""
    row = IN_FORCE.one(db, unit_id=unit_id)
    return None if row is None else row.calendar_id


LATER = aliased(CalendarUse)
LAST_USE = select(func.max(LATER.id)).where(LATER.unit_id == UnitClosure.ancestor_id).correlate(UnitClosure)
IN_FORCE = Statement(
    select(CalendarUse.calendar_id)
    .join(UnitClosure, UnitClosure.ancestor_id == CalendarUse.unit_id)
    .where(
        UnitClosure.descendant_id == bindparam("unit_id"),
        CalendarUse.id == LAST_USE.scalar_subquery(),
        CalendarUse.calendar_id.is_not(None),
    )
    .order_by(UnitClosure.depth)
    .limit(1)
)


def users(db: Connection) -> dict[int, list[Row[Any]]]:
    """Calendar → the units that were given it, by name; those below them inherit it."""
    last = select(func.max(LATER.id)).group_by(LATER.unit_id)
    query = select(CalendarUse.calendar_id, Unit.id, Unit.ref, Unit.name).join(Unit, Unit.id == CalendarUse.unit_id)
    found: dict[int, list[Row[Any]]] = {}
    for row in db.execute(query.where(CalendarUse.id.in_(last)).order_by(Unit.name, Unit.id)):
        if row.calendar_id is not None:
            found.setdefault(row.calendar_id, []).append(row)
    return found


def below(db: Connection, units: Iterable[int]) -> set[int]:
    """These units and all below them."""
    wanted = sorted(units)
    query = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id.in_(wanted))
    return set(db.execute(query).scalars()) if wanted else set()


def above(db: Connection, unit_id: int) -> set[int]:
    """A unit and all above it."""
    query = select(UnitClosure.ancestor_id).where(UnitClosure.descendant_id == unit_id)
    return set(db.execute(query).scalars())


def history(db: Connection, ref: str, limit: int) -> list[Row[Any]]:
    """What was done to a calendar, the latest first: event, who did it."""
    query = select(Event.ref, Event.kind, Event.at, Event.actor_ref, Person.name.label("actor_name"))
    query = query.outerjoin(Person, Person.id == Event.actor_id).where(Event.stream == f"calendar:{ref}")
    return list(db.execute(query.order_by(Event.seq.desc()).limit(limit)))


def add_book(db: Connection, **values: Any) -> int:
    """A calendar. Answers its key."""
    return int(db.execute(insert(BOOK).values(**values).returning(BOOK.c.id)).scalar_one())


def add_rule(db: Connection, **values: Any) -> None:
    """The rules of a calendar from now on."""
    db.execute(insert(RULE).values(**values))


def add_days(db: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Days of a calendar from now on."""
    db.execute(insert(DAYS), list(rows))


def add_use(db: Connection, **values: Any) -> None:
    """What a unit uses from now on."""
    db.execute(insert(USE).values(**values))


def add_change(db: Connection, event_ref: str, at: str) -> None:
    """Tell every process that what it knows of calendars is old."""
    db.execute(insert(CHANGE).values(event_ref=event_ref, at=at))


def nearest(db: Connection, given: Mapping[int, int | None]) -> dict[int, int]:
    """Unit → its calendar, where units were given these (None: that of the parent again); one question for all."""
    query = select(UnitClosure.descendant_id, UnitClosure.ancestor_id)
    query = query.where(UnitClosure.ancestor_id.in_([unit for unit, found in given.items() if found is not None]))
    found: dict[int, int] = {}
    for below_id, above_id in db.execute(query.order_by(UnitClosure.depth)):
        calendar_id = given[above_id]
        if calendar_id is not None:
            found.setdefault(below_id, calendar_id)
    return found
