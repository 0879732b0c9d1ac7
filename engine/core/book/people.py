"""Who takes part, how they are found, and for each role what it has to do in which state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.core.book import moves
from engine.core.book.model import Block, Chapter, Facts, Heading, Points, Prose, Said, Table
from engine.core.messages import Message, Text
from engine.core.telling.called import label_of, nodes, text_of
from engine.core.telling.deadlines import due
from engine.core.telling.joining import listed
from engine.core.telling.rules import never, rule
from engine.core.telling.teller import Teller

Places = Mapping[str, tuple[str, str]]


def found(tell: Teller) -> Iterator[Block]:
    """Each role and how its people are found."""
    rows = []
    for role in nodes(tell.document.get("roles")):
        shut = never(role, tell.called)
        rows.append(((label_of(role),), (rule(role, tell.called), *((shut,) if shut else ()))))
    if rows:
        yield Prose((Message("book.people.lead"),))
        head = (Message("book.people.column.role"), Message("book.people.column.rule"))
        yield Table(Message("book.people.title"), head, tuple(rows), (28, 72))


def chapters(tell: Teller, told: Places) -> Iterator[Chapter]:
    """A chapter for each role that has something to do."""
    for role in nodes(tell.document.get("roles")):
        key = str(role.get("key", ""))
        blocks = tuple(_work(tell, key, told))
        if blocks:
            lead = Prose((Message("book.role.lead", role=label_of(role)),))
            yield Chapter(f"role-{key}", Message("book.role.title", role=label_of(role)), (lead, *blocks))


def _work(tell: Teller, role: str, told: Places) -> Iterator[Block]:
    for state in nodes(tell.document.get("states")):
        tasks = [task for task in nodes(state.get("tasks")) if task.get("role") == role]
        if tasks:
            name = Message("book.role.in_state", state=label_of(state))
            yield Heading(name, 2, f"role-{role}-{state.get('key', '')}")
        for task in tasks:
            yield from _task(tell, state, task, told)
    late = tuple(_late(tell, role))
    if late:
        yield Heading(Message("book.role.when_late"), 2, f"role-{role}-late")
        yield Points(late)


def _late(tell: Teller, role: str) -> Iterator[Said]:
    """The tasks that come to this role once their deadline is over."""
    for state in nodes(tell.document.get("states")):
        for task in nodes(state.get("tasks")):
            node = task.get("due")
            if isinstance(node, Mapping) and node.get("passes_to") == role:
                own = tell.called.by("role", task.get("role", ""))
                yield Message("book.role.late", task=title_of(tell, task), state=label_of(state), role=own)


def title_of(tell: Teller, task: Mapping[str, Any]) -> Text:
    """What a task is called: its own label, else that of the form it fills."""
    if text_of(task.get("label")) is None and task.get("fill"):
        return tell.called.by("form", task["fill"])
    return label_of(task)


def _task(tell: Teller, state: Mapping[str, Any], task: Mapping[str, Any], told: Places) -> Iterator[Block]:
    yield Heading(title_of(tell, task), 3)
    if (words := text_of(task.get("help"))) is not None:
        yield Prose((words,))
    pairs = tuple((Message(f"book.task.{name}"), lines) for name, lines in _facts(tell, state, task) if lines)
    if pairs:
        yield Facts(pairs)
    for key in listed(task.get("decide")):
        yield from moves.told(tell, key, (str(state.get("key", "")), str(task.get("key", ""))), told)


def _facts(tell: Teller, state: Mapping[str, Any], task: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Said, ...]]]:
    if task.get("fill"):
        yield "fill", (Message("book.task.form", form=tell.called.by("form", task["fill"])),)
    siblings = {each.get("key"): each for each in nodes(state.get("tasks"))}
    waits = tuple(title_of(tell, siblings[key]) for key in listed(task.get("after")) if key in siblings)
    if waits:
        yield "after", (Message("book.task.waits", tasks=waits),)
    if task.get("due") is not None:
        yield "due", (due(task["due"], tell.called),)
    shown = tuple(tell.called.by("form", key) for key in listed(task.get("shows")))
    if shown:
        yield "shows", (Message("book.task.reads", forms=shown),)
    if task.get("optional"):
        yield "optional", (Message("book.task.may_skip"),)
