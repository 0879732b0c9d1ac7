"""What an element of a document says, property by property: for what came or went as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from engine.core.messages import Message, Param
from engine.core.reading.shapes import Shape, shapes
from engine.core.telling.called import label_of, nodes
from engine.core.telling.calls import CALLS, call
from engine.core.telling.circles import circle
from engine.core.telling.rules import rule
from engine.core.telling.teller import Teller
from engine.core.telling.values import value
from engine.core.telling.wordlist import property_name

PLAIN = Shape("plain")
LABEL = frozenset(("key", "label", "title", "name"))


def contents(teller: Teller, model: type[BaseModel] | None, node: Mapping[str, Any], path: str) -> tuple[Param, ...]:
    """Each property with its name, and each element inside by its label."""
    return tuple(_told(teller, model, node, path))


def _told(teller: Teller, model: type[BaseModel] | None, node: Mapping[str, Any], path: str) -> Iterator[Message]:
    known = shapes(model) if model is not None else {}
    for name, found in node.items():
        if name in LABEL or found is None:
            continue
        shape = known.get(name, PLAIN)
        if name == "rule":
            said: Param = rule(node, teller.called)
        elif shape.kind == "keyed":
            said = tuple(label_of(each) for each in nodes(found))
        elif shape.kind == "calls":
            said = tuple(
                call(each, CALLS.get(name, "guard"), teller, f"{path}.{name}.{at}.options")
                for at, each in enumerate(nodes(found))
            )
        elif shape.kind == "circles":
            said = tuple(circle(teller.called, each) for each in nodes(found))
        else:
            said = value(model, name, found, teller, f"{path}.{name}")
        yield Message("telling.option", name=property_name(name), value=said)
