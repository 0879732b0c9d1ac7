"""Is a normal-form document shaped like a definition? Names every key and value that is not, all at once.

A document with mistakes is mended where it can be (unknown keys dropped, missing values filled with UNKNOWN), so that
the checks of meaning can still run over it; they must not complain about UNKNOWN again. No meaning is judged here.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter, ValidationError

from engine.core.definition import FORMAT, Call, Definition, FieldSpec
from engine.core.errors import Problem
from engine.core.hints import instead, likely, shown
from engine.core.messages import LANGUAGES, Message
from engine.core.places import Places
from engine.core.positions import Path
from engine.core.shapes import ALSO, ROOTS, required, shapes

UNKNOWN = "siklus_unknown"
ROUNDS = 8
KEY_PATTERN = "^[a-z][a-z0-9_]{0,62}$"
TAGS = frozenset({"constrained-str", "str", "typed-dict"})  # pydantic's names for the two ways of writing a text
COLUMNS = TypeAdapter(tuple[FieldSpec, ...])

WRONG = {
    "string_type": "definition.not_text",
    "bool_type": "definition.not_boolean",
    "int_type": "definition.not_integer",
    "int_from_float": "definition.not_integer",
    "tuple_type": "definition.not_list",
    "list_type": "definition.not_list",
    "dict_type": "definition.not_map",
    "model_type": "definition.not_map",
    "model_attributes_type": "definition.not_map",
    "string_too_short": "definition.empty_text",
    "string_too_long": "definition.text_too_long",
    "too_short": "definition.empty_list",
    "greater_than_equal": "definition.too_small",
    "less_than_equal": "definition.too_large",
    "json_invalid": "definition.unreadable",
}
LIMITS = {"max_length": "most", "ge": "least", "le": "most"}
FILLERS: dict[str, Any] = {"missing": UNKNOWN, "tuple_type": [], "list_type": [], "dict_type": {}, "model_type": {}}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One mistake of shape as pydantic found it: its path in the normal form (tags removed), kind, value, context."""

    at: Path
    kind: str
    value: Any
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Structured:
    """The definition that a document is, mended where it had to be (None where nothing can be made of it), what is
    wrong with its shape, and the names that mending took away: later checks must not complain about those."""

    definition: Definition | None
    problems: tuple[Problem, ...] = ()
    lost: frozenset[str] = frozenset()


def structured(document: Any, places: Places) -> Structured:
    """Read a document in the normal form; reports every mistake of shape."""
    model = _root(document)
    if model is None:
        found = document.get("kind") if isinstance(document, dict) else document
        message = Message("definition.kind", found=shown(found))
        return Structured(None, (places.problem(("kind",), message, instead(found, ROOTS)),))
    definition, wrong = _validated(model, document)
    problems = tuple(_problem(model, each, places) for each in _told_once(model, wrong))
    lost = {str(each.value) for each in wrong if each.at[-1:] == ("key",)}
    lost |= {UNKNOWN} if wrong else set()
    lost |= {str(places.name(each.at)) for each in wrong if each.kind == "model_type"}
    mended, rounds = document, 0
    while definition is None and rounds < ROUNDS:
        mended, rounds = _mend(model, mended, wrong), rounds + 1
        definition, wrong = _validated(model, mended)
    return Structured(definition, problems, frozenset(lost))


def _root(document: Any) -> type[BaseModel] | None:
    kind = document.get("kind") if isinstance(document, dict) else None
    return ROOTS.get(kind) if isinstance(kind, str) else None


def _validated(model: type[BaseModel], document: Any) -> tuple[Definition | None, list[Wrong]]:
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
        if tag is not None and (tag == "typed-dict") != isinstance(_value(document, loc[: loc.index(tag)]), dict):
            continue
        yield Wrong((*above, *at), kind, found["input"], found.get("ctx", {}))


