"""What stands in a document as it was written, which may be incomplete or wrong in any way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.core.messages import LANGUAGES, Text


def nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    """The maps of a list; nothing of what is no list."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from (each for each in value if isinstance(each, Mapping))


def text_of(value: Any) -> Text | None:
    """An authored text; None for what is none. A language that is missing is spoken for by the other."""
    if isinstance(value, str) and value:
        return Text(value, value)
    if not isinstance(value, Mapping) or not set(value) <= set(LANGUAGES):
        return None
    said = [str(value[language]) for language in LANGUAGES if value.get(language)]
    return Text(str(value.get("id") or said[0]), str(value.get("en") or said[0])) if said else None
