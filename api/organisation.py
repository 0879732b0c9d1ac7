"""Units and posts as they stand today, inside what the key's person oversees."""

from __future__ import annotations

from typing import Any

from api.caller import Caller
from api.shapes import Name, Page, Paged, Ref, Shape, cut
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.store.queries import api_lists


class Unit(Shape):
    """An office. `timezone` is the IANA name in force there."""

    ref: str
    key: str
    name: str
    kind: str
    parent: str | None
    timezone: str | None
    active: bool


class Units(Page[Unit]):
    """Units, oldest first."""


class Post(Shape):
    """A chair in a unit, with the chair above it."""

    ref: str
    key: str
    name: str
    kind: str
    level: str | None
    position_class: int | None
    unit: Name
    superior: Name | None
    active: bool


class Posts(Page[Post]):
    """Posts, oldest first."""


class PostsAsked(Paged):
    """Which posts: those of a unit and of what is below it, or all."""

    unit: Ref | None = None


def list_units(caller: Caller, query: Paged) -> Units:
    """List the units."""
    with caller.rt.db.read() as db:
        found = api_lists.units(db, caller.actor, after=query.place, limit=query.limit)
    rows, following = cut(found, query)
    return Units(items=tuple(map(_unit, rows)), next=following)


def show_unit(caller: Caller, ref: str) -> Unit:
    """Show one unit."""
    with caller.rt.db.read() as db:
        found = api_lists.units(db, caller.actor, after=None, limit=1, ref=ref)
    if not found:
        raise NotFound(Message("people.unit_not_found"))
    return _unit(found[0])


def _unit(row: Any) -> Unit:
    return Unit(
        ref=row.ref, key=row.key, name=row.name, kind=row.kind, parent=row.parent_ref, timezone=row.zone,
        active=row.active,
    )  # fmt: skip


def list_posts(caller: Caller, query: PostsAsked) -> Posts:
    """List the posts."""
    with caller.rt.db.read() as db:
        found = api_lists.posts(db, caller.actor, after=query.place, limit=query.limit, unit=query.unit or "")
    rows, following = cut(found, query)
    return Posts(items=tuple(map(_post, rows)), next=following)


def show_post(caller: Caller, ref: str) -> Post:
    """Show one post."""
    with caller.rt.db.read() as db:
        found = api_lists.posts(db, caller.actor, after=None, limit=1, ref=ref)
    if not found:
        raise NotFound(Message("people.post_not_found"))
    return _post(found[0])


def _post(row: Any) -> Post:
    superior = None if row.superior_ref is None else Name(ref=row.superior_ref, name=row.superior_name)
    return Post(
        ref=row.ref, key=row.key, name=row.name, kind=row.kind, level=row.level, position_class=row.position_class,
        unit=Name(ref=row.unit_ref, name=row.unit_name), superior=superior, active=row.active,
    )  # fmt: skip
