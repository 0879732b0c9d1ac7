"""Keys out of labels: nobody who designs has to think of one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from engine.core.definition import FieldSpec, FormSchema, Measure, ResultSpec, RoleSpec
from engine.core.designing.paths import at, find
from engine.core.reading.declared import POSTED, POSTED_WITH_ENTRIES, RESERVED
from engine.core.reading.lint_prints import CASE
from engine.core.written import text_of

LONGEST = 63
WORDS = re.compile(r"[^a-z0-9]+")
# Lists whose keys stand for themselves in expressions share one namespace.
SHARED = ("roles", "forms", "results")
LINKS = ("children", "follow_ups")  # one namespace of their own


def new_key(document: Mapping[str, Any], path: str, label: Any) -> str:
    """A key for a new element of the list at a path: made from its label, unique, never a reserved word.

    `label`: text, or a map of languages, of which the Indonesian one speaks.
    """
    spot, said = find(document, path), text_of(label)
    model = spot.shape.model if spot is not None else None
    return free(
        slug(said.id if said is not None else "") or _kind(path),
        _taken(document, path),
        model in (FieldSpec, FormSchema, Measure, ResultSpec, RoleSpec),
    )


def slug(label: str) -> str:
    """A label as a key: small letters without accents, digits, underscores; empty where nothing is left."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", label) if not unicodedata.combining(letter))
    found = WORDS.sub("_", plain.lower()).strip("_")
    if found and not found[0].isalpha():
        found = f"n_{found}"
    return found[:LONGEST].rstrip("_")


def free(wanted: str, taken: Collection[str], named: bool = False) -> str:
    """A key like the one wanted that nothing has; `named`: expressions call it by its name, so no word of theirs."""
    refused = {*taken, CASE, *(RESERVED | POSTED if named else ())}
    found, number = wanted, 2
    while found in refused:
        ending = f"_{number}"
        found, number = wanted[: LONGEST - len(ending)] + ending, number + 1
    return found


def _kind(path: str) -> str:
    """What an element without a label is called: what its list holds, in the singular."""
    name = path.rpartition(".")[2]
    return slug(name.removesuffix("s")) or "item"


def _taken(document: Mapping[str, Any], path: str) -> set[str]:
    """Every key that would be in the way: in the list, among its fellows, in the namespace of expressions."""
    words = path.split(".")
    if words[-1] in SHARED and len(words) == 1:
        return {key for name in SHARED for key in _keys(document.get(name))}
    if words[-1] in LINKS and len(words) == 1:
        return {key for name in LINKS for key in _keys(document.get(name))}
    found = find(document, path)
    if found is None:
        return set()
    keys = _keys(found.value)
    if words[-1] == "fields" and found.shape.model is FieldSpec:
        for section in _maps(at(document, (*found.steps[:-2],)).value):
            keys |= _keys(section.get("fields"))
    if document.get("kind") == "register" and words[-1] in ("fields", "measures"):
        # What an entry answers and what it is counted by stand side by side, and its page posts names of its own.
        keys |= POSTED_WITH_ENTRIES | _keys(document.get("measures"))
        for form in _maps(document.get("forms")):
            for section in _maps(form.get("sections")):
                keys |= _keys(section.get("fields"))
    if words[-1] == "tasks":
        for state in _maps(document.get("states")):
            keys |= _keys(state.get("tasks"))
    return keys


def _keys(value: Any) -> set[str]:
    return {str(item["key"]) for item in _maps(value) if "key" in item}


def _maps(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
