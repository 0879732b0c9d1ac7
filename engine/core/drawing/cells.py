"""In which cell of the picture's grid each state stands: a column and a row. No pixels here.

What nobody placed stands by itself: its column says how many moves lead there, its row is as near as can be to
those of its predecessors, so that the way of most cases is a straight line. The first state stands in row 0; rows
above it have numbers below 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.core.drawing.columns import Edge, columns_of

Cell = tuple[int, int]  # column, row
EMPTY = 2  # so many empty columns or rows in a row are drawn; more of them look the same
LIMIT = 1000  # cells outside count as at the border


def cells_of(keys: Sequence[str], edges: Sequence[Edge], first: str, places: Mapping[str, Cell]) -> dict[str, Cell]:
    """The cell of every state, no two the same. `edges` are the moves without returns; a state in `places` stands
    there, or below where somebody placed another one before."""
    columns = columns_of(keys, edges)
    rows = _rows(columns, edges)
    taken: dict[Cell, str] = {}
    for key in (key for key in places if key in rows):
        column, row = (max(-LIMIT, min(LIMIT, number)) for number in places[key])
        taken[_free((column, row), taken)] = key
    for index, keys_of_column in enumerate(columns):
        for key in keys_of_column:
            if key not in places:
                taken[_free((index, rows[key] - rows[first]), taken)] = key
    return {key: cell for cell, key in taken.items()}


def ranks(numbers: Sequence[int]) -> tuple[int, ...]:
    """The numbers of the columns (or rows) that are drawn, in order: all in use, and few of the empty ones between."""
    found: list[int] = []
    for number in sorted(set(numbers)):
        if found:
            found.extend(range(max(found[-1] + 1, number - EMPTY), number))
        found.append(number)
    return tuple(found)


def _free(cell: Cell, taken: Mapping[Cell, str]) -> Cell:
    column, row = cell
    while (column, row) in taken:
        row += 1
    return column, row


def _rows(columns: Sequence[Sequence[str]], edges: Sequence[Edge]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for column in columns:
        wished = []
        for index, key in enumerate(column):
            before = [rows[source] for source, target in edges if target == key and source in rows]
            wished.append((2 * sum(before) + len(before)) // (2 * len(before)) if before else index)
        rows |= dict(zip(column, _apart(wished), strict=True))
    return rows


def _apart(wished: Sequence[int]) -> list[int]:
    """Rows in the given order, each one below the last, as near to the wished ones as can be (pool adjacent
    violators on what is left when the order's own distance is taken away)."""
    pools: list[tuple[int, int]] = []  # sum and number of members
    for index, wish in enumerate(wished):
        total, count = wish - index, 1
        while pools and pools[-1][0] * count >= total * pools[-1][1]:
            before = pools.pop()
            total, count = total + before[0], count + before[1]
        pools.append((total, count))
    bases = [(2 * total + count) // (2 * count) for total, count in pools for _ in range(count)]
    return [base + index for index, base in enumerate(bases)]
