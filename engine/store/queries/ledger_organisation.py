"""What the audit reads about units, posts and changes. No scope, as in ledger.py."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, case, func, select

from engine.store.queries.changes import CHANGE, CLOSURE, PERSON, POST, PRESENT, UNIT
from engine.store.tables.cases import Note
from engine.store.tables.ledger import Erasure, Event

STREAMED = {"stream_results": True, "yield_per": 500}
WRITTEN = ("unit.changed", "unit.ended", "post.changed", "post.ended", "person.changed")


def places(db: Connection) -> Iterator[tuple[str, Row[Any]]]:
    """Every unit and every post as it is today, with refs beside its keys."""
    for kind in ("unit", "post"):
        with db.execute(PRESENT[kind], execution_options=STREAMED) as rows:
            yield from ((kind, row) for row in rows)


def changes(db: Connection) -> Iterator[Row[Any]]:
    """Every change with its event, that event's note, and the thing it is about."""
    about = case((CHANGE.c.unit_id.is_not(None), "unit"), (CHANGE.c.post_id.is_not(None), "post"), else_="person")
    query = (
        select(
            CHANGE,
            about.label("about_kind"),
            func.coalesce(UNIT.c.ref, POST.c.ref, PERSON.c.ref).label("about_ref"),
            Event.kind,
            Event.at,
            Event.leaf,
            Note.body.label("note_body"),
        )
        .outerjoin(UNIT, UNIT.c.id == CHANGE.c.unit_id)
        .outerjoin(POST, POST.c.id == CHANGE.c.post_id)
        .outerjoin(PERSON, PERSON.c.id == CHANGE.c.person_id)
        .outerjoin(Event, Event.ref == CHANGE.c.event_ref)
        .outerjoin(Note, Note.event_ref == CHANGE.c.event_ref)
        .order_by(CHANGE.c.id)
    )
    with db.execute(query, execution_options=STREAMED) as rows:
        yield from rows


def unwritten(db: Connection) -> list[str]:
    """The events that say a change which is not there, though nobody gave leave to erase it."""
    there = select(CHANGE.c.id).where(CHANGE.c.event_ref == Event.ref).exists()
    erased = select(Erasure.id).where(Erasure.record == "note:" + Event.ref).exists()
    return list(db.execute(select(Event.ref).where(Event.kind.in_(WRITTEN), ~there, ~erased)).scalars())


def tree(db: Connection) -> tuple[dict[int, int | None], list[tuple[int, int, int]]]:
    """Unit → the one above it; and the closure: above, below, how far."""
    parents = {row.id: row.parent_id for row in db.execute(select(UNIT.c.id, UNIT.c.parent_id))}
    rows = db.execute(select(CLOSURE.c.ancestor_id, CLOSURE.c.descendant_id, CLOSURE.c.depth))
    return parents, [(row[0], row[1], row[2]) for row in rows]
