"""What a backup must know about a database: what it stands at, every stream's end, and whose bytes it names.

No scope: only the command line of the installation asks, never a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, column, delete, func, select, table, tuple_

from engine.store.tables.files import File
from engine.store.tables.ledger import Event, StreamHead
from engine.store.tables.people import WebSession

STANDS = select(column("version_num")).select_from(table("alembic_version"))
CHUNK = 500  # rows in memory at once
KEPT = ("clean", "bound")  # of a file whose bytes are kept; before that they are still coming in


def migration(db: Connection) -> str:
    """The number of the last migration that ran."""
    return str(db.execute(STANDS).scalar_one())


def events(db: Connection) -> int:
    """How many events there are."""
    return int(db.execute(select(func.count()).select_from(Event)).scalar_one())


def heads(db: Connection) -> Iterator[tuple[str, int, bytes]]:
    """The end of every stream: its name, the number of its last event, that event's hash; in the order of bytes."""
    every = select(StreamHead.stream, StreamHead.seq, StreamHead.leaf_hash)
    with db.execute(every, execution_options={"yield_per": CHUNK}) as found:
        yield from sorted((row.stream, row.seq, bytes(row.leaf_hash)) for row in found)


def hashes_at(db: Connection, places: Sequence[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
    """The hashes of the events at some places (stream, number); without those where there is none."""
    here = select(Event.stream, Event.seq, Event.leaf_hash).where(tuple_(Event.stream, Event.seq).in_(places))
    return {(row.stream, row.seq): bytes(row.leaf_hash) for row in db.execute(here)}


def files(db: Connection) -> list[Row[Any]]:
    """Every file whose bytes are kept: the name of the bytes, their hash, and whether there may be a preview."""
    kept = select(File.stored, File.sha256, File.facts).where(File.status.in_(KEPT)).order_by(File.id)
    return list(db.execute(kept).all())


def end_sessions(db: Connection) -> int:
    """End every session; answers how many."""
    return int(db.execute(delete(WebSession)).rowcount)
