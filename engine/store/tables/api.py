"""Keys of the JSON API, and how often each was used in this minute. A key is a fact; what counts its uses is not."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Count, Hash, Json, Key, Moment, Ref, Stored, Words


class ApiKey(Stored):
    """A key: secret_hash, the SHA-256 of its text; whom it acts as, inside which unit, for what (`scopes`, keys).

    register: the one of which it may add entries; none: all. a_minute: how many requests. revoked_at: set once.
    """

    __tablename__ = "api_key"
    __table_args__ = (Index(None, "person_id"), Index(None, "unit_id"))

    id: Mapped[Key]
    ref: Mapped[Ref]
    name: Mapped[Words]
    secret_hash: Mapped[Hash] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(BIG, ForeignKey("unit.id"))
    scopes: Mapped[Json]
    register: Mapped[str | None] = mapped_column(Text)
    a_minute: Mapped[Count]
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    made_at: Mapped[Moment]
    revoked_at: Mapped[str | None] = mapped_column(Text)


class ApiUse(Stored):
    """How many requests of a key were handed out in the minute that began last, and when it was used last."""

    __tablename__ = "api_use"
    __table_args__ = (SMALL,)

    key_id: Mapped[int] = mapped_column(BIG, ForeignKey("api_key.id"), primary_key=True, autoincrement=False)
    minute: Mapped[Words]
    taken: Mapped[Count]
    used_at: Mapped[Moment]


class ApiHook(Stored):
    """Where the program of a key is told what happened, under `ref`. since: up to when events were looked at.

    Working data: it gives no right, and dies with its key.
    """

    __tablename__ = "api_hook"
    __table_args__ = (SMALL,)

    key_id: Mapped[int] = mapped_column(BIG, ForeignKey("api_key.id"), primary_key=True, autoincrement=False)
    ref: Mapped[Ref]
    url: Mapped[Words]
    made_at: Mapped[Moment]
    since: Mapped[Moment]
