"""For whom a cycle is: what its expression may ask about a person, and who it matches. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from engine.core.case import Actor
from engine.core.expression import BOOLEAN, TEXT, Expression, ListOf, Record, compile_expression
from engine.store.queries import people

ABOUT_A_PERSON = Record(
    {
        "unit": TEXT,  # key of the unit of his post
        "units": ListOf(TEXT),  # that unit and every unit above it
        "kind": TEXT,  # pns, pppk …
        "grade": TEXT,
        "post": TEXT,  # key of the post
        "post_kind": TEXT,
    }
)


def compile_population(source: str) -> Expression:
    """The population expression, checked; BadRequest-like InvalidExpression names the column."""
    return compile_expression(source.strip() or "true", ABOUT_A_PERSON, expects=BOOLEAN)


def matching(db: Connection, source: str, actor: Actor, on: date) -> list[Row[Any]]:
    """The people in the actor's scope whom an expression matches on a day, by name."""
    expression = compile_population(source)
    return [row for row, about in people.posted(db, actor, on) if expression.evaluate(about) is True]


def asked_of(
    db: Connection, source: str, actor: Actor, on: date, among: Sequence[int]
) -> tuple[list[Row[Any]], set[int]]:
    """Of these persons: the rows of those whom the expression matches, and who holds a post but is not matched."""
    expression = compile_population(source)
    matched, others = [], set()
    for row, about in people.posted(db, actor, on, among):
        if expression.evaluate(about) is True:
            matched.append(row)
        else:
            others.add(row.person_id)
    return matched, others
