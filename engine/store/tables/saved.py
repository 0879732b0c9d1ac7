"""Lists that people keep for themselves: a name, and by what it is narrowed. Mutable; none of it is a fact."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, Key, Moment, Ref, Stored, Words


class SavedList(Stored):
    """A list (`section`: cases) as somebody wants it again; `query` is its address after the question mark.

    usual: what opens when he asks for the list alone.
    """

    __tablename__ = "saved_list"
    __table_args__ = (UniqueConstraint("person_id", "section", "name"),)

    id: Mapped[Key]
    ref: Mapped[Ref]
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    section: Mapped[str] = mapped_column(Text)
    name: Mapped[Words]
    query: Mapped[Words]
    usual: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[Moment]
