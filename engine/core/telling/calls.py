"""What a guard asks, an action does, a job does afterwards: as sentences, with their options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core.catalog import Kind
from engine.core.messages import Message, Param
from engine.core.telling.joining import listed
from engine.core.telling.teller import Teller
from engine.core.telling.values import extension, option
from engine.core.telling.wordlist import property_name

# Their sentences say nothing of options.
PLAIN = frozenset(("tasks_done", "children_done", "final_by_rule", "not_final_by_rule"))
GUARDS = PLAIN | {"not_same_person", "form_sent"}
CALLS: Mapping[str, Kind] = {"guards": "guard", "actions": "action", "jobs": "job"}


def call(node: Any, kind: Kind, teller: Teller, path: str) -> Message:
    """A call of a guard, action or job; one that came later says the first line of its description and its options."""
    if not isinstance(node, Mapping):
        return Message("telling.quoted", text=str(node))
    name, options = str(node.get("name", "")), node.get("options")
    options = options if isinstance(options, Mapping) else {}
    if kind == "guard" and name in GUARDS and _is_known(name, options):
        return _guard(name, options, teller)
    entry = teller.catalog.get(kind, name)
    plain = kind == "guard" and name in PLAIN
    said = Message(f"admin.guard.{name}") if plain else Message("telling.said", text=extension(kind, name, teller))
    told = tuple(
        Message("telling.option", name=property_name(key), value=option(entry, key, value, teller, f"{path}.{key}"))
        for key, value in options.items()
    )
    return Message("telling.call", call=said, options=told) if told else said


def _is_known(name: str, options: Mapping[str, Any]) -> bool:
    """Whether the sentence of a guard says everything that it is called with."""
    return set(options) == {"not_same_person": {"roles"}, "form_sent": {"form"}}.get(name, set())


def _guard(name: str, options: Mapping[str, Any], teller: Teller) -> Message:
    named: dict[str, Param] = {}
    if name == "not_same_person":
        named["roles"] = tuple(teller.called.by("role", key) for key in listed(options["roles"]))
    if name == "form_sent":
        named["form"] = teller.called.by("form", options["form"])
    return Message(f"admin.guard.{name}", **named)
