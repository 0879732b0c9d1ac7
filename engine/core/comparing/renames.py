"""Which elements have another key now and are the same otherwise: the old document, told with the new keys.

An element was renamed where one is gone and another came in the same list, with the same label or the same content,
or where the new one says so itself (`was`). What named it follows, so that a rename is one difference and not fifty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.core.catalog import Catalog
from engine.core.designing.draft import Draft
from engine.core.designing.edits import Rename, change
from engine.core.errors import EngineError
from engine.core.telling.called import nodes

MOST = 40  # renames; a document in which more is renamed is another one
INSIDE = ("tasks", "sections", "fields", "columns", "choices", "checks")
ROOTS = ("roles", "states", "transitions", "forms", "results", "prints", "notices", "items")
LABELS = ("label", "title", "name")


def renamed(
    old: Mapping[str, Any], new: Mapping[str, Any], catalog: Catalog
) -> tuple[Mapping[str, Any], dict[str, str]]:
    """The old document under the new keys, and new path → old key of what was renamed."""
    found: dict[str, str] = {}
    if old.get("kind") != new.get("kind"):
        return old, found
    while len(found) < MOST:
        step = next((each for each in _candidates(old, new, "") if each[0] not in found), None)
        if step is None:
            return old, found
        path, before, after = step
        try:
            old = change(Draft(old), [Rename(before, after)], catalog).draft.document
        except EngineError:
            return old, found
        found[path] = before.rpartition(".")[2]
    return old, found


def _candidates(old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
    """New path, old path and new key of each renamed element, outer ones first."""
    for name in INSIDE if path else ROOTS:
        before, after = list(nodes(old.get(name))), list(nodes(new.get(name)))
        here = f"{path}.{name}" if path else name
        for gone, came in _renamed(before, after, path):
            yield f"{here}.{came['key']}", f"{here}.{gone['key']}", str(came["key"])
        known = {str(each.get("key")): each for each in before}
        for each in after:
            if isinstance(each.get("key"), str) and each["key"] in known:
                yield from _candidates(known[each["key"]], each, f"{here}.{each['key']}")


def _renamed(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], path: str
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    keys = [[each.get("key") for each in found] for found in (before, after)]
    gone = [each for each in before if each.get("key") not in keys[1] and isinstance(each.get("key"), str)]
    came = [each for each in after if each.get("key") not in keys[0] and isinstance(each.get("key"), str)]
    for each in came:
        same = [other for other in gone if _is_same(other, each, path)]
        rivals = [other for other in came if other is not each and same and _is_same(same[0], other, path)]
        if len(same) == 1 and not rivals:
            yield same[0], each


def _is_same(gone: Mapping[str, Any], came: Mapping[str, Any], path: str) -> bool:
    if _full(gone.get("key"), path) in (came.get("was") or ()):
        return True
    if gone.get("type") != came.get("type"):
        return False
    labels = [next((each[name] for name in LABELS if each.get(name)), None) for each in (gone, came)]
    if labels[0] is not None and labels[0] == labels[1]:
        return True
    left, right = ({name: value for name, value in each.items() if name != "key"} for each in (gone, came))
    return left == right and len(left) > 1


def _full(key: Any, path: str) -> str:
    """The full name of a field, as `was` says it: `plan.targets.weight`."""
    steps = path.split(".")
    tables = [steps[at + 1] for at, step in enumerate(steps) if step == "fields"]
    return ".".join([*steps[1:2], *tables, str(key)])
