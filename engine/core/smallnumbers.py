"""Totals that tell of nobody: groups are put together until each holds enough answers. Arithmetic only.

Whoever reads two totals may take one from the other. So a group is shown or is not, for ever, and what is shown never
overlaps: months are joined forwards to the first that make up a whole group, and of the parts of a group those that
are too small are joined with each other, and with the smallest of the others where that is still too little. Of a tree,
where each whole holds the wholes below it, those are told that leave nobody alone when they are taken from it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)


def joined_months(counts: Iterable[tuple[Name, int]], floor: int) -> tuple[tuple[Name, ...], ...]:
    """Months in their order, with how many answers each has, as groups of at least `floor`; what is left is in none.

    A month that ends later changes no group that was there before.
    """
    groups, open_, held = list[tuple[Name, ...]](), list[Name](), 0
    for month, count in counts:
        if count == 0 and not open_:
            continue
        open_.append(month)
        held += count
        if held >= floor:
            groups.append(tuple(open_))
            open_, held = [], 0
    return tuple(groups)


def joined_parts(counts: Mapping[Name, int], floor: int) -> tuple[tuple[Name, ...], ...]:
    """The parts of one whole as groups of at least `floor`, the largest first; those that were joined stand last.

    Every part that has answers is in one group; none at all where the whole is too small.
    """
    sizes = sorted((count, -place, name) for place, (name, count) in enumerate(counts.items()) if count > 0)
    if sum(count for count, _, _ in sizes) < floor:
        return ()
    small, held = list[Name](), 0
    while sizes and (sizes[0][0] < floor or 0 < held < floor):
        count, _, name = sizes.pop(0)
        small.append(name)
        held += count
    groups = [(name,) for _, _, name in reversed(sizes)]
    return (*groups, tuple(small)) if small else tuple(groups)


def told_apart(
    people: Mapping[Name, int], own: Mapping[Name, int], above: Mapping[Name, Name | None], floor: int
) -> frozenset[Name]:
    """Of wholes that lie in each other, those that may all be told: taken from each other they leave `floor` or nobody.

    people: of each, with all below it, in an order that stays; own: of each, in none below it; above: the one it lies
    in, None (or one that is not in `people`) at the top. What a whole holds by itself is a part like those below it.
    Nothing is told of a part that was joined, nor of what lies in it. A top that is all but its only part gives way to
    that part. Who is in two parts is counted in both, so `own` is counted and is not what the parts leave.
    """
    below: dict[Name | None, list[Name]] = {}
    for name in people:
        holder = above.get(name)
        below.setdefault(holder if holder in people else None, []).append(name)
    told, tops = list[Name](), below.get(None, [])
    while tops:
        top = tops.pop()
        parts = _parts(top, people, own, below)
        if 0 < parts[top] < floor and sum(count > 0 for count in parts.values()) == 2:
            tops += [name for name, count in parts.items() if count > 0 and name != top]
        elif people[top] >= floor:
            told += [top, *_told_below(top, people, own, below, floor)]
    return frozenset(told)


def _told_below(
    top: Name,
    people: Mapping[Name, int],
    own: Mapping[Name, int],
    below: Mapping[Name | None, list[Name]],
    floor: int,
) -> Iterator[Name]:
    """What may be told below a whole that is told."""
    for group in joined_parts(_parts(top, people, own, below), floor):
        if len(group) == 1 and group[0] != top:
            yield group[0]
            yield from _told_below(group[0], people, own, below, floor)


def _parts(
    name: Name, people: Mapping[Name, int], own: Mapping[Name, int], below: Mapping[Name | None, list[Name]]
) -> dict[Name, int]:
    """How many people each part of a whole holds; under its own name those that are in none below it.

    Those were counted at another moment than the wholes, which may leave more: the fewer of both, unless nobody.
    """
    parts = {part: people[part] for part in below.get(name, ())}
    left = (own.get(name, 0), people[name] - sum(parts.values()))
    return {name: min((count for count in left if count > 0), default=0), **parts}
