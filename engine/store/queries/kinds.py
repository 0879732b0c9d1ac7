"""Events of one kind. Moves and sent forms are nearly all there are: the order of time finds them soon enough, and an
index would cost each act a page. The other kinds have one.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, literal_column

from engine.store.tables.ledger import EVERYDAY, SELDOM, Event


def of_kind(kind: str) -> ColumnElement[bool]:
    """The events of a kind; of a seldom one with the condition of its index, without which SQLite does not take it."""
    same = Event.kind == kind
    return same if kind in EVERYDAY else and_(same, literal_column(f"event.{SELDOM}"))
