"""Writes events: the next number of a stream, the leaf and its hash, the private part. Called by apply alone.

The database checks what is written here again: numbers without gaps, each leaf linked to the one before
(migrations, `event_chain`), and fills `stream_head` itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from engine.core.case import Actor, Holder
from engine.core.proof import commitment, leaf, merkle
from engine.core.times import to_text
from engine.store.refs import new_ref, new_seed
from engine.store.statement import Statement, Values, insert
from engine.store.tables.cases import Note, Submission
from engine.store.tables.ledger import Event, StreamHead

HEAD = select(StreamHead.seq, StreamHead.leaf_hash).where(StreamHead.stream == bindparam("stream"))
HEAD_OF_CASE = Statement(HEAD)  # whoever writes here holds the lock on the case's row
HEAD_LOCKED = Statement(HEAD.with_for_update())
NUMBER = Statement(
    select(func.coalesce(func.max(Submission.number), 0) + 1).where(
        Submission.case_id == bindparam("case_id"), Submission.form == bindparam("form")
    )
)
ADD_EVENT = insert(
    Event.__table__,
    *("stream", "seq", "ref", "kind", "at", "case_id", "n", "to_state", "from_state", "transition"),
    *("actor_ref", "actor_id", "role", "leaf", "leaf_hash", "prev_hash"),
    must_write=True,  # early: whoever writes to the same stream waits here
)
ADD_NOTE = insert(Note.__table__, "event_ref", "seed", "body")


@dataclass(frozen=True, slots=True)
class EventRef:
    """An event as written. `outbox` holds the ids of the work it asked for: what to ring for after the commit."""

    ref: str
    stream: str
    seq: int
    leaf_hash: bytes
    outbox: tuple[int, ...] = ()

    @property
    def next_place(self) -> Place:
        """Where the event after this one stands."""
        return Place(self.stream, self.seq + 1, self.leaf_hash)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who acts, when, by which request, in which version of the product."""

    actor: Actor
    at: datetime
    key: str | None
    product: str
    ref: str | None = None  # of the event, when somebody has to know it before it is written


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next event of a stream stands."""

    stream: str
    seq: int
    prev: bytes | None


class Private:
    """The private part of an event: its seed, its fields as canonical JSON, and the commitments to them."""

    __slots__ = ("_sealed", "seed")

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.seed = new_seed()
        self._sealed = commitment.seal(self.seed, fields)

    @property
    def commitments(self) -> Mapping[str, bytes]:
        return self._sealed.commitments

    @property
    def root_of_all(self) -> bytes:
        """The root, also of no field at all."""
        return self._sealed.root

    @property
    def root(self) -> bytes | None:
        return self._sealed.root if self._sealed.commitments else None

    @property
    def body(self) -> str:
        return self._sealed.body.decode()


def stream_of_case(case_ref: str) -> str:
    """The stream that holds everything about one case."""
    return f"case:{case_ref}"


def place_after(stream: str, head: Any | None) -> Place:
    """The place after the head of a stream, or the first of a stream that has none."""
    return Place(stream, 1, None) if head is None else Place(stream, head.seq + 1, head.leaf_hash)


def next_place(db: Connection, stream: str) -> Place:
    """The next place of a stream that belongs to no case; others who want it wait for our commit."""
    return place_after(stream, HEAD_LOCKED.one(db, stream=stream))


def next_place_of_case(db: Connection, stream: str) -> Place:
    """The next place in the stream of a case whose row the verb has locked."""
    return place_after(stream, HEAD_OF_CASE.one(db, stream=stream))


def next_number(db: Connection, case_id: int, form: str) -> int:
    """The number of the next submission of a form of a case that the verb has locked."""
    return int(NUMBER.rows(db, case_id=case_id, form=form)[0][0])


def heading(
    place: Place,
    kind: str,
    origin: Origin,
    *,
    role: str | None = None,
    right: Holder | None = None,
    data: bytes | None = None,
    public: Mapping[str, Any] | None = None,
    dues: Mapping[str, Sequence[str]] | str | None = None,
) -> leaf.Heading:
    """What the leaf of any event says, with a fresh ref unless the origin gives one."""
    return leaf.Heading(
        kind=kind,
        ref=origin.ref or new_ref(),
        stream=place.stream,
        seq=place.seq,
        prev=place.prev.hex() if place.prev else None,
        at=to_text(origin.at),
        actor=origin.actor,
        product=origin.product,
        role=role,
        right=right,
        data=data.hex() if data else None,
        key=origin.key,
        public=public or {},
        dues=dues,
    )


def event_call(
    place: Place, head: leaf.Heading, document: Mapping[str, Any], case_id: int | None
) -> tuple[EventRef, tuple[Statement, Values]]:
    """The event as it will be, and the statement that writes it."""
    text = leaf.encode(document)
    written = EventRef(head.ref, place.stream, place.seq, merkle.leaf_hash(text))
    values = {
        "stream": place.stream,
        "seq": place.seq,
        "ref": head.ref,
        "kind": head.kind,
        "at": head.at,
        "case_id": case_id,
        "n": document.get("n"),
        "to_state": document.get("to"),
        "from_state": document.get("from"),
        "transition": document.get("transition"),
        "actor_ref": head.actor.ref,
        "actor_id": head.actor.person_id,
        "role": head.role,
        "leaf": text,
        "leaf_hash": written.leaf_hash,
        "prev_hash": place.prev,
    }
    return written, (ADD_EVENT, values)


def note_calls(event: EventRef, private: Private) -> list[tuple[Statement, Values]]:
    """The statement that keeps an event's private part, where it has one."""
    if private.root is None:
        return []
    return [(ADD_NOTE, {"event_ref": event.ref, "seed": private.seed, "body": private.body})]
