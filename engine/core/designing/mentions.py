"""What an element is called by others, and where in a text it is called so: names in keys, options and expressions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.definition import (
    ChildSpec,
    FieldSpec,
    FollowUpSpec,
    FormSchema,
    Item,
    ResultSpec,
    RoleSpec,
    State,
    TaskSpec,
    Transition,
)
from engine.core.designing.naming import Reference
from engine.core.designing.paths import Steps, at
from engine.core.designing.references import PREVIOUS
from engine.core.errors import InvalidExpression
from engine.core.expression.parser import parse
from engine.core.expression.syntax import Compare, Name, Node, Text, texts, walk
from engine.core.noticespec import PLACE
from engine.core.scorespec import BandSet, ScaleBand, ScoreInput, ScoreStep

ANSWERS = ("form", "field", "result", "term")  # term: an input or a step of a score
CHOICES = ("choice", "band")  # named in quotes beside what they are chosen of
PLAIN = {RoleSpec: "role", State: "state", TaskSpec: "task", Transition: "transition"}


@dataclass(frozen=True, slots=True)
class Target:
    """An element that may be named: what it is, and its full name, as in `plan.targets.weight`.

    alone: no other element of its kind has this key. bands: the set in which a band of a score stands, if any.
    """

    what: str
    name: tuple[str, ...]
    alone: bool = True
    bands: tuple[str, ...] = ()


def target(document: Mapping[str, Any], steps: Steps) -> Target | None:
    """What the element at these steps is called by others; None for what nobody names."""
    spot = at(document, steps)
    key = spot.value.get("key") if isinstance(spot.value, Mapping) else None
    model = spot.shape.model
    if not isinstance(key, str) or model is None or not isinstance(steps[-1], int):
        return None
    if model is TaskSpec:
        others = [task for state in maps(document.get("states")) for task in maps(state.get("tasks"))]
        state = at(document, steps[:2]).value.get("key")
        return Target("task", (str(state), key), sum(task.get("key") == key for task in others) == 1)
    if model is FieldSpec:
        above = [at(document, steps[:depth]) for depth in range(1, len(steps))]
        named = [str(each.value.get("key")) for each in above if each.shape.kind == "node" and _names(each.shape.model)]
        return Target("field", (*named, key))
    if model is FormSchema or model is ResultSpec:
        return Target("form" if model is FormSchema else "result", (key,))
    if model in (ScoreInput, ScoreStep):
        return Target("term", (key,))
    if model in (ChildSpec, FollowUpSpec):
        return Target("link", ("children", key))
    if model is BandSet:
        return Target("set", (str(at(document, steps[:2]).value.get("key")), key))
    if model is ScaleBand:
        return _band(document, steps, key)
    if model is Item:
        return _item(document, steps, key)
    return Target(PLAIN[model], (key,)) if model in PLAIN else None


def _item(document: Mapping[str, Any], steps: Steps, key: str) -> Target | None:
    """A choice of a question, an item of a code list, or a row or column of its matrix."""
    if steps[0] == "forms":
        field = target(document, steps[:-2])
        return None if field is None else Target("choice", (*field.name, key))
    lists: Mapping[Steps, str] = {
        ("items",): "item",
        ("matrix", "rows"): "row",
        ("matrix", "columns"): "cell_column",
    }
    what = lists.get(steps[:-1])
    return None if what is None else Target(what, (key,))


def _band(document: Mapping[str, Any], steps: Steps, key: str) -> Target:
    """A band of a score. A key that several sets have is followed into no formula, which may mean each of them."""
    step = at(document, steps[:2]).value
    sets = maps((step.get("bands") or {}).get("sets"))
    within = (str(at(document, steps[:-2]).value.get("key")),) if "sets" in steps else ()
    alone = sum(band.get("key") == key for each in sets for band in maps(each.get("bands"))) < 2
    return Target("band", (str(step.get("key")), "band", key), alone, within)


def _names(model: Any) -> bool:
    return model in (FormSchema, FieldSpec)


def mentions(reference: Reference, aim: Target) -> tuple[int, ...]:
    """Where in the text of a reference the last word of the target's name begins; nothing where it is not named."""
    if aim.what in ANSWERS and reference.what in ("answer", "own", "entry", "column", "match"):
        return _words(reference, aim)
    if "set" in (aim.what, reference.what):
        return tuple(_outcomes(reference, aim)) if aim.what == reference.what else ()
    if aim.what == "link" and reference.in_expression:
        return _words(reference, aim)
    if aim.what in CHOICES and reference.in_expression:
        return tuple(_compared(reference, aim)) if aim.alone else ()
    if reference.what != aim.what:
        return ()
    if aim.what == "band":
        return (0,) if (*reference.prefix, reference.text) == (*aim.name[:2], *aim.bands, aim.name[2]) else ()
    if aim.what == "choice":
        return (0,) if (*reference.prefix, reference.text) == aim.name else ()
    if aim.what == "task":
        fits = reference.prefix == aim.name[:1] if reference.prefix else aim.alone
        return (0,) if fits and reference.text == aim.name[1] else ()
    return (0,) if reference.text == aim.name[-1] else ()


