"""What the edits of a designer do to a draft: each makes another draft, and tells the edits that would undo it.

Merging is here too: an edit that saw something else than stands there conflicts. Whether a draft makes sense is not
judged: it may be half done. The edits as values are acts.py's, what a Rename takes along is renaming.py's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.core.catalog import Catalog
from engine.core.definition import Prefill
from engine.core.designing.acts import (
    MOST_EDITS,
    Add,
    Drop,
    Edit,
    Move,
    Place,
    Put,
    Rename,
    as_list,
    from_json,
    require_few,
    several,
    to_json,
)
from engine.core.designing.draft import Draft
from engine.core.designing.grounds import bounded, conflict, element_of, index_of, items_of, require_free, spot_of
from engine.core.designing.paths import Spot, Steps, at, find, name_of, path_of, with_value
from engine.core.designing.renaming import renamed
from engine.core.designing.tidying import below, says_nothing, tidied
from engine.core.errors import EditConflict, InvalidEdit
from engine.core.messages import Message

__all__ = [
    "MOST_EDITS",
    "Add",
    "Changed",
    "Drop",
    "Edit",
    "Move",
    "Place",
    "Put",
    "Rename",
    "as_list",
    "change",
    "from_json",
    "one",
    "require_few",
    "several",
    "to_json",
]

FARTHEST = 100_000
FIXED = ("kind", "format", "key", "lock")  # which definition it is, and what publishing pins


@dataclass(frozen=True, slots=True)
class Changed:
    """A draft after edits, and the edits that bring back the one before, byte for byte."""

    draft: Draft
    inverse: tuple[Edit, ...]


def change(draft: Draft, edits: Iterable[Edit], catalog: Catalog, published: frozenset[str] = frozenset()) -> Changed:
    """Do edits one after the other: all of them, or none.

    `published`: full names of fields (`plan.targets.weight`) that a published version has: renamed, they keep their
    lineage. Raises EditConflict where something else stands than an edit saw, InvalidEdit for what cannot be done.
    """
    inverse: list[Edit] = []
    for edit in edits:
        done = one(draft, edit, catalog, published)
        draft, inverse = done.draft, [*done.inverse, *inverse]
    return Changed(bounded(draft), tuple(inverse))


def one(draft: Draft, edit: Edit, catalog: Catalog, published: frozenset[str]) -> Changed:
    """One edit and what takes it back; the size of what comes of it is the caller's to bound."""
    done = _do(draft, edit, catalog, published)
    if _undoes(draft, done, catalog, published):
        return done
    fixed = next((name for name in FIXED if draft.document.get(name) != done.draft.document.get(name)), None)
    if fixed is not None:  # within it nobody could take the edit back
        raise InvalidEdit(Message("edits.fixed", path=fixed))
    return Changed(done.draft, _whole(draft, done.draft))


def _undoes(draft: Draft, done: Changed, catalog: Catalog, published: frozenset[str]) -> bool:
    """Whether the inverse brings the draft back; where keys stand twice or are none, names do not lead back."""
    found = done.draft
    try:
        for edit in done.inverse:
            found = _do(found, edit, catalog, published).draft
    except (EditConflict, InvalidEdit):
        return False
    return found == draft


def _whole(before: Draft, after: Draft) -> tuple[Edit, ...]:
    """Edits that write back whole parts of a document, and every box."""
    names = {**before.document, **after.document}
    pairs = [(name, before.document.get(name), after.document.get(name)) for name in names]
    boxes = [key for key in after.places if key not in before.places]
    return (
        *(Place(key) for key in boxes),
        *(Put(name, old, new) for name, old, new in pairs if old != new),
        *(Place(key, point) for key, point in before.places.items() if after.places.get(key) != point),
    )


def _do(draft: Draft, edit: Edit, catalog: Catalog, published: frozenset[str]) -> Changed:
    match edit:
        case Put():
            return _put(draft, edit)
        case Add():
            return _add(draft, edit)
        case Drop():
            return _drop(draft, edit)
        case Move():
            return _move(draft, edit)
        case Rename():
            return _rename(draft, edit, catalog, published)
        case Place():
            return _place(draft, edit)


