"""Definitions: immutable bodies named by their digest, and the numbered versions of a key. Designs are designs.py."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.tables.columns import BIG, Count, Json, Key, Moment, Ref, Stored, Words
from engine.store.tables.people import Person

# On PostgreSQL too (migration 0002); naming a dialect here loads it, with six drivers, in every process.
WHERE_PUBLISHED = {"sqlite_where": text("status = 'published'")}


class Definition(Stored):
    """A document in its normal form; `digest` is the SHA-256 of `body` in hex. Never changes, never goes."""

    __tablename__ = "definition"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[Words]
    key: Mapped[Words]
    body: Mapped[Json]


class DefinitionVersion(Stored):
    """Number n of a key, on its way draft → in_review → published → retired.

    Author and reviewer differ, and one version of a key is published at a time.
    """

    __tablename__ = "definition_version"
    __table_args__ = (
        UniqueConstraint("kind", "key", "number"),
        Index(None, "kind", "key", "status"),
        Index("uq_definition_version_published", "kind", "key", unique=True, **WHERE_PUBLISHED),
        CheckConstraint("status IN ('draft', 'in_review', 'published', 'retired')", name="status"),
        CheckConstraint("reviewer_id IS NULL OR reviewer_id <> author_id", name="four_eyes"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    kind: Mapped[Words]
    key: Mapped[Words]
    number: Mapped[Count]
    digest: Mapped[str] = mapped_column(Text, ForeignKey("definition.digest"), index=True)
    status: Mapped[Words]
    author_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    reviewer_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    created_at: Mapped[Moment]
    submitted_at: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)

    author: Mapped[Person | None] = relationship(foreign_keys=[author_id], viewonly=True)
    reviewer: Mapped[Person | None] = relationship(foreign_keys=[reviewer_id], viewonly=True)
