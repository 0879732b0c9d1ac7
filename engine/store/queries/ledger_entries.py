"""What the audit reads of registers: every entry with its events, its answers, and the leave to erase them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Text, cast, literal, select

from engine.store.queries.ledger import streamed
from engine.store.tables.ledger import Erasure, Event
from engine.store.tables.registers import Entry, EntryAnswers

ENTRY, ANSWERS, ERASURE = Entry.__table__, EntryAnswers.__table__, Erasure.__table__
SAYS, ENDS = Event.__table__.alias("says"), Event.__table__.alias("ends")


def entries(db: Connection) -> Iterator[Any]:
    """Each entry in the order of its key, with the leaves of its events; erasure: the record that lets answers go."""
    query = (
        select(
            ENTRY,
            ANSWERS.c.body,
            ANSWERS.c.seed,
            SAYS.c.leaf,
            ENDS.c.leaf.label("end_leaf"),
            ENDS.c.kind.label("end_kind"),
            ERASURE.c.record.label("erasure"),
        )
        .join(SAYS, SAYS.c.ref == ENTRY.c.event_ref)
        .outerjoin(ANSWERS, ANSWERS.c.entry_id == ENTRY.c.id)
        .outerjoin(ENDS, ENDS.c.ref == ENTRY.c.ended_ref)
        .outerjoin(ERASURE, ERASURE.c.record == literal("entry:") + cast(ENTRY.c.id, Text))
    )
    return streamed(db, query.order_by(ENTRY.c.id))
