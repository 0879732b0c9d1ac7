"""Places that name a choice: first answers, maps by choices, the cells of a matrix. Rules name them in quotes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from engine.core.definition import FieldSpec, Matrix
from engine.core.designing.naming import Prefix, Reference
from engine.core.designing.paths import Steps
from engine.core.printing.spec import BlockSpec


def chosen(model: type[BaseModel], node: Mapping[str, Any], steps: Steps, prefix: Prefix) -> Iterator[Reference]:
    """Yield the places in a node that name a choice, an item or a line of a matrix; prefix: of names in this node."""
    if model is FieldSpec:
        own = (*prefix, str(node.get("key")))
        default = node.get("default")
        if isinstance(default, str) and not default.startswith("="):
            yield Reference((*steps, "default"), default, "choice", own, "clear")
        yield from _keys(node, "descriptions", steps, own)
    elif model is BlockSpec:
        yield from _keys(node, "heights", steps, tuple(str(node.get("of")).split(".")))
    elif model is Matrix:
        yield from _cells(node.get("cells"), (*steps, "cells"))


def _keys(node: Mapping[str, Any], option: str, steps: Steps, prefix: Prefix) -> Iterator[Reference]:
    """The keys of a map by choices."""
    found = node.get(option)
    for name in found if isinstance(found, Mapping) else ():
        yield Reference((*steps, option, str(name)), str(name), "choice", prefix, "clear", is_key=True)


def _cells(cells: Any, steps: Steps) -> Iterator[Reference]:
    """Rows and columns are the keys of the cells, in each of which stands an item."""
    for row, line in cells.items() if isinstance(cells, Mapping) else ():
        yield Reference((*steps, row), row, "row", (), "clear", is_key=True)
        for column, item in line.items() if isinstance(line, Mapping) else ():
            here = (*steps, row, column)
            yield Reference(here, column, "cell_column", (), "clear", is_key=True)
            if isinstance(item, str):
                yield Reference(here, item, "item")
