"""Figures of indicators as they are kept: of a person or a unit, over certain days, as of a moment; frozen for good."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, Count, Day, Hash, Key, Moment, Ref, Stored, Words


class KeptFigure(Stored):
    """One figure. Of a person (`person_id`) or a unit (`unit_id`). first: empty where all days up to `last` count.

    value: a decimal number as text, null where there is none; outcome says why. n: entries that it is made of; people:
    about how many. inputs: the hash over the refs of all entries that were looked at. Once `frozen_ref` names the event
    that froze it, it never changes; root is then the commitment that the event names, under `seed`. Of one that was
    erased with leave value and seed are gone.
    """

    __tablename__ = "figure"
    __table_args__ = (
        UniqueConstraint("person_id", "indicator", "last", "first"),
        UniqueConstraint("unit_id", "indicator", "last", "first"),
        Index(None, "frozen_ref"),
        CheckConstraint("(person_id IS NULL) <> (unit_id IS NULL)", name="about"),
        CheckConstraint("outcome IN ('value', 'empty', 'divided', 'few', 'few_people', 'open')", name="outcome"),
        CheckConstraint("(frozen_ref IS NULL) = (root IS NULL)", name="frozen"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    indicator: Mapped[Words]
    definition_digest: Mapped[str] = mapped_column(Text, ForeignKey("definition.digest"))
    person_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("unit.id"))
    first: Mapped[Day]
    last: Mapped[Day]
    value: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[Words]
    n: Mapped[Count]
    people: Mapped[Count]
    as_of: Mapped[Moment]
    inputs: Mapped[Hash]
    frozen_ref: Mapped[str | None] = mapped_column(Text, ForeignKey("event.ref"))
    seed: Mapped[bytes | None] = mapped_column(LargeBinary)
    root: Mapped[bytes | None] = mapped_column(LargeBinary)
