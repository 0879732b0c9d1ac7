"""Copies of questions: with a key of their own, and without what they would have left behind.

Within one form a copy keeps its rules, since all that they name is there. From elsewhere it keeps none: they would
name answers and roles that this form may not have.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from engine.core.building.starters import starter

MARKS = {"en": "copy", "id": "salinan"}
RULES = ("shown_when", "required_when", "editable_when", "seen_by", "edited_by", "was")


def copied(written: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The same element again, under another key; its label says that it is a copy."""
    found = copy.deepcopy(dict(written))
    found.pop("was", None)
    found["key"] = key
    name = "title" if "title" in found else "label"
    label = found.get(name)
    if isinstance(label, Mapping):
        found[name] = {tongue: f"{words} ({MARKS.get(tongue, '2')})" for tongue, words in label.items()}
    return found


def taken_over(written: Mapping[str, Any], key: str, form: Mapping[str, Any]) -> dict[str, Any]:
    """A question of another form or definition for this one, without its rules; a formula begins anew."""
    found = {name: copy.deepcopy(value) for name, value in written.items() if name not in RULES}
    if str(found.get("default", "")).startswith("="):
        del found["default"]
    if found.get("type") == "computed":
        found.update(starter("computed", form))
    return {**found, "key": key}


def stripped(written: Mapping[str, Any]) -> bool:
    """Whether a question taken over would lose rules."""
    return any(written.get(name) is not None for name in RULES[:-1]) or written.get("type") == "computed"
