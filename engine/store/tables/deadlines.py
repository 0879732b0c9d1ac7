"""Deadlines beyond those of tasks: clocks that no task carries, what moved a deadline, what one did, suspensions.

All but the clock are facts: never changed, never deleted.
"""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Count, Key, Moment, Ref, Stored


class Clock(Stored):
    """A deadline that no task carries: of the state entered as version `opened_n` of the case, or of the whole case."""

    __tablename__ = "clock"

    id: Mapped[Key]
    ref: Mapped[Ref]
    case_id: Mapped[int] = mapped_column(BIG, ForeignKey("cas.id"), index=True)
    opened_n: Mapped[Count]
    whole: Mapped[bool] = mapped_column(Boolean)
    opened_at: Mapped[Moment]
    due: Mapped[Moment]


class DeadlineShift(Stored):
    """That a deadline (by the ref of its task or clock) was put off: to the day `until`, by so many working `days`, or
    by the suspension from `first` until `last`. `was`: the instant before.
    """

    __tablename__ = "deadline_shift"
    __table_args__ = (UniqueConstraint("event_ref", "of_ref"),)

    id: Mapped[Key]
    of_ref: Mapped[str] = mapped_column(Text, index=True)
    case_id: Mapped[int] = mapped_column(BIG, ForeignKey("cas.id"), index=True)
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"))
    until: Mapped[str | None] = mapped_column(Text)
    days: Mapped[int | None] = mapped_column(BIG)
    first: Mapped[str | None] = mapped_column(Text)
    last: Mapped[str | None] = mapped_column(Text)
    was: Mapped[Moment]


class DueAct(Stored):
    """What a deadline (by the ref of its task or clock, and its instant) did: fired, was refused, made final, reminded.

    The key is what makes each happen once. A reminder is no fact of the case, and has no event.
    """

    __tablename__ = "due_act"
    __table_args__ = (
        CheckConstraint("(act IN ('fired', 'refused', 'final')) = (event_ref IS NOT NULL)", name="said"),
        SMALL,
    )

    of_ref: Mapped[str] = mapped_column(Text, primary_key=True)
    due: Mapped[str] = mapped_column(Text, primary_key=True)
    act: Mapped[str] = mapped_column(Text, primary_key=True)
    case_id: Mapped[int] = mapped_column(BIG, ForeignKey("cas.id"), index=True)
    event_ref: Mapped[str | None] = mapped_column(Text, ForeignKey("event.ref"), unique=True)
    at: Mapped[Moment]


class Suspension(Stored):
    """That the clocks of a case stand still from `at` on, or (`ends`: the event that suspended it) run again."""

    __tablename__ = "suspension"
    __table_args__ = (SMALL,)

    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"), primary_key=True)
    case_id: Mapped[int] = mapped_column(BIG, ForeignKey("cas.id"), index=True)
    at: Mapped[Moment]
    ends: Mapped[str | None] = mapped_column(Text, ForeignKey("event.ref"), unique=True)
