"""Whether the sets of acts on many cases are what their events say. Nothing is read here.

`bulk.run` commits to a set by its digest: act, parameters, cases and versions. What was done to a case is held by an
event in its own stream, whose leaf carries the hash of the key by which that set acts on that case.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from engine.bulk_marks import erased, former_digest, frozen_digest, key_of, words_digest
from engine.core.proof import leaf


@dataclass(slots=True)
class Sets:
    """What the streams of sets say so far: the ref of the event `bulk.run`, and what it says, by the ref of the set."""

    run: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)


def tell(sets: Sets, row: Any) -> None:
    """Add an event to what is known of sets."""
    if row.kind == "bulk.run":
        sets.run[row.stream.removeprefix("bulk:")] = (row.ref, dict(leaf.public(row.leaf)))


def wrong_rows(sets: Sets, items: Iterable[Any]) -> Iterator[str]:
    """The refs of sets that are not as they were confirmed, or not there; `items` come set by set, in their order."""
    missing = set(sets.run)
    for ref, rows in groupby(items, key=attrgetter("set_ref")):
        missing.discard(ref)
        if not _is_fitting(list(rows), sets.run.get(ref)):
            yield ref
    yield from sorted(missing)


def _is_fitting(rows: list[Any], run: tuple[str, dict[str, Any]] | None) -> bool:
    found = rows[0]
    if run is None:
        return found.run_ref is None and not any(row.event_ref for row in rows)
    event, public = run
    said = {"act": found.act, "cases": len(rows), "digest": found.digest}
    same = found.run_ref == event and all(public.get(key) == said[key] for key in said)
    try:
        return same and _is_frozen(found, json.loads(found.body), rows, public) and all(_is_held(row) for row in rows)
    except leaf.UNREADABLE:
        return False


def _is_frozen(found: Any, body: dict[str, Any], rows: list[Any], public: dict[str, Any]) -> bool:
    """Whether act, parameters and cases make the digest; of parameters that were erased with leave what they left."""
    cases = [(row.case_ref, row.version) for row in rows]
    words = erased(body)
    if words is not None and found.erasure is None:
        return False
    if "words" not in public:  # of a version whose cases nothing vouches for without the parameters
        return words is not None or found.digest == former_digest(bytes(found.seed), found.act, body, cases)
    if words is None:
        words = words_digest(bytes(found.seed), body)
    return bool(public["words"] == words and found.digest == frozen_digest(found.act, words, cases))


def _is_held(row: Any) -> bool:
    """What was done is held by an event of that case and by that set; what was not done by none."""
    if row.outcome not in ("done", "undone"):
        return row.event_ref is None
    document = leaf.decode(row.leaf) if row.leaf is not None else None
    mine = hashlib.sha256(key_of(row.set_ref, row.case_ref).encode()).hexdigest()
    return document is not None and document.get("stream") == f"case:{row.case_ref}" and document.get("req") == mine
