"""What the audit reads of acts on many cases: every case of every set, and the event that holds what was done to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.store.tables.bulk import BulkItem, BulkSet
from engine.store.tables.cases import Case
from engine.store.tables.ledger import Erasure, Event

CHUNK = 500  # rows in memory at once
QUERY = (
    select(
        BulkSet.ref.label("set_ref"), BulkSet.act, BulkSet.body, BulkSet.seed, BulkSet.digest,
        BulkSet.event_ref.label("run_ref"), Case.ref.label("case_ref"), BulkItem.version, BulkItem.outcome,
        BulkItem.event_ref, Event.leaf, Erasure.id.label("erasure"),
    )
    .join(BulkItem, BulkItem.set_id == BulkSet.id)
    .outerjoin(Case, Case.id == BulkItem.case_id)
    .outerjoin(Event, Event.ref == BulkItem.event_ref)
    .outerjoin(Erasure, Erasure.record == "bulk_set:" + BulkSet.ref)
    .order_by(BulkSet.id, BulkItem.number)
)  # fmt: skip


def items(db: Connection) -> Iterator[Row[Any]]:
    """Every case of every set, set by set in its order, as recorded."""
    with db.execute(QUERY, execution_options={"stream_results": True, "yield_per": CHUNK}) as rows:
        yield from rows
