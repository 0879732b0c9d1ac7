"""Is a normal-form document shaped like a definition? Names every key and value that is not, all at once.

A document with mistakes is mended where it can be (unknown keys dropped, missing values filled with UNKNOWN), so that
the checks of meaning can still run over it; they must not complain about UNKNOWN again. No meaning is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from engine.core.definition import Call, Definition
from engine.core.errors import Problem
from engine.core.hints import instead, shown
from engine.core.messages import LANGUAGES, Message
from engine.core.reading.mending import UNKNOWN, meant, mend
from engine.core.reading.places import Places
from engine.core.reading.positions import Path
from engine.core.reading.shapes import ROOTS, required
from engine.core.reading.wrong import TAGS, Wrong, is_bad_key, keys, model_at, validated

__all__ = ["LIMITS", "TAGS", "UNKNOWN", "WRONG", "Structured", "structured"]

ROUNDS = 8

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
    "reserved": "definition.reserved",
}
LIMITS = {"max_length": "most", "ge": "least", "le": "most"}


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
    definition, wrong = validated(model, document)
    problems = tuple(_problem(model, each, places) for each in (*_told_once(model, wrong), *_reserved(document, ())))
    lost = {str(each.value) for each in wrong if each.at[-1:] == ("key",)}
    lost |= {UNKNOWN} if wrong else set()
    lost |= {str(places.name(each.at)) for each in wrong if each.kind == "model_type"}
    mended, rounds = document, 0
    while definition is None and rounds < ROUNDS:
        mended, rounds = mend(model, mended, wrong), rounds + 1
        definition, wrong = validated(model, mended)
    return Structured(definition, problems, frozenset(lost))


def _root(document: Any) -> type[BaseModel] | None:
    kind = document.get("kind") if isinstance(document, dict) else None
    return ROOTS.get(kind) if isinstance(kind, str) else None


def _reserved(value: Any, at: Path) -> Iterator[Wrong]:
    """Whoever writes our word for what is missing would not be told that it is not declared."""
    if value == UNKNOWN:
        yield Wrong(at, "reserved", value, {})
    elif isinstance(value, (dict, list)):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in pairs:
            yield from _reserved(item, (*at, key))


def _told_once(root: type[BaseModel], wrong: list[Wrong]) -> list[Wrong]:
    """Leave out what only repeats a mistake: the right key is missing where a misspelt one stands, a name that may not
    be declared is used, a call without a name has strange keys."""
    misspelt = {(*each.at[:-1], meant(root, each)) for each in wrong if each.kind == "extra_forbidden"}
    declared = {each.value for each in wrong if is_bad_key(each) and each.at[-1] == "key"}
    nameless = {each.at[:-1] for each in wrong if each.kind == "missing" and model_at(root, each.at[:-1]) is Call}
    return [
        each
        for each in wrong
        if not (each.kind == "missing" and each.at in misspelt)
        and not (is_bad_key(each) and each.at[-1] != "key" and each.value in declared)
        and not (each.kind == "extra_forbidden" and each.at[:-1] in nameless)
    ]


def _problem(root: type[BaseModel], wrong: Wrong, places: Places) -> Problem:
    key = str(wrong.at[-1]) if wrong.at else ""
    if wrong.kind == "extra_forbidden":
        allowed = keys(model_at(root, wrong.at[:-1]))
        return places.problem(
            wrong.at, Message("definition.unknown_key", key=shown(key)), instead(key, allowed), key=True
        )
    if wrong.kind == "missing":
        model = model_at(root, wrong.at[:-1])
        if model is Call:
            return places.problem(wrong.at[:-1], Message("definition.call"))
        needed = required(model) if model else LANGUAGES
        hint = Message("definition.hint.required", keys=tuple(needed))
        return places.problem(wrong.at, Message("definition.missing_key", key=key), hint)
    if wrong.kind == "literal_error":
        message = Message("definition.not_allowed", found=shown(wrong.value))
        return places.problem(wrong.at, message, instead(wrong.value, _literals(wrong.context["expected"])))
    if wrong.kind == "string_pattern_mismatch":
        message_key = "definition.bad_key" if is_bad_key(wrong) else "definition.bad_day"
        return places.problem(wrong.at, Message(message_key, found=shown(wrong.value)))
    limits = {LIMITS[name]: value for name, value in wrong.context.items() if name in LIMITS}
    message_key = WRONG.get(wrong.kind, "definition.wrong_value")
    return places.problem(wrong.at, Message(message_key, found=shown(wrong.value), **limits))


def _literals(expected: str) -> tuple[str, ...]:
    """Pydantic's "'a', 'b' or 'c'" as words."""
    return tuple(part.strip(" '") for part in expected.replace(" or ", ",").split(","))
