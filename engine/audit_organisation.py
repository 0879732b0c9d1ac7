"""What the events say about units and posts, for the rows that repeat it; and what is wrong with a recorded change.

Nothing is read here. A unit or post is what it was added as, and what was said of it since, on the day for which its
row was last written (`as_of` of its last event).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.core.history import Change, state_on
from engine.core.proof import leaf

ADDED, CHANGED = "added", ("changed", "ended")
KINDS = ("unit", "post")


@dataclass(slots=True)
class Built:
    """A unit or post as its events tell: as what it was added, what was said since, for which day it was written."""

    base: dict[str, Any]
    as_of: str = ""
    said: list[Change] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)

    @property
    def now(self) -> dict[str, Any]:
        """The fields that its row must have; those of an erased note may be anything."""
        found = state_on(self.base, self.said, self.as_of) if self.said else self.base
        return {name: value for name, value in found.items() if name not in self.erased}


@dataclass(slots=True)
class Organisation:
    """Every unit and post by kind and ref. `broken`: something is wrong in the stream that tells of them."""

    places: dict[tuple[str, str], Built] = field(default_factory=dict)
    broken: bool = False


def tell(organisation: Organisation, row: Any) -> None:
    """Add an event of the system's stream; of other kinds nothing is kept."""
    kind, _, what = row.kind.partition(".")
    if kind not in KINDS:
        return
    public = json.loads(row.leaf)["public"]
    noted = json.loads(row.note_body) if row.note_body is not None else {}
    if what == ADDED:
        organisation.places[kind, public[kind]] = _added(public, noted, row.at)
        return
    built = organisation.places.setdefault((kind, str(public.get(kind))), Built({}))
    built.as_of = str(public.get("as_of"))
    if what in CHANGED:
        body = {name: noted[name] for name in public.get("fields", ()) if name in noted}
        built.erased.update(name for name in public.get("fields", ()) if name not in noted)
        built.said.append(Change(len(built.said), str(public.get("starts_on")), row.at, body))


def _added(public: Mapping[str, Any], noted: Mapping[str, Any], at: str) -> Built:
    own = "post" if "post" in public else "unit"
    base = {name: value for name, value in public.items() if name not in (own, "starts_on", "as_of")}
    built = Built({**base, **noted, "active": True, "recorded_at": at})
    if "starts_on" in public:
        built.as_of = str(public["as_of"])
        built.said.append(Change(0, public["starts_on"], at, {"active": {"was": False, "is": True}}))
    return built


def wrong_with_place(kind: str, row: Any, organisation: Organisation) -> str | None:
    """What does not fit about the row of a unit or post; each is taken out once it was looked at. Or None."""
    built = organisation.places.pop((kind, row.ref), None)
    if built is None:
        return "unexplained"
    return None if all(getattr(row, name) == value for name, value in built.now.items()) else kind


def wrong_with_change(row: Any) -> str | None:
    """What does not fit about a recorded change, given its event and that event's note; or None."""
    public = leaf.public(row.leaf) if row.leaf is not None else {}
    kind, _, what = str(row.kind).partition(".")
    if (kind, public.get(kind), row.at) != (row.about_kind, row.about_ref, row.recorded_at):
        return "change"
    if public.get("starts_on") != row.starts_on:
        return "change"
    if what == ADDED:
        said = {"active": {"was": False, "is": True}}
    elif row.note_body is None:
        return "change_kept"  # its note was erased, and the change was not
    else:
        noted = _fields(row.note_body) or {}
        said = {name: noted.get(name) for name in public.get("fields", ())}
    return None if _fields(row.body) == said else "change"


def _fields(body: str) -> dict[str, Any] | None:
    """The fields of a stored body; None where it is none."""
    try:
        found = json.loads(body)
        return found if isinstance(found, dict) else None
    except leaf.UNREADABLE:
        return None


def wrong_with_closure(parents: Mapping[int, int | None], rows: Iterable[tuple[int, int, int]]) -> bool:
    """Whether what lies below each unit is not what the parents say: grants reach along it."""
    expected = set()
    for unit in parents:
        above: int | None = unit
        depth = 0
        while above is not None and depth <= len(parents):
            expected.add((above, unit, depth))
            above, depth = parents.get(above), depth + 1
    return expected != set(rows)
