"""What SQLite and PostgreSQL say differently, as one expression: what JSON and leaves hold, seconds in between."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Integer, Text
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


class tells(FunctionElement[bool]):
    """tells(octets, text): whether octets that are text in UTF-8, as leaves are, hold a text."""

    type = Boolean()
    inherit_cache = True


def _written(which: type[FunctionElement[Any]], dialect: str, words: str) -> None:
    """What a database is asked in place of a function: {0}, {1} are its arguments."""

    @compiles(which, dialect)
    def _asked(element: FunctionElement[Any], compiler: Any, **more: Any) -> str:
        return words.format(*(compiler.process(each, **more) for each in element.clauses))


_WHOLE = "CAST(floor(extract(epoch FROM CAST({} AS timestamptz))) AS bigint)"
_written(said, "sqlite", "json_extract({0}, '$.' || {1})")
_written(said, "postgresql", "(CAST({0} AS jsonb) ->> CAST({1} AS text))")
_written(kept, "sqlite", "({0} -> {1})")
_written(kept, "postgresql", "CAST(CAST({0} AS json) -> CAST({1} AS text) AS text)")
_written(seconds, "sqlite", "(CAST(strftime('%s', {1}) AS INTEGER) - CAST(strftime('%s', {0}) AS INTEGER))")
_written(seconds, "postgresql", f"({_WHOLE.format('{1}')} - {_WHOLE.format('{0}')})")
_written(tells, "sqlite", "(instr({0}, CAST({1} AS BLOB)) > 0)")
_written(tells, "postgresql", "(strpos(convert_from({0}, 'UTF8'), CAST({1} AS text)) > 0)")
