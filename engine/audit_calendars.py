"""Whether the rows of calendars are what their events say. Nothing is read here.

What was said stands in the note of the event, to which its leaf commits; where that was erased, only the leaf counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

DAY = ("kind", "name_id", "name_en", "source")


def wrong_with_calendar(row: Any, stored: Mapping[str, Sequence[Any]]) -> str | None:
    """What does not fit between an event and the rows that name it (by table), or None."""
    if not row.kind.startswith("calendar."):
        return "calendar" if any(stored.values()) else None
    public = json.loads(row.leaf)["public"]
    noted = None if row.note_body is None else json.loads(row.note_body)
    fits = (
        _books(stored["calendar"]) == _said_books(row.kind, public)
        and _uses(stored["calendar_use"]) == _said_uses(row.kind, public)
        and _are_rules(stored["calendar_rule"], row.kind, public, noted)
        and _are_days(stored["calendar_day"], public, noted)
    )
    return None if fits else "calendar"


def _books(rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    return [(row.ref, row.unit, row.parent) for row in rows]


def _said_books(kind: str, public: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    added = kind == "calendar.added"
    return [(public.get("calendar"), public.get("unit"), public.get("parent"))] if added else []


def _uses(rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    return [(row.unit, row.calendar) for row in rows]


def _said_uses(kind: str, public: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    uses = kind in ("calendar.used", "calendar.released")
    return [(public.get("unit"), public.get("calendar"))] if uses else []


def _are_rules(rows: Sequence[Any], kind: str, public: Mapping[str, Any], noted: Mapping[str, Any] | None) -> bool:
    if kind not in ("calendar.added", "calendar.rules_set"):
        return not rows
    if len(rows) != 1 or rows[0].calendar != public.get("calendar"):
        return False
    receipt = rows[0].receipt_counts
    found = {"name": rows[0].name, "week": rows[0].week, "receipt_counts": None if receipt is None else bool(receipt)}
    return noted is None or found == noted.get("rules")


def _are_days(rows: Sequence[Any], public: Mapping[str, Any], noted: Mapping[str, Any] | None) -> bool:
    if len(rows) != public.get("days", 0) or any(row.calendar != public.get("calendar") for row in rows):
        return False
    said = {} if noted is None else {path: value for path, value in noted.items() if path.startswith("day.")}
    found = {f"day.{row.day}": {name: getattr(row, name) for name in DAY} for row in rows}
    return noted is None or found == said
