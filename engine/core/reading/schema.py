"""The JSON Schema (2020-12) of a definition as authors write it: maps, short forms and all. For editors.

Generated from the same shapes and models as the parser, so neither knows a key that the other does not. What a name
points at, and what an expression means, no schema can say: that is `siklus check`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from engine.core.catalog import Catalog, Entry, Kind
from engine.core.definition import (
    Call,
    Circle,
    EntriesSpec,
    FieldSpec,
    FigureSpec,
    Grant,
    Item,
    Prefill,
    ResultSpec,
    RoleSpec,
    StartAnswer,
    Window,
)
from engine.core.reading.shapes import ALSO, MODELS, ROOTS, Shape, is_open, required, shapes
from engine.core.scorespec import Given

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
KEY: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,62}$"}
NULL: Schema = {"type": "null"}
WORDS: Schema = {"type": "string", "minLength": 1, "maxLength": 4000}
TEXT: Schema = {
    "description": "One sentence for every language, or one for each.",
    "anyOf": [
        WORDS,
        {"type": "object", "properties": {"id": WORDS, "en": WORDS}, "minProperties": 1, "additionalProperties": False},
    ],
}
FORMULA: Schema = {"type": "string", "maxLength": 4096, "format": "siklus-expression"}
SHORT: Mapping[type[BaseModel], Schema] = {
    RoleSpec: KEY, Item: {"$ref": "#/$defs/Text"}, Prefill: FORMULA, FigureSpec: KEY, EntriesSpec: KEY,
    Window: {"type": "string"}, Given: FORMULA, StartAnswer: FORMULA,
}  # fmt: skip
CALLS: Mapping[str, Kind] = {"guards": "guard", "actions": "action", "jobs": "job"}
TYPED: Mapping[type[BaseModel], tuple[str, Kind]] = {FieldSpec: ("type", "field"), ResultSpec: ("method", "method")}
NOISE = ("title", "default", "description")


def json_schema(catalog: Catalog) -> Schema:
    """Describe workflows and code lists as one schema; field types, guards, … are those of the catalog."""
    nodes = {model.__name__: _node(model, catalog) for model in MODELS if model is not Call}
    return {
        "$schema": DRAFT,
        "title": "Siklus definition",
        "oneOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in ROOTS.values()],
        "$defs": {"Text": TEXT, **nodes},
    }


def _node(model: type[BaseModel], catalog: Catalog) -> Schema:
    """The map that stands for one element. Its `key` may be that of the map around it: not required here."""
    plain = _properties(model)
    written: Schema = {}
    for key, shape in shapes(model).items():
        written[key] = _value(shape, _tidy(plain.get(key, {})), catalog, CALLS.get(key))
        if (model, key) in ALSO:
            written[ALSO[model, key]] = written[key]
    found: Schema = {"type": "object", "description": _first_line(model), "properties": written}
    if needed := [key for key in required(model) if key != "key" or model in ROOTS.values()]:
        found["required"] = needed
    if is_open(model):
        return {**found, **_typed(model, catalog)}
    return {**found, "additionalProperties": False}


def _properties(model: type[BaseModel]) -> Schema:
    """Pydantic's schema of each key; a model that holds itself stands among its definitions."""
    whole = model.model_json_schema(by_alias=True)
    found: Schema = whole["properties"] if "properties" in whole else whole["$defs"][model.__name__]["properties"]
    return found


def _value(shape: Shape, plain: Schema, catalog: Catalog, kind: Kind | None) -> Schema:
    match shape.kind:
        case "text":
            return _ref("Text")
        case "texts":
            return _one_or_many(_ref("Text"), plain)
        case "names":
            return _one_or_many(plain.get("items", {"type": "string"}), plain)
        case "calls" if kind is not None:
            return _one_or_many(_call(catalog, kind), plain)
        case "grants":
            return _grants()
        case "circles":
            return _circles()
        case "locks" | "pairs" if shape.model is not None:
            return _either(_map(*_pair(shape.model)), _list(_ref(shape.model.__name__)))
        case "nodes" if shape.model is not None:
            return _list(_ref(shape.model.__name__))
        case "node" | "keyed" if shape.model is not None:
            inline = [SHORT[shape.model]] if shape.model in SHORT else []
            return _keyed(shape.model) if shape.kind == "keyed" else _either(_ref(shape.model.__name__), *inline)
    return plain


