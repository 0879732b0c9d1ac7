"""Posts by the keys that roles name: those near the top of the tree, of which a definition may name one. Reads only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, select

from engine.store.tables.people import Post, Unit, UnitClosure


def nearest_the_top(db: Connection, most: int) -> list[Row[Any]]:
    """Key, name and unit of so many posts: those of the highest units first."""
    depth = select(func.count()).select_from(UnitClosure).where(UnitClosure.descendant_id == Post.unit_id)
    query = select(Post.key, Post.name, Unit.name.label("unit")).join(Unit, Unit.id == Post.unit_id)
    query = query.where(Post.active.is_(True)).order_by(depth.scalar_subquery(), Unit.name, Post.name)
    return list(db.execute(query.limit(most)))
