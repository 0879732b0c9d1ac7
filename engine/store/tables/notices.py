"""What people are told: notices, how each wants to hear of them, and the addresses of their calendars. No facts."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Count, Hash, Json, Key, Moment, Ref, Stored, Words


class Notice(Stored):
    """One thing that one person was told; what it says is put together when he reads it, from what he may see then.

    effect_key keeps him from being told twice. posted: 0 until somebody has looked whether it goes out by mail.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index(None, "person_id", "id"),
        Index(None, "person_id", "read_at"),
        Index(None, "posted", "id"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    case_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("cas.id"))
    task_ref: Mapped[str | None] = mapped_column(Text, ForeignKey("task.ref"))
    event_ref: Mapped[str | None] = mapped_column(Text, ForeignKey("event.ref"))
    kind: Mapped[Words]
    body: Mapped[Json]
    at: Mapped[Moment]
    read_at: Mapped[str | None] = mapped_column(Text)
    effect_key: Mapped[str] = mapped_column(Text, unique=True)
    posted: Mapped[Count]


class NoticeChoice(Stored):
    """How a person wants to hear of a topic; core.noticing says what holds where he chose nothing."""

    __tablename__ = "notice_choice"
    __table_args__ = (CheckConstraint("how IN ('at_once', 'digest', 'here')", name="how"), SMALL)

    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"), primary_key=True, autoincrement=False)
    topic: Mapped[str] = mapped_column(Text, primary_key=True)
    how: Mapped[Words]


class CalendarFeed(Stored):
    """The secret address of a person's calendar: SHA-256 of 256 random bits, which are shown once. One at a time."""

    __tablename__ = "calendar_feed"
    __table_args__ = SMALL

    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"), primary_key=True, autoincrement=False)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    at: Mapped[Moment]