def _value(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


def _told_once(root: type[BaseModel], wrong: list[Wrong]) -> list[Wrong]:
    """Leave out what only repeats a mistake: the right key is missing where a misspelt one stands, a name that may not
    be declared is used, a call without a name has strange keys."""
    misspelt = {(*each.at[:-1], _meant(root, each)) for each in wrong if each.kind == "extra_forbidden"}
    declared = {each.value for each in wrong if _is_bad_key(each) and each.at[-1] == "key"}
    nameless = {each.at[:-1] for each in wrong if each.kind == "missing" and _model_at(root, each.at[:-1]) is Call}
    return [
        each
        for each in wrong
        if not (each.kind == "missing" and each.at in misspelt)
        and not (_is_bad_key(each) and each.at[-1] != "key" and each.value in declared)
        and not (each.kind == "extra_forbidden" and each.at[:-1] in nameless)
    ]


def _is_bad_key(wrong: Wrong) -> bool:
    return wrong.kind == "string_pattern_mismatch" and wrong.context["pattern"] == KEY_PATTERN


def _meant(root: type[BaseModel], wrong: Wrong) -> str | None:
    return likely(str(wrong.at[-1]), _keys(_model_at(root, wrong.at[:-1])))


def _problem(root: type[BaseModel], wrong: Wrong, places: Places) -> Problem:
    key = str(wrong.at[-1]) if wrong.at else ""
    if wrong.kind == "extra_forbidden":
        allowed = _keys(_model_at(root, wrong.at[:-1]))
        return places.problem(
            wrong.at, Message("definition.unknown_key", key=shown(key)), instead(key, allowed), key=True
        )
    if wrong.kind == "missing":
        model = _model_at(root, wrong.at[:-1])
        if model is Call:
            return places.problem(wrong.at[:-1], Message("definition.call"))
        needed = required(model) if model else LANGUAGES
        hint = Message("definition.hint.required", keys=tuple(needed))
        return places.problem(wrong.at, Message("definition.missing_key", key=key), hint)
    if wrong.kind == "literal_error":
        message = Message("definition.not_allowed", found=shown(wrong.value))
        return places.problem(wrong.at, message, instead(wrong.value, _literals(wrong.context["expected"])))
    if wrong.kind == "string_pattern_mismatch":
        message_key = "definition.bad_key" if _is_bad_key(wrong) else "definition.bad_day"
        return places.problem(wrong.at, Message(message_key, found=shown(wrong.value)))
    limits = {LIMITS[name]: value for name, value in wrong.context.items() if name in LIMITS}
    message_key = WRONG.get(wrong.kind, "definition.wrong_value")
    return places.problem(wrong.at, Message(message_key, found=shown(wrong.value), **limits))


def _keys(model: type[BaseModel] | None) -> tuple[str, ...]:
    if model is None:
        return LANGUAGES
    return tuple(ALSO.get((model, key), key) for key in shapes(model))


def _model_at(root: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model of the node at a path; None for the inside of a text."""
    model: type[BaseModel] | None = root
    for step in path:
        if isinstance(step, str) and model is not None:
            shape = shapes(model).get(step)
            model = shape.model if shape else None
    return model


def _literals(expected: str) -> tuple[str, ...]:
    """Pydantic's "'a', 'b' or 'c'" as words."""
    return tuple(part.strip(" '") for part in expected.replace(" or ", ",").split(","))


def _mend(root: type[BaseModel], document: Any, wrong: list[Wrong]) -> Any:
    mended = copy.deepcopy(document)
    by_path = {each.at: each for each in reversed(wrong)}
    for at in sorted(by_path, key=_depth_first, reverse=True):
        if at:
            _mend_one(_value(mended, at[:-1]), at[-1], by_path[at], root)
    return mended


def _depth_first(path: Path) -> tuple[int, tuple[str, ...]]:
    return len(path), tuple(f"{step:09d}" if isinstance(step, int) else step for step in path)


def _mend_one(parent: Any, step: Any, wrong: Wrong, root: type[BaseModel]) -> None:
    if wrong.kind == "extra_forbidden":
        value, meant = parent.pop(step), _meant(root, wrong)
        if meant is not None:
            parent.setdefault(meant, value)
    elif wrong.kind == "too_short":
        parent[step] = [UNKNOWN]
    elif wrong.kind == "string_pattern_mismatch" and step == "key":
        parent[step] = UNKNOWN
    elif wrong.kind == "missing" and step == "format":
        parent[step] = FORMAT
    elif wrong.kind in FILLERS:
        parent[step] = copy.copy(FILLERS[wrong.kind])
    else:
        del parent[step]
