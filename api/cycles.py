"""Cycles with a case in what the key's person oversees."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from api.caller import Caller
from api.shapes import Page, Paged, Shape, cut
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.store.queries import api_lists


class Cycle(Shape):
    """A campaign that opened cases of one version of a definition for a period."""

    ref: str
    name: str
    definition: str
    """Digest of the version."""
    period_start: date
    period_end: date
    status: str
    opened_at: datetime


class Cycles(Page[Cycle]):
    """Cycles, oldest first."""


def list_cycles(caller: Caller, query: Paged) -> Cycles:
    """List the cycles."""
    with caller.rt.db.read() as db:
        found = api_lists.cycles(db, caller.actor, after=query.place, limit=query.limit)
    rows, following = cut(found, query)
    return Cycles(items=tuple(map(_cycle, rows)), next=following)


def show_cycle(caller: Caller, ref: str) -> Cycle:
    """Show one cycle."""
    with caller.rt.db.read() as db:
        found = api_lists.cycles(db, caller.actor, after=None, limit=1, ref=ref)
    if not found:
        raise NotFound(Message("cycle.not_found"))
    return _cycle(found[0])


def _cycle(row: Any) -> Cycle:
    return Cycle(
        ref=row.ref, name=row.name, definition=row.definition_digest, period_start=row.period_start,
        period_end=row.period_end, status=row.status, opened_at=row.opened_at,
    )  # fmt: skip
