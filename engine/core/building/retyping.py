"""A question that changes its type: what it keeps, what it loses, what it needs anew."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from engine.core.building.draftform import elements
from engine.core.building.starters import starter
from engine.core.building.words import written
from engine.core.catalog import Entry
from engine.core.definition import FieldSpec

CHOOSING = ("choice", "choices", "ranking")
# Options of one name that mean something else elsewhere: the units of a figure are no choices.
ALIKE: Mapping[str, tuple[str, ...]] = {"choices": CHOOSING, "value": ("computed",)}


def retyped(written: Mapping[str, Any], entry: Entry, form: Mapping[str, Any]) -> dict[str, Any]:
    """The question as one of another type: words, rules and readers stay, and every option that the type takes.

    Choices become levels and levels choices. What the type needs and nothing was there for, it begins with.
    """
    common = {name: value for name, value in written.items() if name in FieldSpec.model_fields and name != "type"}
    old = str(written.get("type", ""))
    given = {name: value for name, value in written.items() if name not in FieldSpec.model_fields}
    options = dict(_kept({**given, **_turned(given, entry.name)}, entry, old))
    fresh = starter(entry.name, form)
    return {**common, "type": entry.name, **_needed(entry, options, fresh), **options}


def lost(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """The options that a change of type took away."""
    return tuple(name for name in before if name not in after)


def _needed(entry: Entry, options: Mapping[str, Any], fresh: Mapping[str, Any]) -> dict[str, Any]:
    listed = any(name in options for name in ("list", "criteria_list"))
    return {name: value for name, value in fresh.items() if name not in options and not listed}


def _turned(options: Mapping[str, Any], to: str) -> dict[str, Any]:
    """Choices as levels, or levels as choices."""
    if to in CHOOSING and "choices" not in options and options.get("levels"):
        levels = [each for each in options["levels"] if isinstance(each, Mapping)]
        return {"choices": [{"key": f"level_{number}", **_worded(each)} for number, each in enumerate(levels, 1)]}
    if to == "scale" and "levels" not in options and options.get("choices"):
        items = list(elements(options["choices"]))
        return {"levels": [{"value": str(number), **_worded(each)} for number, each in enumerate(items, 1)]}
    return {}


def _worded(item: Mapping[str, Any]) -> dict[str, Any]:
    words = {"label": item["label"] if item.get("label") else written("?")}
    return {**words, **({"help": item["help"]} if item.get("help") else {})}


def _kept(options: Mapping[str, Any], entry: Entry, old: str) -> Iterator[tuple[str, Any]]:
    for name, value in options.items():
        family = ALIKE.get(name)
        same = family is None or entry.name == old or (entry.name in family and (old in family or old == "scale"))
        if same and name in entry.options.model_fields and _fits(entry, name, value):
            yield name, value


def _fits(entry: Entry, name: str, value: Any) -> bool:
    """Whether an option of this value would be taken, whatever else is missing."""
    try:
        entry.options.model_validate_json(json.dumps({name: value}), strict=True)
    except ValidationError as error:
        return all(found["loc"][:1] != (name,) for found in error.errors(include_url=False))
    return True
