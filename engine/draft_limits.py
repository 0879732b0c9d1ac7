"""How much a draft may hold: bytes, and rows that a page can draw. Nobody judges what stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.core.errors import BadRequest
from engine.core.filling.form import Form
from engine.core.messages import Message
from engine.core.proof.canonical import canonical

LARGEST = 1_000_000  # bytes of canonical JSON
MOST_ROWS = 1_000  # of a table, as fields/table.py takes them: a page draws every row of a draft


def body(raw: Mapping[str, Any]) -> bytes:
    """Raw answers as a draft keeps them, canonical JSON. Raises BadRequest where they are too large for any form."""
    found = canonical(raw)
    if len(found) > LARGEST:
        raise BadRequest(Message("draft.too_large", limit=LARGEST // 1000))
    if any(isinstance(value, (list, tuple)) and len(value) > MOST_ROWS for value in _within(raw)):
        raise BadRequest(Message("draft.too_many_rows", limit=MOST_ROWS))
    return found


def check_rows(form: Form, raw: Mapping[str, Any]) -> None:
    """Refuse a table with more rows than a page of this form draws: BadRequest."""
    for each in form.questions:
        rows, most = raw.get(each.key), getattr(each.type, "most_drawn", MOST_ROWS)
        if isinstance(rows, (list, tuple)) and len(rows) > most:
            raise BadRequest(Message("draft.too_many_rows", limit=most))


def _within(raw: Mapping[str, Any]) -> Iterator[Any]:
    """The answers, and those in the rows of tables."""
    for value in raw.values():
        yield value
        rows = value[:MOST_ROWS] if isinstance(value, (list, tuple)) else ()
        yield from (cell for row in rows if isinstance(row, Mapping) for cell in row.values())
