"""Who may read which form, and when: by his task, by what his task shows, by what the definition grants."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.book.model import Block, Prose, Said, Table
from engine.core.messages import Message
from engine.core.telling.called import label_of, nodes
from engine.core.telling.joining import listed
from engine.core.telling.teller import Teller


def blocks(tell: Teller) -> Iterator[Block]:
    """A table: form → role with its states. What nobody was granted is not there."""
    rows: list[tuple[tuple[Said, ...], ...]] = []
    for form in nodes(tell.document.get("forms")):
        found = _readers(tell, str(form.get("key", "")))
        said = tuple(_reader(tell, role, states) for role, states in found.items())
        rows.append(((label_of(form),), said or (Message("book.readers.nobody"),)))
    if rows:
        yield Prose((Message("book.readers.lead"),))
        head = (Message("book.readers.column.form"), Message("book.readers.column.who"))
        yield Table(Message("book.readers.title"), head, tuple(rows), (30, 70))
        yield Prose((Message("book.readers.oversight"),), quiet=True)


def _readers(tell: Teller, form: str) -> dict[str, tuple[str, ...]]:
    """Role → states, in the order of roles and states of the document."""
    held: set[tuple[str, str]] = set()
    for state in nodes(tell.document.get("states")):
        for task in nodes(state.get("tasks")):
            if form == task.get("fill") or form in listed(task.get("shows")):
                held.add((str(task.get("role", "")), str(state.get("key", ""))))
    for grant in nodes(tell.document.get("visible")):
        if grant.get("form") == form:
            held |= {(str(grant.get("role", "")), key) for key in listed(grant.get("states"))}
    roles = [str(role.get("key", "")) for role in nodes(tell.document.get("roles"))]
    states = [str(state.get("key", "")) for state in nodes(tell.document.get("states"))]
    found = {role: tuple(state for state in states if (role, state) in held) for role in roles}
    return {role: keys for role, keys in found.items() if keys}


def _reader(tell: Teller, role: str, states: tuple[str, ...]) -> Message:
    everywhere = len(states) == len(list(nodes(tell.document.get("states"))))
    if everywhere:
        return Message("book.readers.always", role=tell.called.by("role", role))
    named = tuple(tell.called.by("state", key) for key in states)
    return Message("book.readers.in", role=tell.called.by("role", role), states=named)
