"""Who holds a role by an act instead of by a rule alone: orders to act for another, and nominations.

Neither is ever edited. An order that ends early is replaced by a new row; a nomination is decided once.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.tables.columns import BIG, Day, Json, Key, Moment, Ref, Stored, Words
from engine.store.tables.people import Person


class ActingOrder(Stored):
    """That a deputy acts for a person in [starts_on, ends_on), under an order with a number.

    `scope` is `{"roles": […], "workflows": […]}`, keys of definitions; an empty list means all.
    """

    __tablename__ = "acting_order"
    __table_args__ = (Index(None, "person_id", "starts_on"), Index(None, "deputy_id", "starts_on"))

    id: Mapped[Key]
    ref: Mapped[Ref]
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    deputy_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    kind: Mapped[Words]
    number: Mapped[Words]
    scope: Mapped[Json]
    starts_on: Mapped[Day]
    ends_on: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[Moment]
    superseded_by: Mapped[int | None] = mapped_column(BIG, ForeignKey("acting_order.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id], viewonly=True)
    deputy: Mapped[Person] = relationship(foreign_keys=[deputy_id], viewonly=True)


class Nomination(Stored):
    """That somebody was proposed for a role of a case, and what became of it: approved, refused, or nothing yet."""

    __tablename__ = "nomination"
    __table_args__ = (Index(None, "case_id", "role"),)

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"), unique=True)
    case_id: Mapped[int] = mapped_column(BIG, ForeignKey("cas.id"))
    role: Mapped[Words]
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    by_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    decision: Mapped[str | None] = mapped_column(Text)
    decided_ref: Mapped[str | None] = mapped_column(Text, ForeignKey("event.ref"))
