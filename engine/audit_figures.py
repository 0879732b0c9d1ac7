"""Whether frozen figures are what the events that froze them commit to. Nothing is read here.

A leaf `figures.frozen` names the indicator, its definition, the days, how many figures, and the root over theirs in the
order of their keys; the root of one commits to whom it is about, its number, what it was made of and as of when. Of one
that was erased with leave the root is all that is left to compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from engine.core.proof import commitment, leaf, merkle

KIND = "figures.frozen"


def fields(row: Any, about: str) -> dict[str, Any]:
    """What is committed of a figure (its row)."""
    return {
        "about": about, "value": row.value, "outcome": row.outcome, "n": row.n, "people": row.people,
        "as_of": row.as_of, "inputs": bytes(row.inputs).hex(),
    }  # fmt: skip


def said(indicator: str, digest: str, first: str, last: str, roots: Sequence[bytes]) -> dict[str, Any]:
    """What the leaf says of figures that are frozen together, by their roots in order."""
    return {
        "indicator": indicator, "definition": digest, "first": first, "last": last, "count": len(roots),
        "root": merkle.root(roots).hex(),
    }  # fmt: skip


def wrong(rows: Iterable[Any]) -> Iterator[str]:
    """The refs of the events whose figures are not what they commit to; rows: by event, then by key."""
    for event, some in groupby(rows, key=attrgetter("frozen_ref")):
        if not _holds(list(some)):
            yield event


def _holds(rows: Sequence[Any]) -> bool:
    first = rows[0]
    if first.leaf is None or first.kind != KIND:
        return False
    public: Mapping[str, Any] = leaf.public(first.leaf)
    roots = [bytes(row.root) for row in rows]
    if said(first.indicator, first.definition_digest, first.first, first.last, roots) != dict(public):
        return False
    return all(_is_whole(row, first) for row in rows)


def _is_whole(row: Any, first: Any) -> bool:
    names = ("indicator", "definition_digest", "first", "last")
    same = all(getattr(row, name) == getattr(first, name) for name in names)
    if not row.seed and row.value is None:
        return same and row.erasure is not None
    try:
        return same and commitment.root(bytes(row.seed), fields(row, row.about)) == bytes(row.root)
    except leaf.UNREADABLE:
        return False
