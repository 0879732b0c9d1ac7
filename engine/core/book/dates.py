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
    """Every task with a deadline, and what being late means."""
    found = [
        (state, task)
        for state in nodes(tell.document.get("states"))
        for task in nodes(state.get("tasks"))
        if isinstance(task.get("due"), Mapping)
    ]
    if not found:
        return
    yield Prose((Message("book.dates.lead"),))
    rows = [_row(tell, state, task) for state, task in sorted(found, key=lambda each: _when(each[1]["due"]))]
    head = tuple(Message(f"book.dates.column.{name}") for name in ("due", "task", "who", "state"))
    yield Table(Message("book.dates.title"), head, tuple(rows), (26, 30, 22, 22))
    yield Prose((Message("book.dates.ends"), Message("book.dates.late")))


def _row(tell: Teller, state: Mapping[str, Any], task: Mapping[str, Any]) -> tuple[tuple[Said, ...], ...]:
    role = tell.called.by("role", task.get("role", ""))
    return (due(task["due"], tell.called),), (title_of(tell, task),), (role,), (label_of(state),)


def _when(node: Mapping[str, Any]) -> tuple[int, str, int]:
    """Days of the period first, then those of the next one, then working days."""
    if node.get("on"):
        return (1 if node.get("of") == "next_period" else 0, str(node["on"]), 0)
    days = node.get("working_days")
    return (2, "", days if isinstance(days, int) else 0)
