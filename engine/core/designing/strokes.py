"""What one stroke on the canvas means as edits: a state appended, two states connected, a box moved or copied.

Each answers the edits and the path of what they made. The edits do nothing here; who may do them is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.designing.acts import Add, Edit, Place, Put, Rename
from engine.core.designing.draft import Draft, Point
from engine.core.designing.keys import new_key
from engine.core.designing.paths import find
from engine.core.designing.spots import elements, key_of
from engine.core.errors import InvalidEdit
from engine.core.messages import Message, Text

Document = Mapping[str, Any]
LIST = {"states": 2, "transitions": 2, "tasks": 4}  # what can be copied: how many words its path has


@dataclass(frozen=True, slots=True)
class Stroke:
    """Edits, and the path of the element that they make or change."""

    edits: tuple[Edit, ...]
    path: str


def add_state(document: Document, label: Text, at: Point | None = None) -> Stroke:
    """A new state, the first one of all where a case begins; `at`: where its box stands."""
    words = label.as_document()
    key = new_key(document, "states", words)
    element = {"key": key, "label": words} | ({} if document.get("states") else {"initial": True})
    placed = (Place(key, at),) if at is not None else ()
    return Stroke((Add("states", element), *placed), f"states.{key}")


def append(document: Document, source: str, label: Text, move: Text, decide: Text, at: Point | None = None) -> Stroke:
    """A new state with a transition that leads to it from `source`; `at`: where its box stands."""
    _element(document, f"states.{source}")
    made = add_state(document, label, at)
    target = made.path.removeprefix("states.")
    return Stroke((*made.edits, *_connecting(document, source, target, move, decide)[1]), made.path)


def connect(document: Document, source: str, target: str, move: Text, decide: Text) -> Stroke:
    """A new transition, and the task that decides on it: the last deciding one of the state, else a new one."""
    _element(document, f"states.{source}")
    _element(document, f"states.{target}")
    key, edits = _connecting(document, source, target, move, decide)
    return Stroke(edits, f"transitions.{key}")


def copy(document: Document, path: str, label: Text) -> Stroke:
    """The element again with a key and a label of its own. A state comes with its tasks that fill a form, without its
    transitions; a transition is decided by whoever decides the first one."""
    words = path.split(".")
    if LIST.get(words[-2] if len(words) > 1 else "") != len(words):
        raise InvalidEdit(Message("edits.nothing_there", path=path))
    element = dict(_element(document, path)) | {"label": label.as_document()}
    home = ".".join(words[:-1])
    element["key"] = new_key(document, home, element["label"])
    edits: list[Edit] = []
    if words[-2] == "states":
        element = _without_moves(document, element)
    elif words[-2] == "transitions":
        edits = [Add(listed, element["key"]) for listed in _deciders(document, words[-1])]
    return Stroke((Add(home, element), *edits), f"{home}.{element['key']}")


def rename(document: Document, path: str, words: str, language: str, unnamed: frozenset[str]) -> Stroke:
    """Another label in one language. What has had none of its own (its label is one of `unnamed`) is called so in
    every language, and gets a key made from the label."""
    old = _element(document, path).get("label")
    said = {"id": old, "en": old} if isinstance(old, str) else dict(old or {})
    fresh = not said or any(each in unnamed for each in said.values())
    new = dict.fromkeys(("id", "en"), words) if fresh else said | {language: words}
    edits: list[Edit] = [Put(f"{path}.label", new, old)]
    home, _, key = path.rpartition(".")
    if fresh:
        key = new_key(document, home, new)
        edits.append(Rename(path, key))
    return Stroke(tuple(edits), f"{home}.{key}")


def move(draft: Draft, state: str, to: Point, standing: Mapping[str, Point]) -> Stroke:
    """A box to another cell. Boxes `standing` there, and below without a gap, make room downwards."""
    _element(draft.document, f"states.{state}")
    occupied = {cell: key for key, cell in standing.items() if key != state}
    edits, cell = [Place(state, to)], to
    while cell in occupied:
        below = (cell[0], cell[1] + 1)
        edits.append(Place(occupied[cell], below))
        cell = below
    return Stroke(tuple(edits), f"states.{state}")


def tidy(draft: Draft) -> Stroke:
    """All boxes where the layout puts them."""
    return Stroke(tuple(Place(state, None) for state in draft.places), "")


def _element(document: Document, path: str) -> Mapping[str, Any]:
    found = find(document, path)
    if found is None or not isinstance(found.value, Mapping) or "key" not in found.value:
        raise InvalidEdit(Message("edits.nothing_there", path=path))
    return found.value


def _connecting(
    document: Document, source: str, target: str, label: Text, decide: Text
) -> tuple[str, tuple[Edit, ...]]:
    words = label.as_document()
    key = new_key(document, "transitions", words)
    made = Add("transitions", {"key": key, "label": words, "from": [source], "to": target})
    tasks = elements(_element(document, f"states.{source}"), "tasks")
    deciding = [key_of(task) for task in tasks if task.get("decide")]
    if deciding:
        return key, (made, Add(f"states.{source}.tasks.{deciding[-1]}.decide", key))
    role = _who(document, tasks)
    if role is None:
        return key, (made,)
    task = {"key": new_key(document, f"states.{source}.tasks", decide.as_document()), "label": decide.as_document()}
    filled = [key_of(each) for each in tasks if each.get("fill")]
    task |= {"role": role, "decide": [key]} | ({"after": filled} if filled else {})
    return key, (made, Add(f"states.{source}.tasks", task))


def _who(document: Document, tasks: Iterable[Document]) -> str | None:
    """Who decides until somebody says so: the role that has something to do there, else the first one."""
    named = [*(task.get("role") for task in tasks), *map(key_of, elements(document, "roles"))]
    return next((role for role in named if isinstance(role, str) and role), None)


def _without_moves(document: Document, state: Mapping[str, Any]) -> dict[str, Any]:
    copied: dict[str, Any] = {name: value for name, value in state.items() if name not in ("initial", "tasks")}
    filling = [dict(task) for task in elements(state, "tasks") if not task.get("decide")]
    taken: list[dict[str, Any]] = []
    for task in filling:
        task.pop("after", None)
        # Keys of tasks are unique in the whole definition: those of this copy count too.
        probe = {**document, "states": [*elements(document, "states"), {"key": "", "tasks": taken}]}
        task["key"] = new_key(probe, f"states.{key_of(state)}.tasks", task.get("label") or key_of(task))
        taken.append(task)
    return copied | ({"tasks": taken} if taken else {})


def _deciders(document: Document, transition: str) -> list[str]:
    """The decide-lists that name a transition, as paths."""
    return [
        f"states.{key_of(state)}.tasks.{key_of(task)}.decide"
        for state in elements(document, "states")
        for task in elements(state, "tasks")
        if transition in (task.get("decide") or ())
    ]