def _words(reference: Reference, aim: Target) -> tuple[int, ...]:
    found = (_word(reference, start, name, aim) for start, name in _written(reference))
    return tuple(place for place in found if place >= 0)


def _written(reference: Reference) -> Iterator[tuple[int, str]]:
    """The names in the text of a reference, and where each begins."""
    if reference.in_words:
        yield from ((found.start(1), found[1]) for found in PLACE.finditer(reference.text))
        return
    if not reference.in_expression:
        yield 0, reference.text
        return
    yield from ((at, node.path) for at, node in _nodes(reference) if isinstance(node, Name))


def _nodes(reference: Reference) -> Iterator[tuple[int, Node]]:
    """The nodes of an expression and where each begins in the text; none of what cannot be read."""
    tree, skipped = _tree(reference)
    if tree is not None:
        yield from ((node.at + skipped, node) for node, _ in walk(tree))


def _outcomes(reference: Reference, aim: Target) -> Iterator[int]:
    """Where a set of bands stands in quotes in what chooses one, as an outcome."""
    tree, skipped = _tree(reference)
    if tree is not None and reference.prefix == aim.name[:1]:
        yield from (each.at + skipped + 1 for each in texts(tree) if each.value == aim.name[1])


def _tree(reference: Reference) -> tuple[Node | None, int]:
    """The tree of an expression, None where it cannot be read; and how many characters stand before it."""
    skipped = len(reference.text) - len(reference.text.removeprefix("="))
    try:
        return parse(reference.text[skipped:]), skipped
    except InvalidExpression:
        return None, skipped


def _word(reference: Reference, start: int, name: str, aim: Target) -> int:
    """Where the last word of the target stands in a name that begins at `start`; -1 where it does not."""
    words = name.split(".")
    full, before = _full(reference, words)
    last = len(aim.name) - 1
    if full[: last + 1] != aim.name or last < before:
        return -1
    return start + sum(len(word) + 1 for word in words[: last - before])


def _full(reference: Reference, words: list[str]) -> tuple[tuple[str, ...], int]:
    """The full name of what is written, and how many of its words are not written there."""
    if reference.in_expression and not reference.prefix and words[0] == PREVIOUS:
        return tuple(words[1:]), -1
    return (*reference.prefix, *words), len(reference.prefix)


def _compared(reference: Reference, aim: Target) -> Iterator[int]:
    """Where a choice stands in quotes, compared with its question: `plan.kind == 'main'`, `plan.kind in ['main']`."""
    tree, skipped = _tree(reference)
    for node, _ in walk(tree) if tree is not None else ():
        if not isinstance(node, Compare):
            continue
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(side, Name) and _full(reference, side.path.split("."))[0] == aim.name[:-1]:
                literals = [each for each, _ in walk(other) if isinstance(each, Text) and each.value == aim.name[-1]]
                yield from (each.at + skipped + 1 for each in literals)


def maps(value: Any) -> list[Mapping[str, Any]]:
    """The maps in what may be a list."""
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
