"""New elements as edits, made from what somebody says about them: a label, and what cannot be guessed.

Each answers with the edits and the path of what is new. Keys come from labels; whatever goes with a new element (a task
that offers a new transition) comes along. Nothing is applied here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.core.designing.acts import Add, Edit, Put
from engine.core.designing.keys import free, new_key
from engine.core.designing.spots import elements, find, key_of

DECIDE = ({"id": "Putuskan", "en": "Decide"}, "putuskan")


@dataclass(frozen=True, slots=True)
class Added:
    """The edits that add something, and where it will stand."""

    edits: tuple[Edit, ...]
    path: str


def add_state(document: Mapping[str, Any], label: Any, kind: str = "", before: str | None = None) -> Added:
    """A state; the first of all is where a case begins. kind: "final" for one where it ends."""
    element = {"key": new_key(document, "states", label), "label": label}
    if not elements(document, "states"):
        element["initial"] = True
    elif kind == "final":
        element["final"] = True
    return _one("states", element, before)


def add_task(document: Mapping[str, Any], state: str, label: Any, role: str, form: str = "") -> Added:
    """A task of a state: it fills a form, or it decides every move that leaves the state and that nobody offers yet."""
    path = f"states.{state}.tasks"
    element: dict[str, Any] = {"key": new_key(document, path, label), "label": label}
    if role:
        element["role"] = role
    if form:
        element["fill"] = form
    elif moves := _unoffered(document, state):
        element["decide"] = list(moves)
    return _one(path, element)


def add_transition(
    document: Mapping[str, Any], label: Any, sources: Sequence[str], target: str, role: str = ""
) -> Added:
    """A move from states to a state. `role`: who may do it; in each of those states a task of his offers it."""
    key = new_key(document, "transitions", label)
    element = {"key": key, "label": label, "from": list(sources), "to": target}
    added = _one("transitions", element)
    offers = [edit for state in sources for edit in offer(document, state, key, role)] if role else []
    return Added((*added.edits, *offers), added.path)


def add_role(document: Mapping[str, Any], label: Any, rule: str, of: str = "") -> Added:
    """A role with the rule that finds its people; `of`: the role from which the rule starts."""
    element = {"key": new_key(document, "roles", label), "label": label, "rule": rule}
    return _one("roles", {**element, "role": of} if of else element)


def add_element(document: Mapping[str, Any], path: str, label: Any, more: Mapping[str, Any] | None = None) -> Added:
    """An element of any other list whose elements have keys: a form, a section, an item."""
    word = "title" if path.endswith(".sections") else "label"
    return _one(path, {"key": new_key(document, path, label), word: label, **(more or {})})


def offer(document: Mapping[str, Any], state: str, move: str, role: str) -> tuple[Edit, ...]:
    """Let a role do a move in a state: by a task of his that decides there, else by a new one."""
    spot = find(document, f"states.{state}")
    tasks = elements(spot.node(), "tasks") if spot else ()
    deciding = next((each for each in tasks if each.get("role") == role and each.get("decide")), None)
    if deciding is not None:
        listed = [*deciding["decide"]]
        return (
            () if move in listed else (Put(f"states.{state}.tasks.{key_of(deciding)}.decide", [*listed, move], listed),)
        )
    label, key = DECIDE
    taken = {key_of(each) for one in elements(document, "states") for each in elements(one, "tasks")}
    element = {"key": free(key, taken), "label": label, "role": role, "decide": [move]}
    forms = [str(each["fill"]) for each in tasks if isinstance(each.get("fill"), str)]
    if forms:
        element["shows"] = forms
    return (Add(f"states.{state}.tasks", element),)


def duplicate(document: Mapping[str, Any], path: str, label: Mapping[str, str]) -> Added | None:
    """The same element once more, behind itself, under a label and a key of its own."""
    spot = find(document, path)
    if spot is None or spot.above is None or not isinstance(spot.above.value, list) or not key_of(spot.node()):
        return None
    siblings = [key_of(each) for each in spot.above.value if isinstance(each, Mapping)]
    after = siblings.index(key_of(spot.node())) + 1
    word = next((name for name in ("label", "title", "name") if name in spot.node()), "label")
    twin = {**spot.node(), "key": new_key(document, spot.above.path, label), word: dict(label)}
    twin.pop("initial", None)
    return _one(spot.above.path, twin, siblings[after] if after < len(siblings) else None)


def _unoffered(document: Mapping[str, Any], state: str) -> tuple[str, ...]:
    spot = find(document, f"states.{state}")
    tasks = elements(spot.node(), "tasks") if spot else ()
    offered = {str(move) for task in tasks for move in task.get("decide", ()) if isinstance(task.get("decide"), list)}
    leaving = (each for each in elements(document, "transitions") if state in (each.get("from") or ()))
    return tuple(key_of(each) for each in leaving if not each.get("automatic") and key_of(each) not in offered)


def _one(path: str, element: Mapping[str, Any], before: str | None = None) -> Added:
    return Added((Add(path, dict(element), before),), f"{path}.{element['key']}")
