"""Appends many events at once, to as many streams: as many statements for two hundred as for one.

For facts that belong to no case; whoever appends one uses `apply.append_event`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from engine.core.case import Actor
from engine.core.proof import leaf
from engine.store.apply_events import Origin, Place, Private, event_call, heading, note_calls, place_after
from engine.store.tables.cases import Note
from engine.store.tables.ledger import Event, StreamHead

AT_ONCE = 1000
HEAD = StreamHead.__table__


@dataclass(frozen=True, slots=True)
class Fact:
    """What one event says: its stream and kind, what goes into the leaf as it is, what the leaf only commits to."""

    stream: str
    kind: str
    public: Mapping[str, Any]
    private: Mapping[str, Any]


def append_events(db: Connection, facts: Sequence[Fact], *, actor: Actor, at: datetime, product: str) -> list[str]:
    """Append facts in their order; answers the refs of their events."""
    places = _places(db, {each.stream for each in facts})
    events: list[Mapping[str, Any]] = []
    notes: list[Mapping[str, Any]] = []
    refs = []
    for fact in facts:
        kept, place = Private(fact.private), places[fact.stream]
        head = heading(place, fact.kind, Origin(actor, at, None, product), data=kept.root, public=fact.public)
        written, (_, values) = event_call(place, head, leaf.document(head), None)
        places[fact.stream] = written.next_place
        events.append(values)
        notes.extend(values for _, values in note_calls(written, kept))
        refs.append(written.ref)
    if events:
        db.execute(insert(Event.__table__), events)
    if notes:
        db.execute(insert(Note.__table__), notes)
    return refs


def _places(db: Connection, streams: set[str]) -> dict[str, Place]:
    """The next place of each stream, locked in one order for all who ask."""
    heads = lock_heads(db, streams)
    return {stream: place_after(stream, heads.get(stream)) for stream in sorted(streams)}


def lock_heads(db: Connection, streams: Collection[str]) -> Mapping[str, Row[Any]]:
    """The heads of streams that there are, locked until the transaction ends, in one order for all who ask."""
    wanted, heads = sorted(streams), {}
    for begin in range(0, len(wanted), AT_ONCE):
        query = select(HEAD).where(HEAD.c.stream.in_(wanted[begin : begin + AT_ONCE])).order_by(HEAD.c.stream)
        heads.update({row.stream: row for row in db.execute(query.with_for_update())})
    return heads
