"""Designs: drafts of definitions under several hands, every edit that was ever made of one, and who looks at it now."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Count, Json, Key, Moment, Ref, Stored, Words


class Design(Stored):
    """A draft as its edits left it: `document` need not be valid, `places` say where the boxes of its states stand.

    number: of its last edit. from_version_id: what it began as; version_id: what it was handed in as, last of all.
    """

    __tablename__ = "design"
    __table_args__ = (Index(None, "kind", "key"),)

    id: Mapped[Key]
    ref: Mapped[Ref]
    kind: Mapped[Words]
    key: Mapped[Words]
    name: Mapped[Words]
    origin: Mapped[Words]
    document: Mapped[Json]
    places: Mapped[Json]
    number: Mapped[Count]
    from_version_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("definition_version.id"))
    version_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("definition_version.id"), index=True)
    begun_by: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    begun_at: Mapped[Moment]
    changed_by: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    changed_at: Mapped[Moment]
    discarded_at: Mapped[str | None] = mapped_column(Text)


class DesignEdit(Stored):
    """One step of a design, which is added and never edited: what was done, and what would undo it.

    document: of step 0 alone, what the design began with; version_id: of a hand-in alone, what came of it. The last
    three are the way back and forth of one person: the step that he would undo next, the one that he would redo next,
    and what lies below this one on its pile.
    """

    __tablename__ = "design_edit"
    __table_args__ = (
        UniqueConstraint("design_id", "number"),
        Index(None, "design_id", "person_id", "number"),
        CheckConstraint("step IN ('begun', 'edited', 'undone', 'redone', 'handed_in', 'discarded')", name="step"),
    )

    id: Mapped[Key]
    design_id: Mapped[int] = mapped_column(BIG, ForeignKey("design.id"))
    number: Mapped[Count]
    step: Mapped[Words]
    of: Mapped[int | None] = mapped_column(BIG)
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"), unique=True)
    person_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    at: Mapped[Moment]
    edits: Mapped[Json]
    inverse: Mapped[Json]
    document: Mapped[str | None] = mapped_column(Text)
    version_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("definition_version.id"), index=True)
    to_undo: Mapped[int | None] = mapped_column(BIG)
    to_redo: Mapped[int | None] = mapped_column(BIG)
    below: Mapped[int | None] = mapped_column(BIG)


class DesignPresence(Stored):
    """Who had a part of a design open, and when we last heard of it."""

    __tablename__ = "design_presence"
    __table_args__ = SMALL

    design_id: Mapped[int] = mapped_column(BIG, ForeignKey("design.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"), primary_key=True)
    part: Mapped[Words]
    at: Mapped[Moment]
