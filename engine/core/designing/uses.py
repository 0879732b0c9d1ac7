"""Who names an element of a draft, and what follows when it goes: what goes with it, and what forbids it.

What counts as naming is naming.py's table; places are found by references.py. Nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.core.catalog import Catalog
from engine.core.definition import TaskSpec
from engine.core.designing.acts import Drop, Edit, Put
from engine.core.designing.mentions import Target, mentions, target
from engine.core.designing.naming import NEEDED, Reference
from engine.core.designing.paths import Steps, at, find, path_of
from engine.core.designing.references import references


@dataclass(frozen=True, slots=True)
class Use:
    """A place that names an element: its path; in an expression, or by a key or option."""

    path: str
    in_expression: bool = False


@dataclass(frozen=True, slots=True)
class Removal:
    """What removing an element takes: the edits to do, its own Drop last, and the uses that have to be mended first."""

    edits: tuple[Edit, ...]
    blocked_by: tuple[Use, ...]


def uses(document: Mapping[str, Any], path: str, catalog: Catalog) -> tuple[Use, ...]:
    """Who names the element at a path, or a part of it; nobody names what lies within the element itself."""
    spot = find(document, path)
    if spot is None or not spot.steps:
        return ()
    going = _Going(document, catalog, spot.steps)
    found = [each for each in going.naming(spot.steps) if not _within(each.steps, spot.steps)]
    return tuple(dict.fromkeys(_use(document, each) for each in found))


def removal(document: Mapping[str, Any], path: str, catalog: Catalog) -> Removal:
    """The edits that remove an element and whatever cannot be without it; `blocked_by` says what forbids it.

    A state takes its transitions along, a transition its place in decisions, a decision without any itself.
    """
    spot = find(document, path)
    if spot is None or not spot.steps or not isinstance(spot.steps[-1], int):
        return Removal((), ())
    going = _Going(document, catalog, spot.steps)
    going.take(spot.steps)
    blocked = tuple(dict.fromkeys(_use(document, each) for each in going.blocked if not going.goes(each.steps)))
    return Removal(tuple(going.edits()), blocked)


def _use(document: Mapping[str, Any], reference: Reference) -> Use:
    return Use(path_of(document, reference.steps), reference.in_expression)


@dataclass(slots=True)
class _Going:
    """What goes while an element goes: whole elements, single names out of lists, and what stands in the way."""

    document: Mapping[str, Any]
    catalog: Catalog
    asked: Steps
    whole: list[Steps] = field(default_factory=list)
    out: dict[Steps, set[int]] = field(default_factory=dict)
    cleared: list[Steps] = field(default_factory=list)
    blocked: list[Reference] = field(default_factory=list)
    _all: tuple[Reference, ...] | None = None

    def naming(self, steps: Steps) -> Iterator[Reference]:
        """Every place that names the element or one inside it."""
        if self._all is None:
            self._all = tuple(references(self.document, self.catalog))
        aims = [aim for each in _elements(self.document, steps) if (aim := target(self.document, each)) is not None]
        yield from (each for each in self._all if any(_is_named(each, aim) for aim in aims))

    def goes(self, steps: Steps) -> bool:
        """Whether a place lies in what goes."""
        return any(_within(steps, gone) for gone in self.whole)

    def take(self, steps: Steps) -> None:
        """Let an element go, and after it whatever says nothing without it."""
        if self.goes(steps):
            return
        self.whole = [each for each in self.whole if not _within(each, steps)]
        self.whole.append(steps)
        for reference in self.naming(steps):
            if not self.goes(reference.steps):
                self._follow(reference)
        self._empties(steps[:-1], {int(each[-1]) for each in self.whole if each[:-1] == steps[:-1]})

    def _follow(self, reference: Reference) -> None:
        owner = reference.steps[:-2] if isinstance(reference.steps[-1], int) else reference.steps[:-1]
        if reference.fate == "blocks":
            self.blocked.append(reference)
        elif reference.fate == "owner":
            self.take(owner)
        elif reference.fate == "clear":
            self.cleared.append(reference.steps)
        else:
            gone = self.out.setdefault(reference.steps[:-1], set())
            gone.add(int(reference.steps[-1]))
            self._empties(reference.steps[:-1], gone)

    def _empties(self, listed: Steps, gone: Collection[int]) -> None:
        """Let the owner of a list go where nothing is left in it and the owner needs it."""
        owner = at(self.document, listed[:-1])
        needed = NEEDED.get(owner.shape.model, ()) if owner.shape.model is not None else ()
        if len(gone) < len(at(self.document, listed).value) or listed[-1] not in needed:
            return
        if owner.shape.model is not TaskSpec or owner.value.get("fill") is None:
            self.take(owner.steps)

    def edits(self) -> Iterator[Edit]:
        """Names out of their lists first, then whole elements from the last to the first, the one asked for last."""
        for listed, gone in self.out.items():
            if not self.goes(listed):
                items = at(self.document, listed).value
                left = [item for index, item in enumerate(items) if index not in gone]
                yield Put(path_of(self.document, listed), left or None, items)
        for steps in self.cleared:
            if not self.goes(steps):
                yield Put(path_of(self.document, steps), None, at(self.document, steps).value)
        asked = next(each for each in self.whole if _within(self.asked, each))
        others = sorted((each for each in self.whole if each != asked), key=_order, reverse=True)
        yield from (Drop(path_of(self.document, each), at(self.document, each).value) for each in (*others, asked))


def _is_named(reference: Reference, aim: Target) -> bool:
    return bool(mentions(reference, aim))


def _within(steps: Steps, around: Steps) -> bool:
    return steps[: len(around)] == around


def _order(steps: Steps) -> tuple[tuple[int, str], ...]:
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in steps)


def _elements(document: Mapping[str, Any], steps: Steps) -> Iterator[Steps]:
    """An element and the elements inside it."""
    yield steps
    value = at(document, steps).value
    inside = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for step, item in inside:
        if isinstance(item, (Mapping, list)):
            yield from _elements(document, (*steps, step))
