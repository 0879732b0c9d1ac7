"""The method `table`: the item of a code list, or the cell of its table, with the number that the item counts as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.core.codelist import CodeList, Item
from engine.core.messages import Message
from engine.core.scorespec import LookUp
from engine.core.scoring.nodes import Node
from engine.core.scoring.score import BoundStep
from engine.core.scoring.state import Found, State


def looked_up(state: State, step: BoundStep, table: LookUp, node: Node, codelist: CodeList) -> Found:
    """Look an item up. What is no key of the list, or no row or column of its table, finds nothing and says so."""
    node = replace(node, rule={"name": "table", "list": codelist.key}, children=_read(state, step))
    if table.item is not None:
        return _item(state, step, node, codelist)
    matrix = codelist.matrix
    row, column = state.asked(step, "row"), state.asked(step, "column")
    if row is None or column is None or matrix is None:
        return _missing(state, step, node)
    found = [_of(matrix.rows, row), _of(matrix.columns, column)]
    if found[0] is None or found[1] is None:
        reason = Message("score.why.no_cell", name=node.label, row=str(row), column=str(column))
        return Found(replace(node, why=(reason,)), (reason,))
    rule = {
        **node.rule,
        "row": row,
        "column": column,
        "row_label": found[0].label.as_document(),
        "column_label": found[1].label.as_document(),
    }
    item = _of(codelist.items, matrix.cells[row][column])
    return _told(replace(node, rule=rule, cell=f"{row}.{column}"), item)


def _item(state: State, step: BoundStep, node: Node, codelist: CodeList) -> Found:
    key = state.asked(step, "item")
    if key is None:
        return _missing(state, step, node)
    item = _of(codelist.items, key)
    if item is None:
        reason = Message("score.why.no_item", name=node.label, found=str(key))
        return Found(replace(node, why=(reason,)), (reason,))
    return _told(node, item)


def _told(node: Node, item: Item | None) -> Found:
    if item is None:
        return Found(node, (Message("score.why.nothing", name=node.label),))
    return Found(replace(node, band=item.key, band_label=item.label, before=item.value, value=item.value))


def _missing(state: State, step: BoundStep, node: Node) -> Found:
    keys = dict.fromkeys(key for reads in step.reads.values() for key in reads)
    reasons = state.reasons(keys) or (Message("score.why.nothing", name=node.label),)
    return Found(replace(node, why=reasons), reasons)


def _read(state: State, step: BoundStep) -> tuple[Node, ...]:
    return state.mentions(dict.fromkeys(key for reads in step.reads.values() for key in reads))


def _of(items: Sequence[Item], key: Any) -> Item | None:
    return next((item for item in items if item.key == key), None)
