"""The choices, criteria or levels of a question as one list: worded, moved, taken out, added. Each is one edit.

Levels that are counted have a value and no key; they are counted anew as they change places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.core.building.bulk import ITEM
from engine.core.building.making import Made
from engine.core.building.places import element
from engine.core.building.words import said, written
from engine.core.designing.edits import Put
from engine.core.designing.keys import free, slug

LISTS = ("choices", "criteria", "levels")
Words = Mapping[str, str]  # language → text


def items_of(question: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The items that a list of a question holds."""
    found = question.get(name)
    return [dict(each) for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def reworded(
    items: Sequence[Mapping[str, Any]], labels: Mapping[int, Words], helps: Mapping[int, Words], *, whole: bool = False
) -> list[dict[str, Any]]:
    """The items with other words, by index; a label that is emptied stays, a help that is emptied goes.

    `whole`: levels, which must be worded in every language; what is missing is spoken for by the other.
    """
    found = []
    for index, each in enumerate(items):
        item = dict(each)
        if any(labels.get(index, {}).values()):
            item["label"] = _told(labels[index], whole)
        if index in helps:
            item.pop("help", None)
            if any(helps[index].values()):
                item["help"] = _told(helps[index], whole)
        found.append(item)
    return found


def added(
    items: Sequence[Mapping[str, Any]], words: str, *, counted: bool, language: str = "id"
) -> list[dict[str, Any]]:
    """The items and one more, with a key or value of its own."""
    if counted:
        return [*map(dict, items), {"value": str(len(items) + 1), "label": written(words)}]
    key = free(slug(words) or ITEM, {str(each.get("key")) for each in items})
    return [*map(dict, items), {"key": key, "label": said(words, language)}]


def stepped(items: Sequence[Mapping[str, Any]], word: str, index: int) -> list[dict[str, Any]]:
    """The items after one went up, down or out (`up`, `down`, `out`)."""
    found = [dict(each) for each in items]
    to = index + {"up": -1, "down": 1}.get(word, 0)
    if not 0 <= index < len(found) or not 0 <= to < len(found):
        return found
    item = found.pop(index)
    if word in ("up", "down"):
        found.insert(to, item)
    return _counted(found) if _are_counted(items) else found


def put(document: Mapping[str, Any], path: str, name: str, items: Sequence[Mapping[str, Any]], was: Any) -> Made | None:
    """The list of a question as it is to be. `was`: as its editor saw it."""
    if element(document, path) is None or name not in LISTS:
        return None
    return Made((Put(f"{path}.{name}", list(items) or None, was or None),), path)


def is_counted(name: str, items: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a fresh item is counted: levels are, unless they have keys already."""
    return name == "levels" and not any("key" in each for each in items)


def totals(document: Mapping[str, Any], path: str, wanted: Mapping[str, str]) -> Made | None:
    """What the sums of a table's columns must be, by column; empty text for no such demand."""
    whole = element(document, path)
    if whole is None:
        return None
    was = whole.get("totals")
    kept = {key: text.strip().replace(",", ".") for key, text in wanted.items() if text.strip()}
    return Made((Put(f"{path}.totals", kept or None, was),), path)


def _told(words: Words, whole: bool) -> dict[str, str]:
    """What was said, in each language; what is missing stays missing, so that it is seen."""
    found = {language: text for language, text in sorted(words.items()) if text}
    return written(found.get("id") or found["en"], found.get("en") or found["id"]) if whole else found


def _are_counted(items: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the values are simply 1, 2, 3, …"""
    return bool(items) and [each.get("value") for each in items] == [str(index) for index in range(1, len(items) + 1)]


def _counted(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**each, "value": str(index)} for index, each in enumerate(items, 1)]
