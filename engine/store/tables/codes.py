"""One-time codes with which somebody sets his own password. The code itself is kept nowhere."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, Key, Moment, Ref, Stored, Words


class AccessCode(Stored):
    """A code of a person, from its issue to its end. `sent_by`: mail, slip, or self (he asked for it himself).

    `ended_as`: used, replaced by a later one, or withdrawn (a right was given meanwhile).
    """

    __tablename__ = "access_code"
    __table_args__ = (Index(None, "person_id", "id"),)

    id: Mapped[Key]
    ref: Mapped[Ref]
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    sent_by: Mapped[Words]
    issued_by: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    issued_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ended_at: Mapped[str | None] = mapped_column(Text)
    ended_as: Mapped[str | None] = mapped_column(Text)
