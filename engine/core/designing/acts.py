"""The six edits of a designer as values, and as JSON. What they do to a draft is edits.py's.

`was` is what the editor saw: when something else stands there by now, the edit conflicts and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from engine.core.designing.draft import Point
from engine.core.errors import InvalidEdit
from engine.core.messages import Message

MOST_EDITS = 200
MOST_RENAMES = 20  # each looks at the whole document
LONGEST_PATH = 500
DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Put:
    """One property gets this value; None takes it away."""

    path: str
    value: Any
    was: Any = None


@dataclass(frozen=True, slots=True)
class Add:
    """A list gets an element, before the one of this key or index; at the end where None or no such one is there."""

    path: str
    element: Any
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """An element of a list goes; `was` None: whatever it holds by now."""

    path: str
    was: Any = None


@dataclass(frozen=True, slots=True)
class Move:
    """An element comes to another place: into the list `to`, of the same kind, before the one of this key or index."""

    path: str
    to: str
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Rename:
    """An element gets another key, and whatever names it follows."""

    path: str
    key: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the box of a state stands; None: where the layout puts it."""

    state: str
    at: Point | None = None


Edit = Put | Add | Drop | Move | Rename | Place
KINDS: Mapping[str, type[Edit]] = {
    "put": Put,
    "add": Add,
    "drop": Drop,
    "move": Move,
    "rename": Rename,
    "place": Place,
}
TEXTS = ("path", "to", "key", "state")
VALUES = ("value", "element", "was")


def to_json(edit: Edit) -> dict[str, Any]:
    """An edit as JSON has it: `{"do": "put", "path": …}`, without what is nothing."""
    name = next(name for name, kind in KINDS.items() if isinstance(edit, kind))
    found = {each.name: getattr(edit, each.name) for each in fields(edit)}
    if isinstance(edit, Place) and edit.at is not None:
        found["at"] = list(edit.at)
    return {"do": name, **{key: value for key, value in found.items() if value is not None}}


def from_json(value: Any) -> Edit:
    """An edit out of JSON; raises InvalidEdit for anything that `to_json` does not write."""
    kind = KINDS.get(str(value.get("do"))) if isinstance(value, Mapping) else None
    if kind is None:
        raise InvalidEdit(Message("edits.unreadable"))
    given = {key: item for key, item in value.items() if key != "do"}
    known = {each.name for each in fields(kind)}
    texts = [given.get(name, "") for name in known.intersection(TEXTS)]
    if set(given) - known or not all(isinstance(text, str) and 0 < len(text) <= LONGEST_PATH for text in texts):
        raise InvalidEdit(Message("edits.unreadable"))
    if not isinstance(given.get("before", ""), (str, int)):
        raise InvalidEdit(Message("edits.unreadable"))
    for name in known.intersection(VALUES).intersection(given):
        given[name] = _plain(given[name])
    if kind is Put:
        given.setdefault("value", None)
    if kind is Add and "element" not in given:
        raise InvalidEdit(Message("edits.unreadable"))
    if "before" in given:
        given["before"] = None if given["before"] is None else str(given["before"])
    if kind is Place:
        given["at"] = _point(given.get("at"))
    return kind(**given)


def _plain(value: Any, depth: int = 0) -> Any:
    """A value without fractions, which the normal form writes as text."""
    if depth > DEEPEST:
        raise InvalidEdit(Message("edits.unwritable"))
    if isinstance(value, Mapping):
        return {str(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, depth + 1) for item in value]
    return value if value is None or isinstance(value, (str, bool, int)) else str(value)


def several(value: Any) -> tuple[Edit, ...]:
    """A JSON list of edits; raises InvalidEdit, also for too many."""
    if not isinstance(value, list):
        raise InvalidEdit(Message("edits.unreadable"))
    require_few(value)
    edits = tuple(map(from_json, value))
    require_few(edits)
    return edits


def require_few(edits: Sequence[Any]) -> None:
    """Refuse more edits than one step may have."""
    if len(edits) > MOST_EDITS:
        raise InvalidEdit(Message("edits.too_many", most=MOST_EDITS))
    if sum(isinstance(edit, Rename) for edit in edits) > MOST_RENAMES:
        raise InvalidEdit(Message("edits.too_many_renames", most=MOST_RENAMES))


def as_list(edits: Iterable[Edit]) -> list[dict[str, Any]]:
    """Edits as a JSON list."""
    return [to_json(edit) for edit in edits]


def _point(value: Any) -> Point | None:
    if value is None:
        return None
    if not isinstance(value, (list, tuple)) or len(value) != 2 or not all(type(each) is int for each in value):
        raise InvalidEdit(Message("edits.unreadable"))
    return value[0], value[1]
