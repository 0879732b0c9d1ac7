"""Whether the rows of entries are what their events say of them. Nothing is read here.

An entry's leaf names its register, definition, day and the root of what was kept: its answers, and beside them, under
KEPT, its measures and hours, so that the columns by which it is counted can be checked without asking the definition.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from engine.core.proof import commitment
from engine.store.tables.registers import MEASURES

KEPT = "#kept"  # no field is called so
ALWAYS = 8  # measures that every entry's commitment tells of; of the others those up to the last that is there


def kept(columns: Sequence[int | None], span: tuple[int, int] | None, unit_id: int | None) -> dict[str, Any]:
    """What is committed beside the answers: whole numbers, as the columns hold them."""
    used = max((place + 1 for place, number in enumerate(columns) if number is not None), default=0)
    measures = list(columns[: max(ALWAYS, used)])
    return {"measures": measures, "span": None if span is None else list(span), "unit": unit_id}


def wrong_with_entry(row: Any) -> str | None:
    """What does not fit of an entry with its events: `entry`, `entry_answers`, `entry_end`; None where all fits."""
    public: Mapping[str, Any] = json.loads(row.leaf)["public"]
    said = (public.get("entry"), public.get("register"), public.get("definition"), public.get("day"))
    if said != (row.ref, row.register, row.definition_digest, row.day) or public.get("root") != row.root.hex():
        return "entry"
    if (row.stream, row.said_by, row.said_at) != (_stream(row), row.by_id, row.at):
        return "entry"
    if row.body is None:
        if row.erasure is None:
            return "entry_answers"
    elif not _is_whole(row):
        return "entry_answers"
    return None if row.ended_ref is None or _has_ended(row) else "entry_end"


def wrong_with_verdict(row: Any) -> bool:
    """Whether what somebody said of an entry is not what its event says, or either is there without the other."""
    if row.verdict is None or row.leaf is None:
        return True
    public: Mapping[str, Any] = json.loads(row.leaf)["public"]
    said = (f"entry.{row.verdict}", row.by_id, row.at, row.entry_ref)
    return said != (row.kind, row.actor_id, row.event_at, public.get("entry"))


def _stream(row: Any) -> str:
    if row.person_ref is not None:
        return f"person:{row.person_ref}"
    return f"register:{row.register}" if row.unit_ref is None else f"unit:{row.unit_ref}"


def _is_whole(row: Any) -> bool:
    fields = json.loads(row.body)
    columns, span = [getattr(row, name) for name in MEASURES], None
    if row.begins is not None:
        span = (row.begins, row.ends)
    own = fields.get(KEPT) == kept(columns, span, row.unit_id)
    return own and commitment.root(bytes(row.seed), fields) == bytes(row.root)


def _has_ended(row: Any) -> bool:
    public: Mapping[str, Any] = json.loads(row.end_leaf)["public"]
    return row.ref in (public.get("replaces"), public.get("entry") if row.end_kind == "entry.withdrawn" else None)
