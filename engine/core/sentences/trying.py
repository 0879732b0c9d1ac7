"""A rule tried on answers: what each of its lines says there, and what is missing where a line says nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.expression import ExpressionFailed, InvalidExpression, compile_expression
from engine.core.expression.expression import Value
from engine.core.expression.write import write
from engine.core.messages import Message
from engine.core.scope import along
from engine.core.sentences.names import Names
from engine.core.sentences.rule import Group, Part
from engine.core.sentences.rules import node_of


@dataclass(frozen=True, slots=True)
class Trial:
    """What an expression gives for some answers: a value, or None with why: what is missing, or what failed."""

    value: Value
    missing: tuple[Message, ...] = ()
    failure: Message | None = None


def try_text(source: str, names: Names, values: Mapping[str, Any]) -> Trial:
    """Evaluate an expression for answers; one that is wrong fails with its first problem."""
    try:
        expression = compile_expression(source, names.scope)
        found = expression.evaluate(values)
    except InvalidExpression as invalid:
        return Trial(None, failure=invalid.problems[0].message)
    except ExpressionFailed as failed:
        return Trial(None, failure=failed.message)
    if found is not None:
        return Trial(found)
    missing = (path for path in expression.references if _is_missing(along(values, path)))
    return Trial(None, tuple(names.word(path).said for path in missing))


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, (list, tuple)) and all(map(_is_missing, value)))


def try_parts(parts: Iterable[tuple[str, Part]], names: Names, values: Mapping[str, Any]) -> dict[str, Trial]:
    """Each row and each group by its place, tried by itself."""
    return {place: try_text(write(node_of(part, names)), names, values) for place, part in parts}


def placed(part: Part, place: str = "") -> Iterator[tuple[str, Part]]:
    """A rule's parts with their places (`` for the whole, `0`, `0.1`, …), each group before its parts."""
    yield place, part
    if isinstance(part, Group):
        for index, each in enumerate(part.parts):
            yield from placed(each, f"{place}.{index}" if place else str(index))
