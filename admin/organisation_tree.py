"""The tree of units as a page draws it: nested, with counts, no more branches than a page bears. Asks no database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

MOST = 300  # branches on one page; what lies deeper is a link to a page of its own
OPEN = 2  # levels that stand open


class Leaf(NamedTuple):
    """A unit on a day."""

    ref: str
    name: str
    parent: str | None


@dataclass(slots=True)
class Branch:
    """A unit in the tree with its own posts and vacancies, and those of itself and all below it.

    `hidden`: how many units lie below that this page does not draw.
    """

    unit: Leaf
    depth: int
    posts: int
    vacant: int
    posts_below: int = 0
    vacant_below: int = 0
    units_below: int = 0
    hidden: int = 0
    branches: list[Branch] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.depth < OPEN


def grow(
    units: Sequence[Leaf], counts: Mapping[str, tuple[int, int]], under: str | None = None, most: int = MOST
) -> list[Branch]:
    """The branches from the top, or from one unit, down; `counts`: ref → (posts, vacant ones).

    A unit whose parent is not among them stands at the top: its overseer sees no further.
    """
    known = {unit.ref for unit in units}
    below: dict[str | None, list[Leaf]] = {}
    for unit in sorted(units, key=lambda unit: (unit.name, unit.ref)):
        below.setdefault(unit.parent if unit.parent in known else None, []).append(unit)
    tops = [unit for unit in units if unit.ref == under] if under else below.get(None, [])
    found = [_branch(unit, 0, below, counts) for unit in tops]
    _prune(found, most)
    return found


def _branch(
    unit: Leaf, depth: int, below: Mapping[str | None, list[Leaf]], counts: Mapping[str, tuple[int, int]]
) -> Branch:
    inside = [_branch(each, depth + 1, below, counts) for each in below.get(unit.ref, ())]
    posts, vacant = counts.get(unit.ref, (0, 0))
    return Branch(
        unit,
        depth,
        posts,
        vacant,
        posts + sum(branch.posts_below for branch in inside),
        vacant + sum(branch.vacant_below for branch in inside),
        sum(1 + branch.units_below for branch in inside),
        branches=inside,
    )


def _prune(tops: list[Branch], most: int) -> None:
    """Level by level, as long as there is room: what does not fit is counted, and found on the branch's own page."""
    level, left = tops, most - len(tops)
    while level:
        for branch in level:
            if len(branch.branches) > left:
                branch.hidden, branch.branches = branch.units_below, []
            left -= len(branch.branches)
        level = [inside for branch in level for inside in branch.branches]


def every(branches: Sequence[Branch]) -> Iterator[Branch]:
    """All branches, each before those below it."""
    for branch in branches:
        yield branch
        yield from every(branch.branches)


def path(units: Mapping[str, Leaf], ref: str) -> tuple[Leaf, ...]:
    """The units above one, from the top down, as far as they are known."""
    found: list[Leaf] = []
    above = units[ref].parent if ref in units else None
    while above in units and units[above] not in found:
        found.append(units[above])
        above = units[above].parent
    return tuple(reversed(found))
