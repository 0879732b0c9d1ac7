"""What monitoring asks of the clock and the calendar: what is late now, and what falls due soon. Reads only."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.core.calendar import MONDAY_TO_FRIDAY, Calendar, end_of
from engine.runtime import Runtime
from engine.store.queries import calendars
from engine.store.queries.case_filters import Moments

SOON = 3  # working days


def calendar_of_all(rt: Runtime, db: Connection) -> Calendar:
    """The calendar of the highest unit, by which numbers over many units are counted."""
    root, stamp = calendars.of_all(db)
    return MONDAY_TO_FRIDAY if root is None else rt.days.of(db, root, stamp)


def moments(rt: Runtime, db: Connection, zone: str) -> Moments:
    """Now, and the end of the third working day from today, in this zone and by the calendar of the highest unit."""
    now, local = rt.clock(), ZoneInfo(zone)
    days = replace(calendar_of_all(rt, db), receipt_counts=False)
    return Moments(now, end_of(days.add(now.astimezone(local).date(), SOON), local))
