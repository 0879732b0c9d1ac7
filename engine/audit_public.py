"""Whether the rows of links, batches, sources and comments are what their events say of them. Nothing is read here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from engine.core.proof import leaf


def wrong_rows(
    links: Iterable[Any],
    batches: Iterable[Any],
    sources: Iterable[Any],
    comments: Iterable[Any],
    unsaid: Iterable[Any],
) -> Iterator[tuple[str, str]]:
    """Each row that does not fit, by its name, with what does not fit of it; `unsaid`: rows that no event made."""
    yield from ((f"public_link:{ref}", "public_link") for ref in wrong_links(links))
    yield from ((f"paper_batch:{ref}", "paper_batch") for ref in wrong_batches(batches))
    yield from ((f"entry:{ref}", "entry_source") for ref in wrong_sources(sources))
    yield from ((f"event:{ref}", "comment") for ref in wrong_comments(comments))
    yield from ((f"{row.kind}:{row.name}", "unexplained") for row in unsaid)


def wrong_links(rows: Iterable[Any]) -> Iterator[str]:
    """The refs of links that are not what was made: another register, address, time or end; or made by no row."""
    for row in rows:
        public = _public(row.leaf)
        said = tuple(public.get(name) for name in ("link", "register", "starts_on", "ends_on", "per_device", "about"))
        is_so = (row.ref, row.register, row.starts_on, row.ends_on, row.per_device, row.about_ref or "")
        code = None if row.code is None else sha256(row.code.encode(errors="surrogateescape")).hexdigest()
        ended = _public(row.end_leaf).get("link") if row.end_leaf is not None else None
        by = (row.by_id, row.at) == (row.actor_id, row.event_at)
        if said != is_so or not by or public.get("code") != code or ended != (row.ref if row.ended_ref else None):
            yield str(public.get("link"))


def wrong_batches(rows: Iterable[Any]) -> Iterator[str]:
    """The refs of batches of which the row, or the number of its sheets, is not what was entered."""
    for row in rows:
        public = _public(row.leaf)
        said = tuple(public.get(name) for name in ("batch", "register", "day", "sheets"))
        by = (row.by_id, row.at) == (row.actor_id, row.event_at)
        if said != (row.ref, row.register, row.day, row.sheets) or not by or row.found != row.sheets:
            yield str(public.get("batch"))


def wrong_sources(rows: Iterable[Any]) -> Iterator[str]:
    """The refs of entries that came by another link or batch than their row says, or by one of which no row tells."""
    for row in rows:
        public = _public(row.leaf)
        if (public.get("link"), public.get("batch"), public.get("sheet")) != (row.link_ref, row.batch_ref, row.sheet):
            yield row.entry_ref


def wrong_comments(rows: Iterable[Any]) -> Iterator[str]:
    """The refs of events on comments beside which no such verdict stands."""
    for row in rows:
        public = _public(row.leaf)
        said = (f"comment.{row.verdict}", row.by_id, row.at, row.field, row.entry_ref)
        if said != (row.kind, row.actor_id, row.event_at, public.get("field"), public.get("entry")):
            yield row.said_ref


def _public(text: bytes | str | None) -> Mapping[str, Any]:
    return leaf.public(text) if text is not None else {}
