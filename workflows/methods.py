"""Scoring methods: how a result of a case is found. Pure; each answers an Outcome with its derivation, or None."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from engine.core.case import CaseView, Outcome
from engine.core.catalog import BandsOption, EvaluatedOption, MatrixOption, PartsOption, Weighed, method
from engine.core.definition import Item
from engine.core.filling.fieldtype import Places
from engine.core.messages import Text, readable
from engine.core.scores import Band


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


@method
def weighted(
    case: CaseView,
    *,
    parts: PartsOption,
    bands: BandsOption = (),
    missing: Literal["refuse", "reweight"] = "refuse",
    places: Places = 2,
) -> Outcome | None:
    """Adds numbers up by their weights, rounds the sum half up, and finds the band of a scale in which it lies.

    A part that is missing: `refuse` finds no result without it, `reweight` shares its weight among the others. The sum
    is rounded before its band is looked up, so that none lies between two bands. Without bands the sum is the result.
    """
    there = [each for each in parts if isinstance(each.number.value, Decimal)]
    weight = sum((each.part.weight for each in there), Decimal(0))
    if not weight or (missing == "refuse" and len(there) < len(parts)):
        return None
    total = sum((_share(each, weight) for each in there), Decimal(0))
    score = total.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    band = next((each for each in reversed(bands) if each.from_ is None or each.from_ <= score), None)
    if bands and band is None:
        return None
    derivation: dict[str, Any] = {
        "method": "weighted",
        "parts": list(_shares(parts, weight)),
        "missing": missing,
        "score": str(score),
    }
    if band is not None:
        derivation["result"] = {"key": band.key, "label": _label(band).as_document()}
        derivation["from"] = None if band.from_ is None else str(band.from_)
    return Outcome(str(score) if band is None else band.key, derivation)


def _share(each: Weighed, weight: Decimal) -> Decimal:
    """What a part brings, its weight taken out of the weights of those that are there."""
    number: Decimal = each.number.value
    return number * each.part.weight / weight


def _shares(parts: Sequence[Weighed], weight: Decimal) -> Iterator[dict[str, Any]]:
    """Each part with its number, what it counted and what it brought; nothing of those that are missing."""
    for each in parts:
        found = isinstance(each.number.value, Decimal)
        label = each.part.label or readable(each.part.key)
        yield {
            "key": each.part.key,
            "label": label.as_document(),
            "from": each.number.source,
            "weight": str(each.part.weight),
            "value": str(each.number.value) if found else None,
            "share": str(_share(each, weight).quantize(Decimal("0.0001"), ROUND_HALF_UP)) if found else None,
        }


def _label(band: Band) -> Text:
    return band.label or readable(band.key)


def _item(items: Sequence[Item], key: Any) -> Item | None:
    return next((item for item in items if item.key == key), None)


def _said(item: Item) -> dict[str, Any]:
    return {"key": item.key, "label": item.label.as_document()}
