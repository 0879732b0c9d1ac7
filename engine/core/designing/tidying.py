"""One way to write what a draft says: keys in the order of their model, and nothing that equals its default.

So an edit and its inverse give the same bytes. What is no definition passes through unchanged; nothing is judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from engine.core.messages import LANGUAGES
from engine.core.reading.shapes import ROOTS, Shape, shapes

PLAIN = Shape("plain")
LISTS = ("keyed", "nodes", "calls", "grants", "circles", "locks", "pairs")
DEEPEST = 60


def root(document: Any) -> Shape:
    """The shape of a whole document."""
    model = ROOTS.get(str(document.get("kind"))) if isinstance(document, Mapping) else None
    return PLAIN if model is None else Shape("node", model)


def below(shape: Shape, step: str | int) -> Shape:
    """The shape one step further down: under a key, or of an item of a list."""
    if isinstance(step, int):
        if shape.kind == "texts":
            return Shape("text")
        return Shape("node", shape.model) if shape.kind in LISTS else PLAIN
    return shapes(shape.model).get(step, PLAIN) if shape.kind == "node" and shape.model else PLAIN


def tidy(document: Any) -> dict[str, Any]:
    """A whole document, tidied; {} for what is no map."""
    found = tidied(root(document), document)
    return found if isinstance(found, dict) else {}


def tidied(shape: Shape, value: Any, depth: int = 0) -> Any:
    """A value as it is written where this shape stands."""
    if depth > DEEPEST:
        return None
    if isinstance(value, Mapping):
        found = {str(key): tidied(below(shape, str(key)), item, depth + 1) for key, item in value.items()}
        return ordered(shape, {key: item for key, item in found.items() if not says_nothing(shape, key, item)})
    if isinstance(value, (list, tuple)):
        return [tidied(below(shape, index), item, depth + 1) for index, item in enumerate(value)]
    if isinstance(value, str):
        return _long(shape, value)
    return value if value is None or isinstance(value, (bool, int)) else str(value)


def ordered(shape: Shape, node: dict[str, Any]) -> dict[str, Any]:
    """The same map with its key first, then the keys of its model in their order, then the rest by name."""
    places = _places(shape.model) if shape.kind == "node" and shape.model else {}
    return dict(sorted(node.items(), key=lambda pair: (places.get(pair[0], len(places)), pair[0])))


def says_nothing(shape: Shape, key: str, value: Any) -> bool:
    """Whether a key with this value says no more than no key."""
    if value is None or value == {}:
        return True
    if shape.kind != "node" or shape.model is None:
        return False
    defaults = _defaults(shape.model)
    if key in defaults:
        return type(value) is type(defaults[key]) and bool(value == defaults[key])
    return value == [] and shapes(shape.model).get(key, PLAIN).kind in LISTS and key not in shape.model.model_fields


@cache
def _places(model: type[BaseModel]) -> dict[str, int]:
    names = sorted(shapes(model), key=lambda name: name != "key")
    return {name: place for place, name in enumerate(names)}


@cache
def _defaults(model: type[BaseModel]) -> dict[str, Any]:
    """What each key that may be left out is then, as JSON has it; without those that are nothing."""
    found: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        if not info.is_required():
            default = info.get_default(call_default_factory=True)
            found[info.alias or name] = list(default) if isinstance(default, tuple) else default
    return found


def _long(shape: Shape, value: str) -> Any:
    """A short writing made long: one text for every language, one name of a list, a call without options."""
    match shape.kind:
        case "text":
            return dict.fromkeys(sorted(LANGUAGES), value)
        case "names" | "texts":
            return [tidied(below(shape, 0), value)]
        case "node" if shape.model is not None and shape.model.__name__ == "Call":
            return {"name": value}
    return value
