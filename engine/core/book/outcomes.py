"""How a result is found: its method with what it looks at, and a look-up table printed as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.core.book.model import Block, Facts, Heading, Prose, Said, Table
from engine.core.definition import CodeList, ResultSpec
from engine.core.messages import Message, Text, readable
from engine.core.telling.called import label_of, nodes, text_of
from engine.core.telling.teller import Teller
from engine.core.telling.values import extension, keys_of, plain, value
from engine.core.telling.wordlist import VALUES, property_name

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
        elif result.get("method") == "weighted":
            yield from _weighed(tell, result)
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


def _weighed(tell: Teller, result: Mapping[str, Any]) -> Iterator[Block]:
    """Parts with their weights, and the scale in which their sum falls."""
    path = f"results.{result.get('key', '')}"
    yield Prose((extension("method", "weighted", tell),))
    rows = tuple(
        (
            (label_of(part),),
            (Message("book.results.weight", weight=plain("weight", _number(part.get("weight")))),),
            (
                Message(
                    "book.results.value",
                    value=tell.expression(part.get("value", ""), f"{path}.parts.{part.get('key')}.value"),
                ),
            ),
        )
        for part in nodes(result.get("parts"))
    )
    if rows:
        head = tuple(Message(f"book.results.column.{name}") for name in ("part", "weight", "from"))
        yield Table(label_of(result), head, rows, (30, 14, 56))
    missing = str(result.get("missing") or "refuse")
    yield Prose((Message(f"telling.value.missing.{missing}" if f"missing.{missing}" in VALUES else "telling.nothing"),))
    yield from _bands(result)


def _bands(result: Mapping[str, Any]) -> Iterator[Block]:
    rows = []
    for band in nodes(result.get("bands")):
        begins: Said = Message("book.results.below")
        if band.get("from") is not None:
            begins = Message("book.results.since", number=plain("from", _number(band["from"])))
        words = text_of(band.get("help"))
        rows.append(((label_of(band),), (begins,), (words,) if words else ()))
    if rows:
        head = tuple(Message(f"book.results.column.{name}") for name in ("band", "begins", "means"))
        yield Table(label_of(result), head, tuple(rows), (30, 20, 50))


def _number(value: Any) -> Any:
    """A number of the document, which may be written as text so that no digit is lost."""
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return value


def _by_method(tell: Teller, result: Mapping[str, Any]) -> Iterator[Block]:
    if result.get("method"):
        yield Prose((extension("method", str(result["method"]), tell),))
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
