"""Totals that tell of nobody: groups are put together until each holds enough answers. Arithmetic only.

Whoever reads two totals may take one from the other. So a group is shown or is not, for ever, and what is shown never
overlaps: months are joined forwards to the first that make up a whole group, and of the parts of a group those that
are too small are joined with each other, and with the smallest of the others where that is still too little.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
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
