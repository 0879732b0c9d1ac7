"""Writes that something was printed: an event of the case, with the digests in its leaf and the figures in its note."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.core.case import Actor
from engine.core.proof import leaf
from engine.store.apply_events import EventRef, Origin, Private, event_call, heading, next_place_of_case, note_calls
from engine.store.apply_events import stream_of_case as stream_of_case
from engine.store.queries.prints import MADE
from engine.store.statement import together


def write_print(
    db: Connection,
    *,
    case_id: int,
    case_ref: str,
    ref: str,
    kept: Private,
    public: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    product: str,
) -> EventRef:
    """Add a print under the reference that stands on it; the caller has locked the case's row."""
    place = next_place_of_case(db, stream_of_case(case_ref))
    head = heading(place, MADE, Origin(actor, at, None, product, ref), data=kept.root, public=public)
    event, call = event_call(place, head, leaf.document(head), case_id)
    together(db, [call, *note_calls(event, kept)])
    return event
