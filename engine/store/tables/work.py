"""Work after the commit (the outbox) and answers already given to a request (idempotency)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Json, Key, Moment, Stored, Words


class Outbox(Stored):
    """Work to do once the transaction is durable; `effect_key` keeps it from being asked for twice.

    claims: how often somebody took it; who took it before another did so can no longer end it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(None, "state", "next_at"),
        CheckConstraint("state IN ('ready', 'done', 'dead')", name="state"),
    )

    id: Mapped[Key]
    event_ref: Mapped[str | None] = mapped_column(Text, ForeignKey("event.ref"))
    effect_key: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[Words]
    body: Mapped[Json]
    state: Mapped[Words]
    attempts: Mapped[int] = mapped_column(BIG, server_default="0")
    claims: Mapped[int] = mapped_column(BIG, server_default="0")
    lease_until: Mapped[str | None] = mapped_column(Text)
    next_at: Mapped[Moment]
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Moment]


class Request(Stored):
    """What an idempotency key of an actor was answered (draft-ietf-httpapi-idempotency-key-header).

    actor_id: a person, or 0 for the system.
    """

    __tablename__ = "request"
    __table_args__ = SMALL

    actor_id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    route: Mapped[Words]
    body_hash: Mapped[Words]
    response: Mapped[Json]
    at: Mapped[Moment]
