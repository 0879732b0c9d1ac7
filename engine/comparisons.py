"""What is different between versions of a definition, and between a design and a version. Reads only.

What publishing pinned counts only between two versions that are pinned: a draft has no pins yet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from engine import definitions
from engine.core.case import CANCELLED
from engine.core.comparing.difference import Difference
from engine.core.comparing.differences import differences
from engine.core.definition import CodeList
from engine.core.telling.called import nodes
from engine.runtime import Runtime
from engine.store.queries import definition_cases as queries


@dataclass(frozen=True, slots=True)
class Comparison:
    """A document against a version: every difference, the versions that it could be held against, and how many cases
    run on this one."""

    other: Row[Any]
    others: Sequence[Row[Any]]
    found: tuple[Difference, ...]
    running: int


def of_version(rt: Runtime, db: Connection, row: Any, other: str = "") -> Comparison | None:
    """What a version changes against another one (by its ref), else against what is in force, else the one before."""
    others = [each for each in queries.siblings(db, row.kind, row.key) if each.ref != row.ref]
    chosen = _chosen(others, other, row.number)
    document = json.loads(queries.body(db, row.ref) or "{}")
    return None if chosen is None else _compared(rt, db, document, chosen, others)


def of_design(
    rt: Runtime,
    db: Connection,
    design: Any,
    document: Mapping[str, Any],
    other: str = "",
    codelists: Mapping[str, CodeList] | None = None,
) -> Comparison | None:
    """What a draft changes against another version of its definition, else against the one that it began as.

    `codelists`: those of today, where somebody has read them already.
    """
    others = queries.siblings(db, design.kind, design.key)
    chosen = _chosen(others, other or design.from_ref or "", None)
    return None if chosen is None else _compared(rt, db, document, chosen, others, codelists)


def _chosen(others: Sequence[Row[Any]], wanted: str, number: int | None) -> Row[Any] | None:
    before = [each for each in others if number is None or each.number < number]
    ways = (
        [each for each in others if each.ref == wanted],
        [each for each in before if each.status == "published"],
        [each for each in before if each.published_at],
        before,
        others,
    )
    return next((found[0] for found in ways if found), None)


def _compared(
    rt: Runtime,
    db: Connection,
    document: Mapping[str, Any],
    other: Row[Any],
    others: Sequence[Row[Any]],
    codelists: Mapping[str, CodeList] | None = None,
) -> Comparison:
    before = json.loads(queries.body(db, other.ref) or "{}")
    after = dict(document)
    if not (before.get("lock") and after.get("lock")):
        before.pop("lock", None)
        after.pop("lock", None)
    lists = definitions.published_codelists(rt, db) if codelists is None else codelists
    found = differences(before, after, rt.catalog, lists)
    return Comparison(other, others, found, running(db, other.digest, before))


def running(db: Connection, digest: str, document: Mapping[str, Any]) -> int:
    """How many cases are still on their way on a version."""
    over = {str(state.get("key")) for state in nodes(document.get("states")) if state.get("final")} | {CANCELLED}
    return sum(count for state, count in queries.states(db, digest).items() if state not in over)
