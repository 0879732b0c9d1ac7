"""Acts on many cases at once: a frozen set with what shall be done to it, and each case of it with what came of it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Count, Hash, Json, Key, Moment, Ref, Stored, Words


class BulkSet(Stored):
    """One frozen set. body: the parameters of the act. digest: of act, parameters, cases and versions, with the seed.

    undoes_id: the set that this one undoes. event_ref: `bulk.run`, from the day on which it was confirmed; then what
    it says stays. job_ref: the job that previews or does it.
    """

    __tablename__ = "bulk_set"
    __table_args__ = (
        Index(None, "by_id", "id"),
        Index(None, "undoes_id"),
        CheckConstraint("state IN ('judging', 'judged', 'running', 'done', 'dropped')", name="state"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    act: Mapped[Words]
    body: Mapped[Json]
    seed: Mapped[Hash]
    digest: Mapped[Words]
    total: Mapped[Count]
    by_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    made_at: Mapped[Moment]
    undoes_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("bulk_set.id"))
    state: Mapped[Words]
    job_ref: Mapped[str | None] = mapped_column(Text)
    event_ref: Mapped[str | None] = mapped_column(Text, ForeignKey("event.ref"))
    confirmed_at: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[str | None] = mapped_column(Text)


class BulkItem(Stored):
    """One case of a set, by its number in it, with the version that was seen.

    outcome: waiting for its preview; it would be done, or is refused; then done, refused, failed, skipped since
    something had changed, or undone. effect: what the preview said and the act must still do. words: messages; cause:
    what is grouped by them. event_ref: the event in the case's stream that holds what was done.
    """

    __tablename__ = "bulk_item"
    __table_args__ = (
        UniqueConstraint("set_id", "case_id"),
        Index(None, "set_id", "outcome", "number"),
        Index(None, "event_ref"),
        CheckConstraint(
            "outcome IN ('waiting', 'would', 'refused', 'done', 'failed', 'skipped', 'undone')", name="outcome"
        ),
        SMALL,
    )

    set_id: Mapped[int] = mapped_column(BIG, ForeignKey("bulk_set.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    case_id: Mapped[int] = mapped_column(BIG, ForeignKey("cas.id"))
    version: Mapped[Count]
    outcome: Mapped[Words]
    effect: Mapped[str | None] = mapped_column(Text)
    words: Mapped[str | None] = mapped_column(Text)
    cause: Mapped[str | None] = mapped_column(Text)
    event_ref: Mapped[str | None] = mapped_column(Text, ForeignKey("event.ref"))
