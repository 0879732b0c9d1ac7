"""What SQLite and PostgreSQL say differently, as one expression: what JSON holds, seconds between two moments."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class said(FunctionElement[str]):
    """said(body, key): the text under a key of a JSON object; NULL where it has none."""

    type = Text()
    inherit_cache = True


class kept(FunctionElement[str]):
    """kept(body, key): the JSON under a key of a JSON object, as it is written there; NULL where it has none."""

    type = Text()
    inherit_cache = True


class seconds(FunctionElement[int]):
    """seconds(earlier, later): whole seconds between two moments as they are kept."""

    type = Integer()
    inherit_cache = True


@compiles(said, "sqlite")
def _said_by_sqlite(element: said, compiler: Any, **more: Any) -> str:
    body, key = (compiler.process(each, **more) for each in element.clauses)
    return f"json_extract({body}, '$.' || {key})"


@compiles(said, "postgresql")
def _said_by_postgresql(element: said, compiler: Any, **more: Any) -> str:
    body, key = (compiler.process(each, **more) for each in element.clauses)
    return f"(CAST({body} AS jsonb) ->> CAST({key} AS text))"


@compiles(kept, "sqlite")
def _kept_by_sqlite(element: kept, compiler: Any, **more: Any) -> str:
    body, key = (compiler.process(each, **more) for each in element.clauses)
    return f"({body} -> {key})"


@compiles(kept, "postgresql")
def _kept_by_postgresql(element: kept, compiler: Any, **more: Any) -> str:
    body, key = (compiler.process(each, **more) for each in element.clauses)
    return f"CAST(CAST({body} AS json) -> CAST({key} AS text) AS text)"


@compiles(seconds, "sqlite")
def _seconds_of_sqlite(element: seconds, compiler: Any, **more: Any) -> str:
    first, last = (compiler.process(each, **more) for each in element.clauses)
    return f"(CAST(strftime('%s', {last}) AS INTEGER) - CAST(strftime('%s', {first}) AS INTEGER))"


@compiles(seconds, "postgresql")
def _seconds_of_postgresql(element: seconds, compiler: Any, **more: Any) -> str:
    first, last = (compiler.process(each, **more) for each in element.clauses)
    whole = "CAST(floor(extract(epoch FROM CAST({} AS timestamptz))) AS bigint)"
    return f"({whole.format(last)} - {whole.format(first)})"
