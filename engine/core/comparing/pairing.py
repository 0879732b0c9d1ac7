"""Which items of two lists belong together, what came, what went, and what changed its place. Knows no document."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pairs(Generic[T]):
    """`both` in the order of the new list, each with whether it changed its place among the others."""

    both: tuple[tuple[T, T, bool], ...]
    added: tuple[T, ...]
    removed: tuple[T, ...]


def pair(old: Sequence[T], new: Sequence[T], by: Callable[[T], Hashable]) -> Pairs[T]:
    """Pair by what `by` answers; the second of the same in one list is paired with the second in the other."""
    before, after = _counted(old, by), _counted(new, by)
    common = [name for name in after if name in before]
    places = {name: place for place, name in enumerate(name for name in before if name in after)}
    still = _staying([places[name] for name in common])
    return Pairs(
        tuple((before[name], after[name], places[name] not in still) for name in common),
        tuple(item for name, item in after.items() if name not in before),
        tuple(item for name, item in before.items() if name not in after),
    )


def _counted(items: Sequence[T], by: Callable[[T], Hashable]) -> dict[tuple[Hashable, int], T]:
    seen: Counter[Hashable] = Counter()
    found = {}
    for item in items:
        name = by(item)
        found[name, seen[name]] = item
        seen[name] += 1
    return found


def _staying(places: Sequence[int]) -> frozenset[int]:
    """The longest run of places that grows: those that stay, so that as few as can be have moved."""
    ends: list[int] = []
    at: list[int] = []
    lengths = []
    for place in places:
        length = bisect_left(ends, place)
        ends[length : length + 1] = [place]
        lengths.append(length)
    wanted = len(ends) - 1
    for place, length in zip(reversed(places), reversed(lengths), strict=True):
        if length == wanted:
            at.append(place)
            wanted -= 1
    return frozenset(at)
