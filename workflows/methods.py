"""Scoring methods: how a result of a case is found. Pure; each answers an Outcome with its derivation, or None."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.core.case import CaseView, Outcome
from engine.core.catalog import EvaluatedOption, MatrixOption, method
from engine.core.definition import Item


@method
def matrix(case: CaseView, *, rows: EvaluatedOption, columns: EvaluatedOption, table: MatrixOption) -> Outcome | None:
    """Looks a predicate up in the table of a code list, by the row and the column that two expressions give.

    None while one of them is missing or is none of the table. The derivation keeps the cell, since several cells have
    the same predicate and what follows may depend on which it was (PermenPANRB 6/2022, printed p. 99-103).
    """
    if table.matrix is None:
        return None
    row, column = _item(table.matrix.rows, rows.value), _item(table.matrix.columns, columns.value)
    if row is None or column is None:
        return None
    value = table.matrix.cells.get(row.key, {}).get(column.key)
    found = _item(table.items, value)
    if found is None:
        return None
    return Outcome(
        found.key,
        {
            "method": "matrix",
            "table": table.key,
            "row": {**_said(row), "from": rows.source},
            "column": {**_said(column), "from": columns.source},
            "result": _said(found),
        },
    )


def _item(items: Sequence[Item], key: Any) -> Item | None:
    return next((item for item in items if item.key == key), None)


def _said(item: Item) -> dict[str, Any]:
    return {"key": item.key, "label": item.label.as_document()}
