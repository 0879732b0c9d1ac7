"""Whether the rows of cycles are what their events say of the opening. Nothing is read here.

A cycle that a job opens is `opening` from its first event on until `cycle.filled`, which says how many cases it had
then. Cases are never taken away, so it has as many since. That every case has its event is asked elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Cycles:
    """What the streams of cycles say so far: whether a cycle is being opened, and how many cases it has at least."""

    opening: dict[str, bool] = field(default_factory=dict)
    cases: dict[str, int] = field(default_factory=dict)


def tell(cycles: Cycles, row: Any) -> None:
    """Add an event to what is known of cycles."""
    if row.kind not in ("cycle.opened", "cycle.filled"):
        return
    public: Mapping[str, Any] = json.loads(row.leaf)["public"]
    ref = row.stream.removeprefix("cycle:")
    cycles.opening[ref] = row.kind == "cycle.opened" and "opening" in public
    if row.kind == "cycle.filled":
        cycles.cases[ref] = int(public.get("cases", 0))


def wrong_rows(cycles: Cycles, rows: Iterable[Any]) -> Iterator[str]:
    """The refs of cycles whose row (ref, status, cases) is not what their events say, or that are not there."""
    missing = set(cycles.opening)
    for row in rows:
        missing.discard(row.ref)
        opening = cycles.opening.get(row.ref, False)
        if opening != (row.status == "opening") or row.cases < cycles.cases.get(row.ref, 0):
            yield row.ref
    yield from sorted(missing)
