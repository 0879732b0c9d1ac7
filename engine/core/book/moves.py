"""What each decision leads to and what it asks: told once, at the first task that offers it; elsewhere it is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.core.book.model import Block, Heading, Points, Prose, Said
from engine.core.messages import Message
from engine.core.telling.called import label_of, nodes, text_of
from engine.core.telling.calls import call
from engine.core.telling.joining import listed
from engine.core.telling.teller import Teller

Place = tuple[str, str]  # state, task


def places_of(document: Mapping[str, Any]) -> dict[str, Place]:
    """Transition → the first task that offers it, in the order of the book: role by role, state by state."""
    found: dict[str, Place] = {}
    for role in nodes(document.get("roles")):
        for state in nodes(document.get("states")):
            for task in nodes(state.get("tasks")):
                if task.get("role") == role.get("key"):
                    for key in listed(task.get("decide")):
                        found.setdefault(key, (str(state.get("key", "")), str(task.get("key", ""))))
    return found


def told(tell: Teller, key: str, here: Place, places: Mapping[str, Place]) -> Iterator[Block]:
    """One decision of a task."""
    move = next((each for each in nodes(tell.document.get("transitions")) if each.get("key") == key), None)
    if move is None:
        return
    leads = _leads(tell, move, here[0])
    if places.get(key, here) != here:
        state, task = places[key]
        elsewhere = Message(
            "book.move.elsewhere", task=tell.called.by("task", task), state=tell.called.by("state", state)
        )
        yield Points((elsewhere,), leads)
        return
    yield Points(tuple(conditions(tell, move)), leads)


def _leads(tell: Teller, move: Mapping[str, Any], state: str) -> Message:
    target = str(move.get("to", ""))
    same = "again" if target == state else "to"
    return Message(f"book.move.{same}", move=label_of(move), state=tell.called.by("state", target))


def conditions(tell: Teller, move: Mapping[str, Any]) -> Iterator[Said]:
    """What has to hold, what has to be given, and what is done then."""
    path = f"transitions.{move.get('key', '')}"
    if move.get("when") is not None:
        asked = tell.expression(move["when"], f"{path}.when")
        words = text_of(move.get("otherwise"))
        if words is None:
            yield Message("book.move.when", condition=asked)
        else:
            yield Message("book.move.when_otherwise", condition=asked, otherwise=words)
    for at, guard in enumerate(nodes(move.get("guards"))):
        yield call(guard, "guard", tell, f"{path}.guards.{at}.options")
    if move.get("reason") in ("required", "optional"):
        yield Message(f"book.move.reason.{move['reason']}")
    for at, each in enumerate(nodes(move.get("actions"))):
        yield Message("book.move.then", action=call(each, "action", tell, f"{path}.actions.{at}.options"))
    for at, each in enumerate(nodes(move.get("jobs"))):
        yield Message("book.move.afterwards", job=call(each, "job", tell, f"{path}.jobs.{at}.options"))


def automatic(tell: Teller) -> Iterator[Block]:
    """The moves that nobody takes: they happen as soon as they may, in their order."""
    found = [each for each in nodes(tell.document.get("transitions")) if each.get("automatic")]
    if found:
        yield Prose((Message("book.automatic.lead"),))
    for move in found:
        yield Heading(label_of(move), 3)
        sources = tuple(tell.called.by("state", key) for key in listed(move.get("from")))
        leads = Message("book.automatic.moves", sources=sources, state=tell.called.by("state", move.get("to", "")))
        yield Points(tuple(conditions(tell, move)), leads)
