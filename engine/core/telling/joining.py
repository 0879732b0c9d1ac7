"""Small things that every telling needs: sentences one after the other, lists and numbers of a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.core.messages import Message, Param


def after(first: Param, rest: Param) -> Message:
    """Two sentences, one after the other."""
    return Message("telling.after", first=first, rest=rest)


def sentences(parts: Sequence[Param]) -> Param:
    """All of them, one after the other; nothing where there are none."""
    if not parts:
        return ""
    said = parts[0]
    for part in parts[1:]:
        said = after(said, part)
    return said


def listed(value: Any) -> tuple[str, ...]:
    """The names of a list of the document, or the one that stands there instead of a list."""
    if isinstance(value, str):
        return (value,)
    return tuple(str(each) for each in value) if isinstance(value, Sequence) else ()


def whole(value: Any) -> int | None:
    """A whole number of the document."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
