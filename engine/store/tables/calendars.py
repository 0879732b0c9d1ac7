"""Calendars of offices, which lie over each other, and who uses which. Rows are added, never edited nor deleted.

Of the rules of a calendar, of a day in it, and of what a unit uses, the row that was added last counts.
"""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, Day, Key, Moment, Ref, Stored, Words


class CalendarBook(Stored):
    """A calendar: whose administration keeps it (nobody's: that of everything), and over which other one it lies."""

    __tablename__ = "calendar"

    id: Mapped[Key]
    ref: Mapped[Ref]
    unit_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("unit.id"))
    parent_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("calendar.id"))
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"))


class CalendarRule(Stored):
    """Name, days of the week, and whether the day of receipt counts; none means what the calendar below says."""

    __tablename__ = "calendar_rule"
    __table_args__ = (Index(None, "calendar_id"),)

    id: Mapped[Key]
    calendar_id: Mapped[int] = mapped_column(BIG, ForeignKey("calendar.id"))
    name: Mapped[Words]
    week: Mapped[int | None] = mapped_column(BIG)
    receipt_counts: Mapped[bool | None] = mapped_column(Boolean)
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"))


class CalendarDay(Stored):
    """A day that is not like its weekday; `removed` takes an entry of the same calendar and day back."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        UniqueConstraint("event_ref", "calendar_id", "day"),
        Index(None, "calendar_id", "day"),
        CheckConstraint("kind IN ('holiday', 'collective_leave', 'working_day', 'removed')", name="kind"),
    )

    id: Mapped[Key]
    calendar_id: Mapped[int] = mapped_column(BIG, ForeignKey("calendar.id"))
    day: Mapped[Day]
    kind: Mapped[Words]
    name_id: Mapped[Words]
    name_en: Mapped[Words]
    source: Mapped[Words]
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"))


class CalendarUse(Stored):
    """Which calendar a unit uses from now on, with everything below it that names none; none: that of its parent."""

    __tablename__ = "calendar_use"
    __table_args__ = (Index(None, "unit_id"),)

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(BIG, ForeignKey("unit.id"))
    calendar_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("calendar.id"))
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"))


class CalendarChange(Stored):
    """That anything about calendars changed: its greatest number tells a process whether what it knows still holds."""

    __tablename__ = "calendar_change"

    id: Mapped[Key]
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"), unique=True)
    at: Mapped[Moment]