def _pair(model: type[BaseModel]) -> tuple[Schema, Schema]:
    """What stands before and after the colon where a node of two keys is written as a pair."""
    first, second = (_tidy(found) for found in _properties(model).values())
    return first, second


def _keyed(model: type[BaseModel]) -> Schema:
    node = _ref(model.__name__)
    empty = [] if any(key != "key" for key in required(model)) else [NULL]
    inside = _either(node, *([SHORT[model]] if model in SHORT else []), *empty)
    return _either(_map(KEY, inside), _list({**node, "required": ["key"]}))


def _grants() -> Schema:
    states = _either(KEY, _list(KEY))
    return _either(_map(KEY, _map(KEY, states)), _list(_ref(Grant.__name__)))


def _circles() -> Schema:
    states = _either(KEY, _list(KEY), NULL)
    return _either(KEY, _list(_either(KEY, _ref(Circle.__name__))), _map(KEY, states))


def _call(catalog: Catalog, kind: Kind) -> Schema:
    """A name alone, a map of the name to its options, or the normal form."""
    entries = catalog.entries(kind)
    names: Schema = {"enum": [entry.name for entry in entries]} if entries else {"type": "string"}
    alone: Schema = {"enum": [entry.name for entry in entries if not _needed(entry)]} if entries else names
    by_name = {entry.name: _either(_options(entry), *([] if _needed(entry) else [NULL])) for entry in entries}
    short = {"type": "object", "properties": by_name, "additionalProperties": not entries, "maxProperties": 1}
    full: Schema = {
        "type": "object",
        "properties": {"name": names, "options": {"type": ["object", "null"]}},
        "required": ["name"],
        "additionalProperties": False,
    }
    return _either(alone, full, {**short, "minProperties": 1, "not": {"required": ["name"]}})


def _needed(entry: Entry) -> list[str]:
    return [name for name, option in entry.options.model_fields.items() if option.is_required()]


def _options(entry: Entry) -> Schema:
    written = entry.options.model_json_schema()
    return {
        "type": "object",
        "description": entry.doc,
        "properties": {key: _tidy(value) for key, value in written.get("properties", {}).items()},
        "required": _needed(entry),
        "additionalProperties": False,
    }


def _typed(model: type[BaseModel], catalog: Catalog) -> Schema:
    """The keys that a field's type or a result's method adds."""
    word, kind = TYPED[model]
    entries = catalog.entries(kind)
    if not entries:
        return {}
    cases = [{"if": {"properties": {word: {"const": each.name}}}, "then": _case(model, each)} for each in entries]
    return {"allOf": [{"properties": {word: {"enum": [entry.name for entry in entries]}}}, *cases]}


def _case(model: type[BaseModel], entry: Entry) -> Schema:
    options = _options(entry)
    shaped = [key for key in shapes(model) if key in model.model_fields]
    own = {key: value for key, value in options["properties"].items() if key not in shapes(model)}
    names = [*shaped, *options["properties"]]
    return {
        "description": entry.doc,
        "properties": own,
        "required": options["required"],
        "propertyNames": {"enum": names},
    }


def _tidy(plain: Any) -> Any:
    """Pydantic's schema of one value without what is only noise here; what refers to other models becomes `true`."""
    if isinstance(plain, list):
        return [_tidy(item) for item in plain]
    if not isinstance(plain, dict):
        return plain
    if "$ref" in plain:
        return True
    kept = {key: _tidy(value) for key, value in plain.items() if key not in NOISE}
    ways = [way for way in kept.get("anyOf", ()) if way != {"type": "null"}]
    return ways[0] if len(ways) == 1 else kept


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _either(*ways: Schema) -> Schema:
    return {"anyOf": list(ways)} if len(ways) > 1 else ways[0]


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _map(key: Schema, value: Schema) -> Schema:
    return {"type": "object", "propertyNames": key, "additionalProperties": value}


def _one_or_many(item: Schema, plain: Schema) -> Schema:
    least = {"minItems": plain["minItems"]} if "minItems" in plain else {}
    return _either(item, {**_list(item), **least})


def _first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]