def _put(draft: Draft, edit: Put) -> Changed:
    spot = spot_of(draft, edit.path, edit.was)
    if len(spot.steps) == 1 and spot.steps[0] in FIXED:
        raise InvalidEdit(Message("edits.fixed", path=edit.path))
    value, was = _written(draft, spot, edit.value), _written(draft, spot, edit.was)
    if value == spot.value and type(value) is type(spot.value):
        return Changed(draft, ())
    if was != spot.value:
        raise conflict(edit.path, was, spot.value)
    if spot.steps[-1] == "key":
        require_free(draft, spot.steps[:-2], value)
    if isinstance(spot.steps[-1], int) and value is None:
        raise InvalidEdit(Message("edits.drop_instead", path=edit.path))
    document = with_value(draft.document, spot.steps, value)
    path = path_of(document, spot.steps) if find(document, edit.path) is None else edit.path
    return Changed(replace(draft, document=document), (Put(path, spot.value, value),))


def _written(draft: Draft, spot: Spot, value: Any) -> Any:
    """A value as the draft would have it at this place; None for one that says no more than nothing."""
    found = tidied(spot.shape, value)
    if isinstance(spot.steps[-1], int):
        return found
    above = at(draft.document, spot.steps[:-1])
    return None if says_nothing(above.shape, spot.steps[-1], found) else found


def _add(draft: Draft, edit: Add) -> Changed:
    spot = spot_of(draft, edit.path, None)
    items = items_of(spot, edit.path)
    element = tidied(below(spot.shape, 0), edit.element)
    if spot.shape.kind == "keyed" and not (isinstance(element, Mapping) and isinstance(element.get("key"), str)):
        raise InvalidEdit(Message("edits.no_key", path=edit.path))
    if not isinstance(element, (Mapping, str)):
        raise InvalidEdit(Message("edits.no_element", path=edit.path))
    if isinstance(element, str) and element in items:
        return Changed(draft, ())
    if isinstance(element, Mapping) and "key" in element:
        require_free(draft, spot.steps, element["key"])
    return _inserted(draft, spot.steps, element, index_of(items, edit.before))


def _inserted(draft: Draft, steps: Steps, element: Any, index: int) -> Changed:
    """The draft with an element in a list, at an index; the list comes to be where there was none."""
    spot = at(draft.document, steps)
    items = list(spot.value or ())
    document = with_value(draft.document, steps, [*items[:index], element, *items[index:]])
    path = path_of(document, (*steps, index))
    above = at(draft.document, steps[:-1])
    made = spot.value is None and not says_nothing(above.shape, str(steps[-1]), [])
    undo: Edit = Put(path_of(document, steps), None, [element]) if made else Drop(path, element)
    return Changed(replace(draft, document=document), (undo,))


def _drop(draft: Draft, edit: Drop) -> Changed:
    spot = element_of(draft, edit.path, edit.was)
    if edit.was is not None and tidied(spot.shape, edit.was) != spot.value:
        raise conflict(edit.path, tidied(spot.shape, edit.was), spot.value)
    taken = _taken(draft, spot)
    places = dict(draft.places)
    key = spot.value.get("key") if isinstance(spot.value, Mapping) and spot.steps[0] == "states" else None
    if len(spot.steps) == 2 and isinstance(key, str) and key in places:
        where = places.pop(key)
        return Changed(replace(taken.draft, places=places), (*taken.inverse, Place(key, where)))
    return taken


def _taken(draft: Draft, spot: Spot) -> Changed:
    """The draft without an element."""
    steps, index = spot.steps[:-1], int(spot.steps[-1])
    items = at(draft.document, steps).value
    left = [item for place, item in enumerate(items) if place != index]
    document = with_value(draft.document, steps, left)
    before = name_of(left, index) if index < len(left) else None
    return Changed(replace(draft, document=document), (Add(path_of(draft.document, steps), spot.value, before),))


