"""Whether cases were only taken back as two people agreed: what the events say, and the rows that repeat it. Pure.

A move back is judged by what was recorded before it in its stream: the proposal of another person, of that version, not
yet lapsed or decided, to a state that the case had been in. Which results no longer count follows from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

PROPOSED, REFUSED, REWOUND = "case.rewind_proposed", "case.rewind_refused", "case.rewound"


@dataclass(slots=True)
class Rewinds:
    """What events said of proposals, by ref; and the events that were withdrawn, each with the one that did it.

    `stream` is that which is being read, `visits` its moves: version → state and ref. `required`: those withdrawn that
    had set results.
    """

    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    withdrawn: dict[str, str] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    stream: str = ""
    visits: dict[int, tuple[str, str]] = field(default_factory=dict)
    setting: set[str] = field(default_factory=set)


def tell(rewinds: Rewinds, row: Any, sets_results: bool) -> str | None:
    """Add an event; "rewind" when it took a case back as nobody had agreed."""
    if not row.stream.startswith("case:"):
        return None
    if row.stream != rewinds.stream:
        rewinds.stream, rewinds.visits, rewinds.setting = row.stream, {}, set()
    wrong = None
    if row.kind in (PROPOSED, REFUSED, REWOUND):
        wrong = _judge(rewinds, row, json.loads(row.leaf)["public"])
    if row.n is not None:
        rewinds.visits[row.n] = row.to_state, row.ref
        if sets_results:
            rewinds.setting.add(row.ref)
    return wrong


def _judge(rewinds: Rewinds, row: Any, public: Mapping[str, Any]) -> str | None:
    if row.kind == PROPOSED:
        return _proposed(rewinds, row, public)
    said = rewinds.said.get(str(public.get("proposal")), {})
    if said.get("stream") != row.stream or said.get("decision") is not None:
        return "rewind"
    if row.kind == REFUSED:
        said |= {"decision": public.get("how"), "decided_ref": row.ref}
        return None
    back = int(said["back"])
    agreed = (
        row.actor_of_id not in (None, said["by"])
        and public.get("proposed_by") == said["by"]
        and (row.n, row.to_state, public.get("back")) == (said["n"] + 1, said["to_state"], back)
        and str(said["until"]) > row.at
        and rewinds.visits.get(back, ("",))[0] == row.to_state
    )
    said |= {"decision": "agreed", "decided_ref": row.ref}
    for n, (_, ref) in rewinds.visits.items():
        if n > back:
            rewinds.withdrawn.setdefault(ref, row.ref)
            rewinds.required |= {ref} & rewinds.setting
    return None if agreed else "rewind"


def _proposed(rewinds: Rewinds, row: Any, public: Mapping[str, Any]) -> str | None:
    """One proposal at a time: a newer one takes the place of one that had lapsed, or that the case had overtaken."""
    for said in rewinds.said.values():
        if said["stream"] == row.stream and said["decision"] is None:
            said |= {"decision": "replaced", "decided_ref": row.ref}
    rewinds.said[row.ref] = {
        "stream": row.stream, "by": row.actor_of_id, "n": public.get("n"), "back": public.get("back"),
        "to_state": public.get("to"), "until": public.get("until"), "decision": None, "decided_ref": None,
    }  # fmt: skip
    return None if row.actor_of_id is not None else "rewind"


def wrong_rows(rewinds: Rewinds, rows: Iterable[Any]) -> Iterator[str]:
    """The refs of proposals whose row is not what was told, was never told, or is missing."""
    missing = set(rewinds.said)
    for row in rows:
        missing.discard(row.ref)
        said = rewinds.said.get(row.ref)
        if said is None or any(getattr(row, name) != value for name, value in said.items()):
            yield row.ref
    yield from sorted(missing)


def wrong_withdrawals(rewinds: Rewinds, rows: Iterable[Any]) -> Iterator[str]:
    """The refs of events that are withdrawn and should not be, by another event than said, or that should be."""
    missing = set(rewinds.required)
    for row in rows:
        missing.discard(row.event_ref)
        if rewinds.withdrawn.get(row.event_ref) != row.by_ref:
            yield row.event_ref
    yield from sorted(missing)
