"""How large a document may be: bounds that no real procedure reaches, so that reading one costs seconds at most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.core.messages import Message
from engine.core.reading.positions import Path

MOST = {
    "roles": 100, "states": 300, "transitions": 300, "forms": 100, "results": 100, "scores": 30, "visible": 100,
    "scenarios": 20,
}  # fmt: skip
MOST_STEPS = 60  # of one scenario
MOST_TASKS = 1000  # of all states together
MOST_LINES = 400  # from one state to another, of all transitions together: a picture of more costs seconds
MOST_FIELDS = 500  # of one form, the columns of its tables among them


def too_large(document: Any) -> Iterator[tuple[Path, Message]]:
    """Yield each list of a document in the normal form that is too long, with its path."""
    if not isinstance(document, dict):
        return
    for key, most in MOST.items():
        yield from _beyond((key,), len(_items(document.get(key))), most)
    tasks = sum(len(_items(state.get("tasks"))) for state in _maps(document.get("states")))
    yield from _beyond(("states",), tasks, MOST_TASKS, "definition.too_many_tasks")
    moves = sum(len(_items(move.get("from"))) for move in _maps(document.get("transitions")))
    yield from _beyond(("transitions",), moves, MOST_LINES, "definition.too_many_lines")
    for index, scenario in enumerate(_maps(document.get("scenarios"))):
        yield from _beyond(("scenarios", index, "steps"), len(_items(scenario.get("steps"))), MOST_STEPS)
    for index, form in enumerate(_items(document.get("forms"))):
        fields = sum(map(_fields, _maps(form.get("sections")))) if isinstance(form, dict) else 0
        yield from _beyond(("forms", index), fields, MOST_FIELDS, "definition.too_many_fields")


def _beyond(path: Path, found: int, most: int, key: str = "definition.too_many") -> Iterator[tuple[Path, Message]]:
    if found > most:
        yield path, Message(key, found=found, most=most)


def _fields(section: dict[str, Any]) -> int:
    fields = _items(section.get("fields"))
    return len(fields) + sum(len(_items(field.get("columns"))) for field in _maps(fields))


def _maps(value: Any) -> list[dict[str, Any]]:
    return [each for each in _items(value) if isinstance(each, dict)]


def _items(value: Any) -> Any:
    return value if isinstance(value, (list, dict)) else []
