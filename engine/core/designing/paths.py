"""Dotted paths of a draft, as problems name them: `states.drafted.tasks.write.due`, `transitions.t.guards.0`.

From a path to a place and back, and documents with one place changed. What an edit may do is not decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.core.designing.tidying import below, ordered, root, says_nothing
from engine.core.reading.shapes import Shape

Step = str | int
Steps = tuple[Step, ...]
DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a document: the steps to it, its shape, and what stands there (None: nothing)."""

    steps: Steps
    shape: Shape
    value: Any


def find(document: Mapping[str, Any], path: str) -> Spot | None:
    """The place of a path; None where an item of a list that it names is not there, or nothing can be below.

    The items of a list go by `key` where they have one, else by index; grants also by form and role, circles by role.
    """
    words = path.split(".")
    if "" in words or len(words) > DEEPEST:  # a key that is no word leads nowhere
        return None
    spot = Spot((), root(document), document)
    while words:
        found = _next(spot, words)
        if found is None:
            return None
        step, used = found
        spot = Spot((*spot.steps, step), below(spot.shape, step), _item(spot.value, step))
        words = words[used:]
    return spot


def at(document: Mapping[str, Any], steps: Steps) -> Spot:
    """The place at these steps, which lead somewhere."""
    spot = Spot((), root(document), document)
    for step in steps:
        spot = Spot((*spot.steps, step), below(spot.shape, step), _item(spot.value, step))
    return spot


def _next(spot: Spot, words: Sequence[str]) -> tuple[Step, int] | None:
    """The step that the next words mean, and how many words it took."""
    if isinstance(spot.value, Mapping):
        return words[0], 1
    if spot.value is None:
        return (words[0], 1) if spot.shape.kind in ("node", "plain", "text") and not words[0].isdigit() else None
    if not isinstance(spot.value, list):
        return None
    if words[0].isdecimal():
        return (int(words[0]), 1) if len(words[0]) < 7 and int(words[0]) < len(spot.value) else None
    for index, item in enumerate(spot.value):
        if used := _fits(spot.shape, item, words):
            return index, used
    return None


def _fits(shape: Shape, item: Any, words: Sequence[str]) -> int:
    """How many of the words name this item of a list; 0 for none."""
    if not isinstance(item, Mapping):
        return int(item == words[0])
    if shape.kind == "grants":
        return 2 if [item.get("form"), item.get("role")] == list(words[:2]) else 0
    return int(item.get("role" if shape.kind == "circles" else "key") == words[0])


def _item(value: Any, step: Step) -> Any:
    if isinstance(value, Mapping):
        return value.get(str(step))
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None


def name_of(items: Sequence[Any], index: int) -> str:
    """How a path names an item of a list: by its key where no other item has it, else by its index."""
    own = items[index].get("key") if isinstance(items[index], Mapping) else None
    alone = [item for item in items if isinstance(item, Mapping) and item.get("key") == own]
    named = isinstance(own, str) and own and not own[0].isdecimal() and "." not in own and len(alone) == 1
    return str(own) if named else str(index)


def path_of(document: Mapping[str, Any], steps: Steps) -> str:
    """The path of a place."""
    words: list[str] = []
    value: Any = document
    for step in steps:
        words.append(name_of(value, step) if isinstance(step, int) else step)
        value = _item(value, step)
    return ".".join(words)


def with_value(document: Mapping[str, Any], steps: Steps, value: Any) -> dict[str, Any]:
    """The document with another value at a place; None takes it away, with the maps that it leaves empty."""
    found = _with(root(document), document, steps, value)
    return found if isinstance(found, dict) else {}


def _with(shape: Shape, holder: Any, steps: Steps, value: Any) -> Any:
    if not steps:
        return value
    step = steps[0]
    new = _with(below(shape, step), _item(holder, step), steps[1:], value)
    if isinstance(holder, list):
        return [new if index == step else item for index, item in enumerate(holder)]
    node = dict(holder) if isinstance(holder, Mapping) else {}
    if says_nothing(shape, str(step), new):
        node.pop(str(step), None)
        return node
    if str(step) in node:
        return {**node, str(step): new}
    return ordered(shape, {**node, str(step): new})
