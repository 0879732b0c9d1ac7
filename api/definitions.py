"""Versions of definitions, with the normal form that their digest names. They belong to no office."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from api.caller import Caller
from api.shapes import Page, Paged, Shape, cut
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.store.queries import api_lists
from engine.store.queries import definitions as queries


class Version(Shape):
    """A version of a definition: its place among those of its key, and what became of it."""

    ref: str
    kind: str
    key: str
    number: int
    status: str
    digest: str
    """SHA-256 of the canonical JSON of the document (RFC 8785)."""
    created_at: datetime
    published_at: datetime | None


class Versions(Page[Version]):
    """Versions, oldest first."""


class VersionsAsked(Paged):
    """Which versions."""

    kind: str | None = None
    status: Literal["draft", "in_review", "published", "retired"] | None = None


class Definition(Version):
    """A version with its document in the normal form."""

    document: dict[str, Any]


def list_definitions(caller: Caller, query: VersionsAsked) -> Versions:
    """List the versions of definitions."""
    with caller.rt.db.read() as db:
        found = api_lists.versions(
            db, after=query.place, limit=query.limit, kind=query.kind or "", status=query.status or ""
        )  # fmt: skip
    rows, following = cut(found, query)
    return Versions(items=tuple(Version(**_version(row)) for row in rows), next=following)


def show_definition(caller: Caller, ref: str) -> Definition:
    """Show one version whole."""
    with caller.rt.db.read() as db:
        row = queries.version(db, ref)
        if row is None:
            raise NotFound(Message("definition.not_found"))
        body = queries.body(db, row.digest)
    return Definition(**_version(row), document=json.loads(body or "{}"))


def _version(row: Any) -> dict[str, Any]:
    names = ("ref", "kind", "key", "number", "status", "digest", "created_at", "published_at")
    return {name: getattr(row, name) for name in names}
