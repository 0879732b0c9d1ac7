"""Several statements as one, on PostgreSQL: sent once, planned once, executed together (`WITH … AS (INSERT …)`).

Its parts see the database as it was before; one that needs the row of an earlier part (`Statement.follows`) reads it
from there. None may touch a row that another one touches. Those that must write are executed first, in their order:
whoever writes to a case takes its row, then its next event, then its tasks, so that nobody waits in a circle. What
stands here is text work, done once for each sequence of statements.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Connection

from engine.store import prepared
from engine.store.statement import NO_PIPELINE, Call, Compiled, Statement, listened, on_postgresql, together

MOST_PARTS = 24  # beyond this they are sent one by one
MOST_SHAPES = 500
NUMBERED = re.compile(r"\$([0-9]+)")


@dataclass(frozen=True, slots=True)
class Shape:
    """The text for one sequence of statements; its parts, for their parameters; which of them answer with their ids."""

    sql: str
    parts: tuple[Compiled, ...]
    answering: tuple[int, ...]


SHAPES: dict[tuple[Statement, ...], Shape] = {}


def at_once(db: Connection, calls: Sequence[Call]) -> dict[int, list[int]]:
    """Execute all; answer the ids that each call returned, by its place, where it is declared to return some.

    Raises StaleCase when a `must_write` statement wrote nothing.
    """
    if not on_postgresql(db) or len(calls) > MOST_PARTS or listened(db):
        with _whole(db):
            outcomes = enumerate(together(db, calls))
        return {place: [row.id for row in outcome.rows()] for place, outcome in outcomes if calls[place][0].returns}
    shape = _shape_of(db, tuple([statement for statement, _ in calls]))
    values = [value for part, (_, given) in zip(shape.parts, calls, strict=True) for value in part.listed(given)]
    driver: Any = db.connection.driver_connection
    if driver.autocommit:
        row = prepared.execute(db, shape.sql, values).fetchone()
    else:
        row = psycopg.RawCursor(driver).execute(shape.sql, values).fetchone()
    found = zip(shape.answering, row or (), strict=False)
    return {place: ids for place, ids in found if calls[place][0].returns}


def _whole(db: Connection) -> AbstractContextManager[Any]:
    """A transaction around several statements where each would be one of its own (`Database.act`)."""
    driver: Any = db.connection.driver_connection
    return driver.transaction() if on_postgresql(db) and driver.autocommit else NO_PIPELINE


def _shape_of(db: Connection, parts: tuple[Statement, ...]) -> Shape:
    shape = SHAPES.get(parts)
    if shape is None:
        if len(SHAPES) >= MOST_SHAPES:
            SHAPES.clear()
        shape = SHAPES[parts] = _shape(db, parts)
    return shape


def _shape(db: Connection, parts: Sequence[Statement]) -> Shape:
    """Number the parameters through, and let each part that follows another read what that one writes."""
    compiled = [part.compiled(db) for part in parts]
    texts: list[str] = []
    before = 0
    for each in compiled:
        texts.append(NUMBERED.sub(lambda found, before=before: f"${before + int(found[1])}", each.numbered))
        before += len(each.names)
    must = {place for place, part in enumerate(parts) if part.must_write}
    answering = {place for place, part in enumerate(parts) if part.returns}
    for place, part in enumerate(parts):
        if part.follows is not None:
            source = max(earlier for earlier in range(place) if parts[earlier] is part.follows)
            texts[place] = _read_from(texts[place], part.follows.table, f"part_{source}")
            texts[source] = _returning(texts[source], "id, ref")
            answering.add(source)  # what is asked for is executed in the order of asking: ids rise with places
    for place in answering:
        texts[place] = _returning(texts[place], "id")
    for place in must - answering:
        texts[place] = _returning(texts[place], "1 AS id")
    written = ", ".join(f"part_{place} AS ({text})" for place, text in enumerate(texts))
    told = ", ".join(_told(place, place in must) for place in sorted(must | answering)) or "1"
    return Shape(f"WITH {written} SELECT {told}", tuple(compiled), tuple(sorted(must | answering)))


def _told(place: int, must: bool) -> str:
    """What a part answers. The statement may be the whole transaction, so that only the database can still refuse."""
    ids = f"(SELECT array_agg(id) FROM part_{place})"
    return f"coalesce({ids}, siklus_raced())" if must else ids


def _read_from(text: str, table: str, source: str) -> str:
    read = re.sub(rf"\bFROM {table}\b", f"FROM {source} AS {table}", text)
    if read == text:
        raise ValueError(f"a statement that follows one on {table!r} does not read from it: {text}")
    return read


def _returning(text: str, columns: str) -> str:
    return text if "RETURNING" in text else f"{text} RETURNING {columns}"
