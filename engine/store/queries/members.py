"""What is inside a unit, or below a post, on a day or any later one: what keeps it from ending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine.core.history import Change, state_on, turns
from engine.store.queries import changes


@dataclass(frozen=True, slots=True)
class Inside:
    """The units and posts that a unit has, on some day from the one that was asked on: their names, or their refs."""

    units: tuple[str, ...]
    posts: tuple[str, ...]


def of_unit(db: Connection, ref: str, day: str) -> Inside:
    """The names of the units directly below a unit and of the posts in it, on a day or later."""
    units, posts = _below(db, "unit", "parent", ref, day), _below(db, "post", "unit", ref, day)
    return Inside(tuple(row.name for row in units), tuple(row.name for row in posts))


def refs_of_unit(db: Connection, ref: str, day: str) -> Inside:
    """The same by ref."""
    units, posts = _below(db, "unit", "parent", ref, day), _below(db, "post", "unit", ref, day)
    return Inside(tuple(row.ref for row in units), tuple(row.ref for row in posts))


def of_post(db: Connection, ref: str, day: str) -> tuple[str, ...]:
    """The names of the posts whose superior a post is, on a day or later."""
    return tuple(row.name for row in _below(db, "post", "superior", ref, day))


def _below(db: Connection, kind: str, field: str, ref: str, day: str) -> list[Any]:
    found = []
    rows = _candidates(db, kind, field, ref)
    said = changes.of_each(db, kind, [row.id for row in rows]) if rows else {}
    for row in rows:
        about = said.get(row.id, [])
        if any(_is_below(kind, row, about, field, ref, each) for each in {day, *turns(about, (field, "active"), day)}):
            found.append(row)
    return found


def _is_below(kind: str, row: Any, said: Sequence[Change], field: str, ref: str, day: str) -> bool:
    state = state_on(changes.facts(kind, row), said, day)
    return bool(state["active"]) and state[field] == ref


def _candidates(db: Connection, kind: str, field: str, ref: str) -> list[Any]:
    table = changes.TABLES[kind]
    keys = changes.naming(db, kind, field, ref)
    return list(db.execute(changes.PRESENT[kind].where(table.c.id.in_(keys)).order_by(table.c.name, table.c.id)))
