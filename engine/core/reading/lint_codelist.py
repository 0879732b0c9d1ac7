"""Does a code list make sense: each key once, for a time that exists, and a matrix whose every cell is an item."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.definition import CodeList, Matrix
from engine.core.errors import Problem
from engine.core.hints import instead
from engine.core.messages import Message
from engine.core.reading.declared import twice, unknown


def codelist_problems(codelist: CodeList) -> Iterator[Problem]:
    """Yield what is wrong with a code list; the paths are by names."""
    if not codelist.items:
        yield Problem("items", Message("lint.no_items"))
    yield from twice("items", codelist.items)
    for item in codelist.items:
        if item.from_ is not None and item.until is not None and item.until <= item.from_:
            yield Problem(f"items.{item.key}.until", Message("lint.never_in_force", key=item.key))
    if codelist.matrix is not None:
        yield from _matrix(codelist.matrix, tuple(item.key for item in codelist.items))


def _matrix(matrix: Matrix, items: tuple[str, ...]) -> Iterator[Problem]:
    yield from twice("matrix.rows", matrix.rows)
    yield from twice("matrix.columns", matrix.columns)
    rows, columns = (tuple(item.key for item in axis) for axis in (matrix.rows, matrix.columns))
    for row in matrix.cells:
        yield from unknown(f"matrix.cells.{row}", "row", row, rows)
    for row in rows:
        cells = matrix.cells.get(row, {})
        yield from _row(f"matrix.cells.{row}", cells, columns, items)


def _row(path: str, cells: dict[str, str], columns: tuple[str, ...], items: tuple[str, ...]) -> Iterator[Problem]:
    missing = tuple(column for column in columns if column not in cells)
    if missing:
        yield Problem(path, Message("lint.empty_cells", columns=missing), hint=instead(None, items))
    for column, item in cells.items():
        yield from unknown(f"{path}.{column}", "column", column, columns)
        yield from unknown(f"{path}.{column}", "item", item, items)
