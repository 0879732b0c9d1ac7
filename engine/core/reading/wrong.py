"""Mistakes of shape as pydantic finds them in a document in the normal form, each with its path. Not yet in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter, ValidationError

from engine.core.definition import Definition, FieldSpec
from engine.core.messages import LANGUAGES
from engine.core.reading.positions import Path
from engine.core.reading.shapes import ALSO, shapes

TAGS = frozenset({"constrained-str", "str", "typed-dict"})  # pydantic's names for the two ways of writing a text
KEY_PATTERN = "^[a-z][a-z0-9_]{0,62}$"
COLUMNS = TypeAdapter(tuple[FieldSpec, ...])


@dataclass(frozen=True, slots=True)
class Wrong:
    """One mistake of shape as pydantic found it: its path in the normal form (tags removed), kind, value, context."""

    at: Path
    kind: str
    value: Any
    context: dict[str, Any]


def validated(model: type[BaseModel], document: Any) -> tuple[Definition | None, list[Wrong]]:
    """The definition that a document is, or everything that is wrong with its shape."""
    wrong = list(_columns(document, ()))
    definition = None
    try:
        definition = cast("Definition", model.model_validate_json(json.dumps(document), strict=True))
    except ValidationError as error:
        wrong += _wrong(error, document, ())
    return (None if wrong else definition), wrong


def _columns(value: Any, at: Path) -> Iterator[Wrong]:
    """The fields inside tables: options to the model, but fields to the author."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _columns(item, (*at, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "columns" and "type" in value:
                yield from _column_fields(item, (*at, key))
            yield from _columns(item, (*at, key))


def _column_fields(value: Any, at: Path) -> Iterator[Wrong]:
    try:
        COLUMNS.validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        yield from _wrong(error, value, at)


def _wrong(error: ValidationError, document: Any, above: Path) -> Iterator[Wrong]:
    for found in error.errors(include_url=False):
        loc, kind = found["loc"], found["type"]
        tag = next((step for step in loc if step in TAGS), None)
        at = tuple(step for step in loc if step not in TAGS)
        if tag is not None and (tag == "typed-dict") != isinstance(value_at(document, loc[: loc.index(tag)]), dict):
            continue
        yield Wrong((*above, *at), kind, found["input"], found.get("ctx", {}))


def value_at(document: Any, path: Path) -> Any:
    """The value at a path of a document."""
    for step in path:
        document = document[step]
    return document


def is_bad_key(wrong: Wrong) -> bool:
    """Whether a name is not written like one."""
    return wrong.kind == "string_pattern_mismatch" and wrong.context["pattern"] == KEY_PATTERN


def keys(model: type[BaseModel] | None) -> tuple[str, ...]:
    """The keys that an author may write in a node; the languages inside a text (None)."""
    if model is None:
        return LANGUAGES
    return tuple(ALSO.get((model, key), key) for key in shapes(model))


def model_at(root: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model of the node at a path; None for the inside of a text."""
    model: type[BaseModel] | None = root
    for step in path:
        if isinstance(step, str) and model is not None:
            shape = shapes(model).get(step)
            model = shape.model if shape else None
    return model
