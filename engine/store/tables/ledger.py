"""The ledger: events in numbered streams, the head of each stream, erasures, denials.

An event is one fact. Streams are `case:<ref>`, `definition:<kind>:<key>`, `person:<ref>` and `system`. Triggers keep
a stream without gaps and linked by hashes, and fill `stream_head` (migrations).
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Count, Hash, Key, Moment, Ref, Stored, Words

EVERYDAY = ("case.moved", "form.submitted")  # kinds of events that nobody looks for by an index
SELDOM = f"kind NOT IN ('{EVERYDAY[0]}', '{EVERYDAY[1]}')"


class Event(Stored):
    """One fact. Moves carry `n` (the case's new version) and the states; `leaf` is its canonical JSON."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("case_id", "n", "to_state"),
        Index(None, "at", "ref"),
        Index("ix_event_seldom", "kind", "at", "ref", sqlite_where=text(SELDOM)),
        Index(None, "actor_id", "at", "ref"),
    )

    stream: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    ref: Mapped[Ref]
    kind: Mapped[Words]
    at: Mapped[Moment]
    case_id: Mapped[int | None] = mapped_column(BIG)
    n: Mapped[int | None] = mapped_column(BIG)
    to_state: Mapped[str | None] = mapped_column(Text)
    from_state: Mapped[str | None] = mapped_column(Text)
    transition: Mapped[str | None] = mapped_column(Text)
    actor_ref: Mapped[Words]
    actor_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    role: Mapped[str | None] = mapped_column(Text)
    leaf: Mapped[Hash]
    leaf_hash: Mapped[Hash]
    prev_hash: Mapped[bytes | None] = mapped_column(LargeBinary)


class StreamHead(Stored):
    """The last event of a stream: spares a scan when the next is written. Derived; the audit recomputes it.

    sequenced: up to which number the log holds this stream; what lies between waits for the sequencer.
    """

    __tablename__ = "stream_head"
    __table_args__ = SMALL

    stream: Mapped[str] = mapped_column(Text, primary_key=True)
    seq: Mapped[Count]
    leaf_hash: Mapped[Hash]
    sequenced: Mapped[int] = mapped_column(BIG, server_default="0")


class Erasure(Stored):
    """The leave to delete one record: `answers:<submission id>`, `note:<event ref>`, `outcome:<case id>:<key>:<event
    ref>`, `file:<ref>`, `entry:<id>`; or its words alone: `bulk_set:<ref>`, `notice:<ref>`; or its
    number alone: `figure:<ref>`.
    """

    __tablename__ = "erasure"
    __table_args__ = (CheckConstraint("requested_by <> approved_by", name="four_eyes"),)

    id: Mapped[Key]
    record: Mapped[str] = mapped_column(Text, unique=True)
    ground: Mapped[Words]
    requested_by: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    approved_by: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    at: Mapped[Moment]
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"))


class Denial(Stored):
    """An act that was refused: who, what, on which thing, why. Never changes, never goes."""

    __tablename__ = "denial"
    __table_args__ = (Index(None, "at", "id"), Index(None, "actor_id", "at"))

    id: Mapped[Key]
    at: Mapped[Moment]
    actor_ref: Mapped[Words]
    actor_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    act: Mapped[Words]
    target: Mapped[Words]
    message_key: Mapped[Words]
    address: Mapped[str | None] = mapped_column(Text)
