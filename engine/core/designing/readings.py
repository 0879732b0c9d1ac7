"""What may be written under each key of a model: read off its JSON schema, for elements and options alike.

A model that came later, or a guard that somebody invents, is read the same way: nothing is listed here by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel

from engine.core.definition import Call, Circle, Due
from engine.core.designing.panelparts import Kind
from engine.core.messages import LANGUAGES
from engine.core.reading.shapes import shapes

SPECIAL: Mapping[str, Kind] = {"text": "text", "texts": "texts", "calls": "calls", "circles": "circles"}
EXPRESSION = "siklus-expression"


@dataclass(frozen=True, slots=True)
class Reading:
    """One key: its kind, its fixed words where it takes no others, its bounds, what holds when it is not written."""

    name: str
    kind: Kind
    words: tuple[str, ...] = ()
    required: bool = False
    default: Any = None
    least: Any = None
    most: Any = None


@cache
def readings(model: type[BaseModel]) -> tuple[Reading, ...]:
    """The keys that a node of this model takes, in the order in which it declares them."""
    schema = model.model_json_schema()
    defs = schema.get("$defs", {})
    own = _resolved(schema, defs)  # a model that names itself stands among its own definitions
    needed, kinds = own.get("required", ()), dict(_declared(model))
    return tuple(
        _reading(name, written, defs, kinds.get(name), name in needed)
        for name, written in own.get("properties", {}).items()
    )


def _declared(model: type[BaseModel]) -> Iterator[tuple[str, Kind]]:
    """The kinds that the shape of a key says better than its schema."""
    for name, shape in shapes(model).items():
        if shape.model is Due:
            yield name, "due"
        elif shape.kind in SPECIAL and shape.model in (None, Call, Circle):
            yield name, SPECIAL[shape.kind]


def _reading(
    name: str, written: Mapping[str, Any], defs: Mapping[str, Any], declared: Kind | None, needed: bool
) -> Reading:
    ways = [_resolved(way, defs) for way in written.get("anyOf", [written]) if way.get("type") != "null"]
    kind, words = _kind(ways, defs)
    bounds = {key: way[key] for way in ways for key in way}
    least = bounds.get("minimum", bounds.get("minLength", bounds.get("minItems")))
    most = bounds.get("maximum", bounds.get("maxLength", bounds.get("maxItems")))
    return Reading(name, declared or kind, words, needed, written.get("default"), least, most)


def _resolved(way: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(way.get("$ref", "")).rpartition("/")[2]
    return {**defs.get(name, {}), **{key: value for key, value in way.items() if key != "$ref"}}


def _kind(ways: list[Mapping[str, Any]], defs: Mapping[str, Any]) -> tuple[Kind, tuple[str, ...]]:
    if any(set(way.get("properties", ())) == set(LANGUAGES) for way in ways):
        return "text", ()
    if len(ways) > 1:
        return ("decimal" if any(way.get("type") == "number" for way in ways) else "raw"), ()
    way: Mapping[str, Any] = ways[0] if ways else {}
    if (words := _fixed(way)) is not None:
        return "choice", words
    if way.get("type") == "array":
        return _several(_ways(way.get("items", {}), defs), defs)
    if way.get("type") == "object":
        return ("element" if "properties" in way else "raw"), ()
    return _plain(way), ()


def _ways(written: Mapping[str, Any], defs: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [_resolved(way, defs) for way in written.get("anyOf", [written]) if way.get("type") != "null"]


def _several(ways: list[Mapping[str, Any]], defs: Mapping[str, Any]) -> tuple[Kind, tuple[str, ...]]:
    kind, words = _kind(ways, defs)
    several: Mapping[Kind, Kind] = {"text": "texts", "line": "lines", "choice": "choices", "element": "list"}
    return several.get(kind, "raw"), words


def _fixed(way: Mapping[str, Any]) -> tuple[str, ...] | None:
    if "const" in way:
        return (str(way["const"]),)
    return tuple(map(str, way["enum"])) if "enum" in way else None


def _plain(way: Mapping[str, Any]) -> Kind:
    kinds: Mapping[str, Kind] = {"boolean": "boolean", "integer": "number", "number": "decimal"}
    if way.get("type") != "string":
        return kinds.get(str(way.get("type")), "raw")
    formats: Mapping[str, Kind] = {EXPRESSION: "expression", "date": "date"}
    return formats.get(str(way.get("format")), "line")
