"""Which row of a table is which row of an earlier version: rows have no names, so what stands in them tells.

Works on marks (marks.py), for the merging of two versions (merging.py).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import product

from engine.core.filling.marks import Marks

ALIKE = Decimal("0.3")  # of the cells that are filled in either row must be the same
MOST_PAIRS = 10_000  # beyond, rows that changed are matched by their place alone: time stays bounded


def match(
    before: Sequence[Marks], after: Sequence[Marks], *, alike: Decimal = ALIKE, by_place: bool = True
) -> dict[int, int]:
    """Index in `after` → index in `before`, for each row that is an earlier one, edited or moved.

    Equal rows first, then those that share most cells (`alike`: the least part), then those that follow the same row.
    """
    found = _equal(before, after)
    _pair(found, _alike(before, after, found, alike))
    if by_place:
        _pair(found, _following(before, after, found))
    return found


def _equal(before: Sequence[Marks], after: Sequence[Marks]) -> dict[int, int]:
    places: dict[frozenset[tuple[str, str]], deque[int]] = defaultdict(deque)
    for index, row in enumerate(before):
        places[_filled(row)].append(index)
    found = {}
    for index, row in enumerate(after):
        if places[_filled(row)]:
            found[index] = places[_filled(row)].popleft()
    return found


def _alike(
    before: Sequence[Marks], after: Sequence[Marks], found: dict[int, int], least: Decimal
) -> list[tuple[int, int]]:
    """Pairs of changed rows, the most alike first; of two that are equally alike, those nearer to each other."""
    taken = set(found.values())
    old = {index: _filled(row) for index, row in enumerate(before) if index not in taken}
    new = {index: _filled(row) for index, row in enumerate(after) if index not in found}
    if len(old) * len(new) > MOST_PAIRS:
        return []
    scored = [
        (-Decimal(len(old[i] & new[j])) / max(len(old[i]), len(new[j]), 1), abs(i - j), j, i)
        for j, i in product(new, old)
    ]
    return [(j, i) for score, _, j, i in sorted(scored) if -score >= least]


def _following(before: Sequence[Marks], after: Sequence[Marks], found: dict[int, int]) -> Iterator[tuple[int, int]]:
    """Rows that were rewritten as a whole: what stands after the same row as before is the same row."""
    for index in range(len(after)):
        place = found.get(index - 1, -1 if index == 0 else None)
        if index not in found and place is not None and place + 1 < len(before):
            yield index, place + 1


def _pair(found: dict[int, int], pairs: Iterable[tuple[int, int]]) -> None:
    taken = set(found.values())
    for index, earlier in pairs:
        if index not in found and earlier not in taken:
            found[index] = earlier
            taken.add(earlier)


def _filled(row: Marks) -> frozenset[tuple[str, str]]:
    return frozenset((key, str(value)) for key, value in row.items() if value)
