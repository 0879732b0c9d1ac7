"""What was ever said about units, posts and persons: from a day on, fields have other values. Never edited."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, Day, Json, Key, Moment, Stored


class Change(Stored):
    """One change of one unit, post or person. `body`: field → was, is (core.history); its event says who and why."""

    __tablename__ = "change"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END + CASE WHEN post_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN person_id IS NULL THEN 0 ELSE 1 END = 1",
            name="about_one",
        ),
    )

    id: Mapped[Key]
    event_ref: Mapped[str] = mapped_column(Text, unique=True)
    unit_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("unit.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("post.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"), index=True)
    starts_on: Mapped[Day]
    recorded_at: Mapped[Moment]
    body: Mapped[Json]
