"""How a result is found: its method with what it looks at, and a look-up table printed as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.core.book.model import Block, Facts, Heading, Prose, Said, Table
from engine.core.definition import CodeList, ResultSpec
from engine.core.messages import Message, Text, readable
from engine.core.telling.called import label_of, nodes
from engine.core.telling.teller import Teller
from engine.core.telling.values import keys_of, value
from engine.core.telling.wordlist import property_name

OWN = keys_of(ResultSpec)


def blocks(tell: Teller) -> Iterator[Block]:
    """Every result of the case."""
    found = list(nodes(tell.document.get("results")))
    if found:
        yield Prose((Message("book.results.lead"),))
    for result in found:
        yield Heading(label_of(result), 2, f"result-{result.get('key', '')}")
        table = _matrix(tell, result)
        if table is not None:
            yield from _looked_up(tell, result, table)
        else:
            yield from _by_method(tell, result)


def _matrix(tell: Teller, result: Mapping[str, Any]) -> CodeList | None:
    known = tell.codelists.get(str(result.get("table", ""))) if result.get("method") == "matrix" else None
    return known if known is not None and known.matrix is not None else None


def _looked_up(tell: Teller, result: Mapping[str, Any], table: CodeList) -> Iterator[Block]:
    path = f"results.{result.get('key', '')}"
    rows, columns = (tell.expression(result.get(name, ""), f"{path}.{name}") for name in ("rows", "columns"))
    yield Prose((Message("book.results.matrix", rows=rows, columns=columns, table=table.name),))
    if table.matrix is None:
        return
    labels = {item.key: item.label for item in table.items}

    def cell(row: str, column: str) -> Text:
        key = table.matrix.cells.get(row, {}).get(column, "") if table.matrix else ""
        return labels.get(key) or readable(key or "–")

    head: tuple[Said, ...] = (label_of(result), *(column.label for column in table.matrix.columns))
    body = tuple(
        ((row.label,), *((cell(row.key, column.key),) for column in table.matrix.columns)) for row in table.matrix.rows
    )
    share = 72 // max(1, len(table.matrix.columns))
    yield Table(table.name, head, body, (28, *(share for _ in table.matrix.columns)))
    explained = tuple((item.label, (item.help,)) for item in table.items if item.help is not None)
    if explained:
        yield Facts(explained)


def _by_method(tell: Teller, result: Mapping[str, Any]) -> Iterator[Block]:
    entry = tell.catalog.get("method", str(result.get("method", "")))
    if entry is not None:
        yield Prose((Text(entry.doc, entry.doc),))
    path = f"results.{result.get('key', '')}"
    pairs = tuple(
        (
            property_name(name),
            (Message("book.results.value", value=value(ResultSpec, name, found, tell, f"{path}.{name}")),),
        )
        for name, found in result.items()
        if name not in OWN and found is not None
    )
    if pairs:
        yield Facts(pairs)
