"""Choices pasted in bulk: one to a line, as words, as both languages, or with a key. Doubles are told, not taken.

A line is `label`, `Indonesian; English`, or `key; Indonesian; English`; a tab parts them too, as a spreadsheet copies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.core.building.words import said, written
from engine.core.designing.keys import free, slug
from engine.core.designing.spots import text_of

MOST = 500
LONGEST = 300
PARTS = re.compile(r"\s*[;\t]\s*")
ITEM = "item"


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a pasted text holds: the items to add, the labels that stand there already or twice, and lines too many."""

    items: tuple[dict[str, Any], ...]
    doubled: tuple[str, ...] = ()
    left: int = 0


def pasted(text: str, present: Sequence[Any], *, counted: bool = False, language: str = "id") -> Pasted:
    """Read the lines. `present`: the items that are there. `counted`: levels, which have a value and no key.

    language: of lines that say one language only.
    """
    lines = [found for line in text.splitlines() if (found := line.strip(" \t;•-*"))]
    known = {_label(each) for each in present if isinstance(each, Mapping)}
    taken = {str(each.get("key")) for each in present if isinstance(each, Mapping)}
    items: list[dict[str, Any]] = []
    doubled: list[str] = []
    for line in lines[:MOST]:
        key, label, english = _parts(line)
        if label.casefold() in known:
            doubled.append(label)
            continue
        known.add(label.casefold())
        words = written(label, english) if english or counted else said(label, language)
        if counted:
            items.append({"value": str(len(present) + len(items) + 1), "label": words})
        else:
            own = free(slug(key or label) or ITEM, taken)
            taken.add(own)
            items.append({"key": own, "label": words})
    return Pasted(tuple(items), tuple(doubled), max(0, len(lines) - MOST))


def _parts(line: str) -> tuple[str, str, str]:
    """Key (or nothing), words, English words (or nothing)."""
    parts = [part[:LONGEST] for part in PARTS.split(line) if part]
    if len(parts) >= 3:
        return parts[0], parts[1], parts[2]
    return ("", parts[0], parts[1]) if len(parts) == 2 else ("", parts[0] if parts else line[:LONGEST], "")


def _label(item: Mapping[str, Any]) -> str:
    label = text_of(item.get("label"))
    return label.id.casefold() if label else str(item.get("key", ""))
