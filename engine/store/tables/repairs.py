"""Cases taken back: the proposals to do so, each decided once, and the events whose results no longer count."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Count, Key, Moment, Stored, Words


class CaseRewind(Stored):
    """That somebody proposed to take a case back, from version `n` to where its version `back` had brought it.

    `ref` is that of the event. Somebody else agrees or refuses before `until`; then it is decided, by which event.
    """

    __tablename__ = "case_rewind"
    __table_args__ = (
        Index(None, "case_id"),
        CheckConstraint("decision IN ('agreed', 'refused', 'taken_back', 'replaced')", name="decision"),
    )

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"), unique=True)
    case_id: Mapped[int] = mapped_column(BIG, ForeignKey("cas.id"))
    n: Mapped[Count]
    back: Mapped[Count]
    to_state: Mapped[Words]
    by_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    until: Mapped[Moment]
    decision: Mapped[str | None] = mapped_column(Text)
    decided_ref: Mapped[str | None] = mapped_column(Text, ForeignKey("event.ref"))


class Withdrawn(Stored):
    """An event whose results no longer count, since the case was taken back to before it by the event `by_ref`."""

    __tablename__ = "withdrawn"
    __table_args__ = SMALL

    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"), primary_key=True)
    by_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"))
