"""What went from one list of a document to another of its kind: questions between sections, tasks between states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.core.telling.called import nodes


@dataclass(frozen=True, slots=True)
class Moves:
    """`to`: new path → old path; `away`: the old paths."""

    to: Mapping[str, str] = field(default_factory=dict)

    @property
    def away(self) -> frozenset[str]:
        return frozenset(self.to.values())


def moves(old: Mapping[str, Any], new: Mapping[str, Any]) -> Moves:
    """The elements that stand once in each document, under one key, in different lists."""
    before, after = dict(_once(old)), dict(_once(new))
    taken = {path for found in (before, after) for path in found.values()}
    return Moves(
        {
            after[name]: before[name]
            for name in after
            if name in before and before[name] != after[name] and before[name] in taken
        }
    )


def _once(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    """(where it may move about, its key) → its path, for keys that stand there once."""
    found: dict[tuple[str, str], list[str]] = {}
    for state in nodes(document.get("states")):
        for task in nodes(state.get("tasks")):
            path = f"states.{state.get('key')}.tasks.{task.get('key')}"
            found.setdefault(("tasks", str(task.get("key"))), []).append(path)
    for form in nodes(document.get("forms")):
        for section in nodes(form.get("sections")):
            for each in nodes(section.get("fields")):
                path = f"forms.{form.get('key')}.sections.{section.get('key')}.fields.{each.get('key')}"
                found.setdefault((f"fields of {form.get('key')}", str(each.get("key"))), []).append(path)
    yield from ((name, paths[0]) for name, paths in found.items() if len(paths) == 1)
