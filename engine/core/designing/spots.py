"""Finding an element of a draft by its path, with the model that it is written after. Reads; never changes.

A draft may be incomplete or wrong in any way, so nothing here takes a shape for granted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from engine.core.messages import Text, readable
from engine.core.reading.shapes import ROOTS, shapes
from engine.core.written import nodes
from engine.core.written import text_of as text_of


@dataclass(frozen=True, slots=True)
class Spot:
    """A value of the document. `model` is that of the node, or of the nodes in a list; None for plain values.

    `step` is the last step of its path: a key of the normal form, the `key` of an item, or an index.
    """

    path: str
    step: str
    value: Any
    model: type[BaseModel] | None
    above: Spot | None = None

    def node(self) -> Mapping[str, Any]:
        """The value where it is a map; nothing else has properties."""
        return self.value if isinstance(self.value, Mapping) else {}

    def within(self, model: type[BaseModel]) -> Spot | None:
        """This spot, or the nearest one above it, that is a node of this model."""
        spot: Spot | None = self
        while spot is not None and not (spot.model is model and isinstance(spot.value, Mapping)):
            spot = spot.above
        return spot


def find(document: Mapping[str, Any], path: str) -> Spot | None:
    """The spot at a path; None where nothing stands."""
    spot: Spot | None = Spot("", "", document, ROOTS.get(str(document.get("kind"))))
    for step in path.split(".") if path else ():
        spot = below(spot, step) if spot is not None else None
    return spot


def below(spot: Spot, step: str) -> Spot | None:
    """The spot one step further down."""
    path = f"{spot.path}.{step}" if spot.path else step
    if isinstance(spot.value, Mapping):
        if step not in spot.value:
            return None
        shape = shapes(spot.model).get(step) if spot.model is not None else None
        return Spot(path, step, spot.value[step], shape.model if shape else None, spot)
    found = item(spot.value, step)
    return None if found is None else Spot(path, step, found, spot.model, spot)


def item(listed: Any, step: str) -> Any:
    """The item of a list by its key, or by its index."""
    if not isinstance(listed, list):
        return None
    named = next((each for each in listed if isinstance(each, Mapping) and each.get("key") == step), None)
    if named is None and step.isdecimal() and int(step) < len(listed):
        return listed[int(step)]
    return named


def elements(node: Any, name: str) -> tuple[Mapping[str, Any], ...]:
    """The maps in a list of a node."""
    return tuple(nodes(node.get(name))) if isinstance(node, Mapping) else ()


def key_of(element: Mapping[str, Any]) -> str:
    """The key of an element; nothing where it has none."""
    return str(element.get("key", ""))


def title_of(element: Mapping[str, Any]) -> Text:
    """What an element is called: its label, title or name, else its key made readable."""
    key = key_of(element)
    for word in ("label", "title", "name"):
        if (found := text_of(element.get(word))) is not None:
            return found
    return readable(key) if key else Text("…", "…")


def fields_of(form: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The questions of a form, in the order in which they are asked."""
    for section in elements(form, "sections"):
        yield from elements(section, "fields")
