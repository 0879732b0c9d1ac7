"""Which state stands in which column of a diagram, and which moves lead back. No coordinates here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

Edge = tuple[str, str]  # source, target
SWEEPS = 4


def returns_of(keys: Sequence[str], edges: Sequence[Edge], first: str) -> frozenset[Edge]:
    """The moves that lead back to a state on the way here (or to itself), walking from `first` in declared order.

    Without them the rest has no circle, whatever the document says.
    """
    targets = _targets(keys, edges)
    state: dict[str, str] = {}
    back: set[Edge] = set()
    for start in [first, *keys]:
        if start not in targets or start in state:
            continue
        state[start] = "open"
        path: list[tuple[str, Iterator[str]]] = [(start, iter(targets[start]))]
        while path:
            here, following = path[-1]
            there = next(following, None)
            if there is None:
                state[here] = "done"
                path.pop()
            elif state.get(there) == "open":
                back.add((here, there))
            elif there not in state:
                state[there] = "open"
                path.append((there, iter(targets[there])))
    return frozenset(back)


def columns_of(keys: Sequence[str], edges: Sequence[Edge]) -> list[list[str]]:
    """Columns from left to right, each from top to bottom: a state stands right of all that lead to it (no circles in
    `edges`), and near the height of those (mean height of the neighbours, swept a few times)."""
    depth = dict.fromkeys(keys, 0)
    for _ in keys:
        changed = False
        for source, target in edges:
            if depth[target] <= depth[source]:
                depth[target] = depth[source] + 1
                changed = True
        if not changed:
            break
    columns: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for key in keys:
        columns[depth[key]].append(key)
    for _ in range(SWEEPS):
        _sweep(columns, edges)
    return columns


def _targets(keys: Sequence[str], edges: Sequence[Edge]) -> dict[str, list[str]]:
    targets: dict[str, list[str]] = {key: [] for key in keys}
    for source, target in edges:
        targets[source].append(target)
    return targets


def _sweep(columns: list[list[str]], edges: Sequence[Edge]) -> None:
    for index in range(1, len(columns)):
        height = {key: place for column in columns[:index] for place, key in enumerate(column)}
        wished = {key: _mean([height[s] for s, t in edges if t == key and s in height]) for key in columns[index]}
        columns[index].sort(key=_by(wished))


def _by(wished: Mapping[str, int]) -> Callable[[str], int]:
    return lambda key: wished[key]


def _mean(heights: Sequence[int]) -> int:
    return sum(heights) * 1000 // len(heights) if heights else 0
