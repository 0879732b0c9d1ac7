"""Reading the answers: from a dotted path to the values it names, each verified against its static type.

Answers come from outside the language, so nothing here trusts their shape: what does not fit ends the evaluation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from engine.core.expression.limits import WHOLE_DIGITS
from engine.core.expression.names import type_of
from engine.core.expression.run import Run, Step
from engine.core.expression.types import BOOLEAN, DATE, NUMBER, TEXT, ListOf, Record, Scalar, Type

_TOO_LARGE = 10**WHOLE_DIGITS
_PYTHON = {TEXT: str, BOOLEAN: bool, DATE: date}


def reader(scope: Record, path: str) -> Step:
    """The function that reads a path known to the scope."""
    parts = path.split(".")
    kind = type_of(scope, path)
    if len(parts) == 1 and isinstance(kind, Scalar):
        return _own_value(path, kind)
    if isinstance(kind, ListOf):
        return _list(scope, parts, kind)
    return _nested_value(path, parts, kind)


def _own_value(name: str, kind: Scalar) -> Step:
    if kind == NUMBER:
        return lambda run: _number(run, run.values.get(name), name)
    expected = _PYTHON[kind]
    return lambda run: _typed(run, run.values.get(name), expected, name)


def _nested_value(path: str, parts: list[str], kind: Type | None) -> Step:
    def read(run: Run) -> Any:
        value: Any = run.values
        for part in parts:
            value = _field(run, value, part, path)
        return _verified(run, value, kind, path) if isinstance(kind, Scalar) else value

    return read


def _list(scope: Record, parts: list[str], kind: ListOf) -> Step:
    path = ".".join(parts)
    opens = _declared_lists(scope, parts)
    first = opens.index(True) + 1
    beyond = list(zip(parts[first:], opens[first:], strict=True))

    def read(run: Run) -> list[Any] | None:
        value: Any = run.values
        for part in parts[:first]:
            value = _field(run, value, part, path)
        if value is None:
            return None
        rows = _opened(run, value, path)
        for part, is_list in beyond:
            rows = [_field(run, row, part, path) for row in rows]
            if is_list:
                rows = [item for row in rows if row is not None for item in _opened(run, row, path)]
        if isinstance(kind.item, Record):
            return rows
        return [_verified(run, item, kind.item, path) for item in rows]

    return read


def _declared_lists(scope: Record, parts: list[str]) -> list[bool]:
    """For each part of a path, whether the field itself is declared as a list."""
    found: Type = scope
    declared = []
    for part in parts:
        record = found.item if isinstance(found, ListOf) else found
        if isinstance(record, Record):
            found = record.fields[part]
        declared.append(isinstance(found, ListOf))
    return declared


def _field(run: Run, value: Any, part: str, path: str) -> Any:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise run.failure("expression.wrong_value", name=path)
    return value.get(part)


def _opened(run: Run, value: Any, path: str) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise run.failure("expression.wrong_value", name=path)
    run.spend(len(value))
    return list(value)


def _verified(run: Run, value: Any, kind: Scalar, path: str) -> Any:
    return _number(run, value, path) if kind == NUMBER else _typed(run, value, _PYTHON[kind], path)


def _number(run: Run, value: Any, path: str) -> Decimal | None:
    """A number rounded to the precision of the language; out of its range it is trapped by the context."""
    if value is None:
        return None
    if type(value) is Decimal and value.is_finite():
        return run.context.plus(value)
    if type(value) is int and -_TOO_LARGE < value < _TOO_LARGE:
        return Decimal(value)
    raise run.failure("expression.wrong_value", name=path)


def _typed(run: Run, value: Any, expected: type, path: str) -> Any:
    # The exact class: a datetime is a date and cannot be compared with one, a bool is an int.
    if value is None or type(value) is expected:
        return value
    raise run.failure("expression.wrong_value", name=path)
