"""Second factors: what somebody shows besides the password, how it is replaced, and what may be shown once only.

No secret stands here in the open: the authenticator's is sealed under a key outside of the database, recovery codes
are keyed hashes, of passkeys we only ever had the public half.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Count, Hash, Key, Moment, Ref, Stored, Words


class Authenticator(Stored):
    """The app that makes somebody's one-time codes. `last_step`: the newest 30 seconds whose code was used."""

    __tablename__ = "authenticator"

    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"), primary_key=True, autoincrement=False)
    sealed: Mapped[Hash]
    made_at: Mapped[Moment]
    last_step: Mapped[Count]


class Passkey(Stored):
    """A key in somebody's device (WebAuthn). `credential` is its id, `transports` how browsers reach it, as JSON."""

    __tablename__ = "passkey"
    __table_args__ = (Index(None, "person_id", "id"),)

    id: Mapped[Key]
    ref: Mapped[Ref]
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    credential: Mapped[Hash] = mapped_column(unique=True)
    public_key: Mapped[Hash]
    sign_count: Mapped[Count]
    name: Mapped[Words]
    transports: Mapped[Words]
    made_at: Mapped[Moment]
    used_at: Mapped[str | None] = mapped_column(Text)


class RecoveryCode(Stored):
    """One way back in without a device; good once."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    code_hash: Mapped[Hash] = mapped_column(unique=True)
    made_at: Mapped[Moment]
    used_at: Mapped[str | None] = mapped_column(Text)


class Spent(Stored):
    """What was shown once and opens nothing again: answered challenges, finished visits to a provider."""

    __tablename__ = "spent"
    __table_args__ = (Index(None, "until"), SMALL)

    hash: Mapped[Hash] = mapped_column(primary_key=True)
    until: Mapped[Moment]
