"""The calendar of deadlines: days of the period in their order, then those that count working days; and being late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.core.book.model import Block, Prose, Said, Table
from engine.core.book.people import title_of
from engine.core.messages import Message
from engine.core.telling.called import label_of, nodes
from engine.core.telling.deadlines import due
from engine.core.telling.teller import Teller


def blocks(tell: Teller) -> Iterator[Block]:
    """Everything with a deadline, the tasks, the states and the whole, and what being late means."""
    found = sorted(_found(tell), key=lambda each: _when(each[0]))
    if not found:
        return
    yield Prose((Message("book.dates.lead"),))
    rows = [((due(node, tell.called),), *rest) for node, *rest in found]
    head = tuple(Message(f"book.dates.column.{name}") for name in ("due", "task", "who", "state"))
    yield Table(Message("book.dates.title"), head, tuple(rows), (26, 30, 22, 22))
    yield Prose((Message("book.dates.ends"), Message("book.dates.late")))


def _found(tell: Teller) -> Iterator[tuple[Mapping[str, Any], tuple[Said, ...], tuple[Said, ...], tuple[Said, ...]]]:
    """Each deadline with what is due, by whom, in which state."""
    whole = tell.document.get("due")
    if isinstance(whole, Mapping):
        yield whole, (Message("book.dates.whole"),), (Message("book.dates.nobody"),), (Message("book.dates.any"),)
    for state in nodes(tell.document.get("states")):
        node = state.get("due")
        if isinstance(node, Mapping):
            yield node, (Message("book.dates.state"),), (Message("book.dates.nobody"),), (label_of(state),)
        for task in nodes(state.get("tasks")):
            node = task.get("due")
            if isinstance(node, Mapping):
                role = tell.called.by("role", task.get("role", ""))
                yield node, (title_of(tell, task),), (role,), (label_of(state),)


def _when(node: Mapping[str, Any]) -> tuple[int, str, int]:
    """Days of the period first, then those of the next one, then working days."""
    if node.get("on"):
        return (1 if node.get("of") == "next_period" else 0, str(node["on"]), 0)
    days = node.get("working_days")
    return (2, "", days if isinstance(days, int) else 0)
