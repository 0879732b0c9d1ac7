"""The results of many cases in one statement: the last of each key that still counts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, func, select

from engine.store.queries.cases import COUNTS
from engine.store.tables.cases import Outcome
from engine.store.tables.ledger import Event


def latest(db: Connection, case_ids: Collection[int]) -> list[Row[Any]]:
    """case_id, key, value, body of what was set last; a few hundred cases at most."""
    order = func.row_number().over(partition_by=(Outcome.case_id, Outcome.key), order_by=Event.seq.desc())
    rows = (
        select(Outcome.case_id, Outcome.key, Outcome.value, Outcome.body, order.label("place"))
        .join(Event, Event.ref == Outcome.event_ref)
        .where(Outcome.case_id.in_(case_ids), COUNTS)
        .subquery("found")
    )
    return list(db.execute(select(rows.c.case_id, rows.c.key, rows.c.value, rows.c.body).where(rows.c.place == 1)))
