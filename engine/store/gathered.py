"""Rows as one value: what a statement needs of another table comes with it, instead of by a statement of its own."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ScalarSelect, Select, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class Gathered(FunctionElement[str]):
    """The rows of a group as JSON text: an array of arrays, in no order."""

    inherit_cache = True
    type = Text()


@compiles(Gathered, "sqlite")
def _in_sqlite(element: Gathered, compiler: Any, **options: Any) -> str:
    return f"json_group_array(json_array({compiler.process(element.clauses, **options)}))"


@compiles(Gathered, "postgresql")
def _in_postgresql(element: Gathered, compiler: Any, **options: Any) -> str:
    return f"json_agg(json_build_array({compiler.process(element.clauses, **options)}))::text"


def gathered(rows: Select[Any]) -> ScalarSelect[str]:
    """The rows of a select as a column of another one; `spread` reads it."""
    columns = rows.selected_columns
    return rows.with_only_columns(Gathered(*columns), maintain_column_froms=True).scalar_subquery()


def spread(text: str | None) -> list[list[Any]]:
    """The rows again, each a list in the order of its columns."""
    return json.loads(text) if text else []
