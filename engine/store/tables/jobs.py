"""Jobs: long work in pieces, how far it has come, what it was given and what it made. Mutable; none of it is a fact."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Json, Key, Moment, Ref, Stored, Words


class Job(Stored):
    """One piece of long work.

    asked_by: a person, none for the system. unit_id: whose administrators see it beside who asked; none: those of
    everything. title, words, reason: messages. body: what was asked. cursor: where the next chunk begins. round: grows
    with each time that it is tried again. result: a path, or a file's name and type; its bytes are parts.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index(None, "state", "id"),
        Index(None, "asked_by", "id"),
        Index(None, "unit_id", "id"),
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    kind: Mapped[Words]
    title: Mapped[Json]
    asked_by: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("unit.id"))
    body: Mapped[Json]
    state: Mapped[Words]
    round: Mapped[int] = mapped_column(BIG, server_default="0")
    cursor: Mapped[Json | None] = mapped_column(Text)
    done: Mapped[int] = mapped_column(BIG, server_default="0")
    total: Mapped[int | None] = mapped_column(BIG)
    words: Mapped[Json | None] = mapped_column(Text)
    reason: Mapped[Json | None] = mapped_column(Text)
    result: Mapped[Json | None] = mapped_column(Text)
    created_at: Mapped[Moment]
    started_at: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[str | None] = mapped_column(Text)


class JobPart(Stored):
    """Bytes of a job: `given` when it was asked for, or `made` by its chunks; in the order of `number`."""

    __tablename__ = "job_part"
    __table_args__ = (CheckConstraint("side IN ('given', 'made')", name="side"), SMALL)

    job_id: Mapped[int] = mapped_column(BIG, ForeignKey("job.id"), primary_key=True, autoincrement=False)
    side: Mapped[str] = mapped_column(Text, primary_key=True)
    number: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)
