"""Renaming: an element of a draft gets another key, and every name of it follows, inside expressions too.

Only the name itself is rewritten: the rest of an expression keeps its spelling, one that cannot be read stays whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.catalog import Catalog
from engine.core.definition import (
    ChildSpec,
    FieldSpec,
    FollowUpSpec,
    FormSchema,
    ResultSpec,
    RoleSpec,
    State,
    TaskSpec,
    Transition,
)
from engine.core.designing.paths import Steps, at, with_value
from engine.core.designing.references import PREVIOUS, Reference, references, tables
from engine.core.errors import InvalidEdit, InvalidExpression
from engine.core.expression.parser import parse
from engine.core.expression.syntax import Name, walk
from engine.core.messages import Message

ANSWERS = ("form", "field", "result")
PLAIN = {RoleSpec: "role", State: "state", TaskSpec: "task", Transition: "transition"}


@dataclass(frozen=True, slots=True)
class Target:
    """An element that may be named: what it is, and its full name, as in `plan.targets.weight`."""

    what: str
    name: tuple[str, ...]
    alone: bool = True  # no other element of its kind has this key


def target(document: Mapping[str, Any], steps: Steps) -> Target | None:
    """What the element at these steps is called by others; None for what nobody names."""
    spot = at(document, steps)
    key = spot.value.get("key") if isinstance(spot.value, Mapping) else None
    model = spot.shape.model
    if not isinstance(key, str) or model is None or not isinstance(steps[-1], int):
        return None
    if model is TaskSpec:
        others = [task for state in _maps(document.get("states")) for task in _maps(state.get("tasks"))]
        state = at(document, steps[:2]).value.get("key")
        return Target("task", (str(state), key), sum(task.get("key") == key for task in others) == 1)
    if model is FieldSpec:
        above = [at(document, steps[:depth]) for depth in range(1, len(steps))]
        named = [str(each.value.get("key")) for each in above if each.shape.kind == "node" and _names(each.shape.model)]
        return Target("field", (*named, key))
    if model is FormSchema or model is ResultSpec:
        return Target("form" if model is FormSchema else "result", (key,))
    if model in (ChildSpec, FollowUpSpec):
        return Target("link", ("children", key))
    return Target(PLAIN[model], (key,)) if model in PLAIN else None


def _names(model: Any) -> bool:
    return model in (FormSchema, FieldSpec)


def _maps(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def mentions(reference: Reference, aim: Target) -> tuple[int, ...]:
    """Where in the text of a reference the last word of the target's name begins; nothing where it is not named."""
    if aim.what in ANSWERS and reference.what in ("answer", "own", "column", "match"):
        return _words(reference, aim)
    if aim.what == "link" and reference.in_expression:
        return _words(reference, aim)
    if reference.what != aim.what:
        return ()
    if aim.what == "task":
        fits = reference.prefix == aim.name[:1] if reference.prefix else aim.alone
        return (0,) if fits and reference.text == aim.name[1] else ()
    return (0,) if reference.text == aim.name[-1] else ()


def _words(reference: Reference, aim: Target) -> tuple[int, ...]:
    found = (_word(reference, start, name, aim) for start, name in _written(reference))
    return tuple(place for place in found if place >= 0)


def _written(reference: Reference) -> Iterator[tuple[int, str]]:
    """The names in the text of a reference, and where each begins."""
    if not reference.in_expression:
        yield 0, reference.text
        return
    skipped = len(reference.text) - len(reference.text.removeprefix("="))
    try:
        tree = parse(reference.text[skipped:])
    except InvalidExpression:
        return
    yield from ((node.at + skipped, node.path) for node, _ in walk(tree) if isinstance(node, Name))


def _word(reference: Reference, start: int, name: str, aim: Target) -> int:
    """Where the last word of the target stands in a name that begins at `start`; -1 where it does not."""
    words = name.split(".")
    full = [*reference.prefix, *words]
    before = len(reference.prefix)
    if reference.in_expression and not reference.prefix and words[0] == PREVIOUS:
        full, before = words[1:], -1
    last = len(aim.name) - 1
    if tuple(full[: last + 1]) != aim.name or last < before:
        return -1
    return start + sum(len(word) + 1 for word in words[: last - before])


def renamed(
    document: Mapping[str, Any], steps: Steps, key: str, catalog: Catalog, published: frozenset[str]
) -> dict[str, Any]:
    """The document with another key for the element at these steps, everywhere."""
    aim, old = target(document, steps), at(document, steps).value["key"]
    found = dict(document)
    if aim is not None:
        moved: dict[Steps, dict[str, str]] = {}
        for reference in references(document, catalog):
            if places := mentions(reference, aim):
                _require_one_table(document, reference)
                if reference.is_key:
                    moved.setdefault(reference.steps[:-1], {})[reference.text] = key
                else:
                    found = with_value(found, reference.steps, _replaced(reference.text, places, len(old), key))
        for where, keys in moved.items():
            by_column = at(found, where).value
            found = with_value(found, where, {keys.get(name, name): value for name, value in by_column.items()})
    found = with_value(found, (*steps, "key"), key)
    return _with_lineage(found, steps, aim, published) if aim is not None else found


def _replaced(text: str, places: tuple[int, ...], length: int, key: str) -> str:
    for place in sorted(places, reverse=True):
        text = text[:place] + key + text[place + length :]
    return text


def _require_one_table(document: Mapping[str, Any], reference: Reference) -> None:
    """A print that matches the rows of two tables by a column needs it to be called the same in both."""
    if reference.what != "match":
        return
    block = at(document, reference.steps[:-2]).value
    if len(tables(block)) > 1:
        raise InvalidEdit(Message("edits.matched", name=reference.text, print=str(block.get("key"))))


def _with_lineage(document: dict[str, Any], steps: Steps, aim: Target, published: frozenset[str]) -> dict[str, Any]:
    """Fields that a published version has keep the name under which they were answered then."""
    if aim.what == "field":
        return _remembering(document, steps, ".".join(aim.name), published)
    if aim.what != "form":
        return document
    for index, section in enumerate(_maps(at(document, steps).value.get("sections"))):
        for place, field in enumerate(_maps(section.get("fields"))):
            there = (*steps, "sections", index, "fields", place)
            document = _remembering(document, there, f"{aim.name[0]}.{field.get('key')}", published)
    return document


def _remembering(document: dict[str, Any], steps: Steps, old: str, published: frozenset[str]) -> dict[str, Any]:
    named = target(document, steps)
    was = at(document, (*steps, "was")).value
    known = was if isinstance(was, list) else []
    now = ".".join(named.name) if named is not None else ""
    kept = [name for name in known if name != now] + [old] * (old in published and old not in known)
    return with_value(document, (*steps, "was"), kept)
