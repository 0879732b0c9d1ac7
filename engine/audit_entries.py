"""Whether the rows of entries are what their events say of them. Nothing is read here.

An entry's leaf names its register, definition, day and the root of what was kept: its answers, and beside them, under
KEPT, its measures and hours, so that the columns by which it is counted can be checked without asking the definition.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.core.proof import batch, commitment, leaf
from engine.store.tables.registers import MEASURES

IMPORTED = "entries.imported"  # the kind of an event that brings many
KEPT = "#kept"  # no field is called so
SEAL, WHOLE = "seal", "whole"  # what the leaf of an event says where entries are committed to as a whole
ALWAYS = 8  # measures that every entry's commitment tells of; of the others those up to the last that is there


def kept(columns: Sequence[int | None], span: tuple[int, int] | None, unit_id: int | None) -> dict[str, Any]:
    """What is committed beside the answers: whole numbers, as the columns hold them."""
    used = max((place + 1 for place, number in enumerate(columns) if number is not None), default=0)
    measures = list(columns[: max(ALWAYS, used)])
    return {"measures": measures, "span": None if span is None else list(span), "unit": unit_id}


def body(answers: str, columns: Sequence[int | None], span: tuple[int, int] | None, unit_id: int | None) -> str:
    """What an entry keeps, canonical JSON: its answers (canonical JSON) and what is kept beside them."""
    found = kept(columns, span, unit_id)
    measures = ",".join(["null" if number is None else str(number) for number in found["measures"]])
    lasts = "null" if span is None else f"[{span[0]},{span[1]}]"
    beside = f'"measures":[{measures}],"span":{lasts},"unit":{"null" if unit_id is None else unit_id}'
    # KEPT sorts before the name of any field.
    return f'{{"{KEPT}":{{{beside}}}{"" if answers == "{}" else ","}{answers[1:]}'


@dataclass(slots=True)
class Batches:
    """The roots over what each event brought and ended together, as the rows tell them in the order of their keys."""

    brought: defaultdict[str, batch.Growing] = field(default_factory=lambda: defaultdict(batch.Growing))
    ended: defaultdict[str, batch.Growing] = field(default_factory=lambda: defaultdict(batch.Growing))

    def tell(self, row: Any) -> None:
        """Add an entry to those of the events that brought and ended it."""
        if row.kind == IMPORTED:
            about = row.person_ref or row.unit_ref or ""
            self.brought[row.event_ref].add(batch.entry_leaf(row.ref, about, row.day, bytes(row.root)))
        if row.end_kind == IMPORTED:
            self.ended[row.ended_ref].add(batch.ended_leaf(row.ref))

    def is_as_said(self, event: Any) -> bool:
        """Whether an event that brought many names the roots over just these."""
        public: Mapping[str, Any] = leaf.public(event.leaf)
        told = (public.get("entries"), public.get("ended"))
        return told == (self.brought[event.ref].said(), self.ended[event.ref].said())


def wrong_with_entry(row: Any) -> str | None:
    """What does not fit of an entry with its events: `entry`, `entry_answers`, `entry_end`; None where all fits.

    Of one that came with others, its ref, day and root are in the root over all of them (Batches).
    """
    public: Mapping[str, Any] = leaf.public(row.leaf)
    if (public.get("register"), public.get("definition")) != (row.register, row.definition_digest):
        return "entry"
    alone = (public.get("entry"), public.get("day"), public.get("root"))
    if row.kind != IMPORTED and alone != (row.ref, row.day, bytes(row.root).hex()):
        return "entry"
    if (row.stream, row.said_by, row.said_at) != (_stream(row), row.by_id, row.at):
        return "entry"
    if row.body is None:
        if row.erasure is None:
            return "entry_answers"
    elif not _is_whole(row, public):
        return "entry_answers"
    return None if row.ended_ref is None or _has_ended(row) else "entry_end"


def wrong_with_verdict(row: Any) -> bool:
    """Whether what somebody said of an entry is not what its event says, or either is there without the other."""
    if row.verdict is None or row.leaf is None:
        return True
    public: Mapping[str, Any] = leaf.public(row.leaf)
    said = (f"entry.{row.verdict}", row.by_id, row.at, row.entry_ref)
    return said != (row.kind, row.actor_id, row.event_at, public.get("entry"))


def _stream(row: Any) -> str:
    if row.how == "public":
        return f"link:{row.link_ref}"
    if row.kind != IMPORTED and row.person_ref is not None:
        return f"person:{row.person_ref}"
    alone = row.kind != IMPORTED and row.unit_ref is not None
    return f"unit:{row.unit_ref}" if alone else f"register:{row.register}"


def _is_whole(row: Any, public: Mapping[str, Any]) -> bool:
    """Whether what is kept is what was committed to, and what the columns say; not so where it cannot be read."""
    try:
        return _is_sealed(row, public)
    except leaf.UNREADABLE:
        return False


def _is_sealed(row: Any, public: Mapping[str, Any]) -> bool:
    fields, seed = json.loads(row.body), bytes(row.seed)
    columns, span = [getattr(row, name) for name in MEASURES], None
    if row.begins is not None:
        span = (row.begins, row.ends)
    if fields.get(KEPT) != kept(columns, span, row.unit_id):
        return False
    if row.kind == IMPORTED and public.get(SEAL) == WHOLE:
        return commitment.whole(seed, row.body.encode()) == bytes(row.root)
    return commitment.root(seed, fields) == bytes(row.root)


def _has_ended(row: Any) -> bool:
    if row.end_kind == IMPORTED:
        return True  # it is in the root over those that ended together, or that root is another one
    public: Mapping[str, Any] = leaf.public(row.end_leaf)
    return row.ref in (public.get("replaces"), public.get("entry") if row.end_kind == "entry.withdrawn" else None)
