"""Cases that began with an entry of a register. Written with the case, never changed."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Stored, Words


class EntryCase(Stored):
    """A case that an entry began, by a start of its register.

    `event_ref` (`entry.started`) tells of it in the stream of the person, `started_ref` is the first event of the case.
    """

    __tablename__ = "entry_case"
    __table_args__ = SMALL

    case_id: Mapped[int] = mapped_column(BIG, ForeignKey("cas.id"), primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(BIG, ForeignKey("entry.id"), index=True)
    start: Mapped[Words]
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"), unique=True)
    started_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"), unique=True)