def _move(draft: Draft, edit: Move) -> Changed:
    spot, target = element_of(draft, edit.path, None), spot_of(draft, edit.to, None)
    inside = target.steps[: len(spot.steps)] == spot.steps
    if inside or target.shape != at(draft.document, spot.steps[:-1]).shape:
        raise InvalidEdit(Message("edits.no_such_list", path=edit.to))
    items = items_of(target, edit.to)
    if target.steps != spot.steps[:-1] and isinstance(spot.value, Mapping) and "key" in spot.value:
        require_free(draft, target.steps, spot.value["key"])
    return _moved(draft, spot, target, index_of(items, edit.before))


def _moved(draft: Draft, spot: Spot, target: Spot, index: int) -> Changed:
    """An element put at an index of its own list or of another one, as edits of both."""
    home, place = spot.steps[:-1], int(spot.steps[-1])
    if target.steps == home:
        items = [item for at_, item in enumerate(target.value) if at_ != place]
        index -= index > place
        document = with_value(draft.document, home, [*items[:index], spot.value, *items[index:]])
        if index == place:
            return Changed(draft, ())
        after = place + (place > index)
        listed = at(document, home).value
        before = name_of(listed, after) if after < len(listed) else None
        back = Move(path_of(document, (*home, index)), path_of(document, home), before)
        return Changed(replace(draft, document=document), (back,))
    # Into another list: taken out first, so that the way to the other list is looked up again.
    marked = path_of(draft.document, target.steps)
    taken = _taken(draft, spot)
    there = find(taken.draft.document, marked)
    if there is None:
        raise InvalidEdit(Message("edits.no_such_list", path=marked))
    put = _inserted(taken.draft, there.steps, spot.value, index)
    return Changed(put.draft, (*put.inverse, *taken.inverse))


def _rename(draft: Draft, edit: Rename, catalog: Catalog, published: frozenset[str]) -> Changed:
    spot = element_of(draft, edit.path, None)
    key = spot.value.get("key") if isinstance(spot.value, Mapping) else None
    if not isinstance(key, str) or not key or spot.shape.model is Prefill:
        raise InvalidEdit(Message("edits.no_key", path=edit.path))
    if key == edit.key:
        return Changed(draft, ())
    require_free(draft, spot.steps[:-1], edit.key)
    document = renamed(draft.document, spot.steps, edit.key, catalog, published)
    path = path_of(document, spot.steps)
    back = renamed(document, spot.steps, key, catalog, published)
    undo = (Rename(path, key),) if back == draft.document else _puts(draft.document, document, spot.steps)
    return Changed(Draft(document, _followed(draft, spot.steps, key, edit.key)), undo)


def _followed(draft: Draft, steps: Steps, old: str, new: str) -> dict[str, tuple[int, int]]:
    is_state = len(steps) == 2 and steps[0] == "states"
    return {new if is_state and key == old else key: point for key, point in draft.places.items()}


def _puts(before: Any, after: Any, own: Steps) -> tuple[Edit, ...]:
    """Edits that write back each place that differs, the key last: paths go by the new one until then."""
    found = [
        Put(path_of(after, steps), at(before, steps).value, at(after, steps).value)
        for steps in _differing(before, after, ())
        if steps != (*own, "key")
    ]
    return (*found, Put(path_of(after, (*own, "key")), at(before, own).value["key"], at(after, own).value["key"]))


def _differing(before: Any, after: Any, steps: Steps) -> list[Steps]:
    """The places where two documents of the same build differ; a map with other keys is one place."""
    if isinstance(before, Mapping) and isinstance(after, Mapping) and set(before) == set(after):
        return [found for key in before for found in _differing(before[key], after[key], (*steps, key))]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [found for index, (one, other) in pairs for found in _differing(one, other, (*steps, index))]
    return [] if before == after else [steps]


def _place(draft: Draft, edit: Place) -> Changed:
    if find(draft.document, f"states.{edit.state}") is None:
        raise InvalidEdit(Message("edits.nothing_there", path=f"states.{edit.state}"))
    if edit.at is not None and not all(abs(each) <= FARTHEST for each in edit.at):
        raise InvalidEdit(Message("edits.too_far", most=FARTHEST))
    was = draft.places.get(edit.state)
    places = {key: point for key, point in draft.places.items() if key != edit.state}
    if edit.at is not None:
        places[edit.state] = edit.at
    return Changed(replace(draft, places=dict(sorted(places.items()))), (Place(edit.state, was),) * (was != edit.at))
