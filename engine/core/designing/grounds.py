"""What an edit stands on: its place is there, what it saw is still so, its key is free, and the draft can be kept.

Each raises InvalidEdit or EditConflict; nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core.definition import KEY
from engine.core.designing.draft import Draft
from engine.core.designing.paths import Spot, Steps, at, find, name_of
from engine.core.designing.tidying import LISTS
from engine.core.errors import BadRequest, EditConflict, InvalidEdit
from engine.core.messages import Message
from engine.core.proof import canonical

LARGEST = 1_000_000  # bytes of canonical JSON


def spot_of(draft: Draft, path: str, was: Any) -> Spot:
    found = find(draft.document, path)
    if found is not None:
        return found
    if was is not None:
        raise conflict(path, was, None)
    raise InvalidEdit(Message("edits.nothing_there", path=path))


def element_of(draft: Draft, path: str, was: Any) -> Spot:
    """The spot of something that stands in a list."""
    spot = spot_of(draft, path, was)
    if not isinstance(spot.steps[-1], int) or spot.steps[0] == "lock":
        raise InvalidEdit(Message("edits.no_element", path=path))
    return spot


def items_of(spot: Spot, path: str) -> list[Any]:
    """The items of a list; none where it has not come to be yet."""
    is_list = spot.shape.kind in (*LISTS, "names", "texts")
    if spot.value is None and is_list:
        return []
    if isinstance(spot.value, list) and spot.steps[0] != "lock":
        return spot.value
    raise InvalidEdit(Message("edits.no_such_list", path=path))


def index_of(items: list[Any], before: str | None) -> int:
    """Where to put something before an item; at the end where there is none of this name any more."""
    if before is None:
        return len(items)
    names = [name_of(items, index) for index in range(len(items))]
    if before in names:
        return names.index(before)
    return min(int(before), len(items)) if before.isdecimal() and len(before) < 7 else len(items)


def require_free(draft: Draft, steps: Steps, key: Any) -> None:
    """A key is written as keys are, and nothing else in its list has it."""
    if not isinstance(key, str) or not KEY.match(key):
        raise InvalidEdit(Message("edits.bad_key", key=str(key)[:80]))
    items = at(draft.document, steps).value
    listed = items if isinstance(items, list) else []
    if any(isinstance(item, Mapping) and item.get("key") == key for item in listed):
        raise InvalidEdit(Message("edits.key_taken", key=key))


def conflict(path: str, expected: Any, found: Any) -> EditConflict:
    return EditConflict(Message("edits.conflict", path=path), path, expected, found)


def bounded(draft: Draft) -> Draft:
    """The draft, when it can be kept: canonical JSON of a bearable size."""
    try:
        size = len(canonical.canonical(draft.document))
    except (BadRequest, RecursionError) as error:
        raise InvalidEdit(Message("edits.unwritable")) from error
    if size > LARGEST:
        raise InvalidEdit(Message("edits.too_large", size=size, most=LARGEST))
    return draft
