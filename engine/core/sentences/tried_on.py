"""The answers on which a rule is tried: from answers to one line a name, as somebody may type it, and back.

A list stands in one line, its items parted by semicolons: `60; 40`. A form or table that is only counted or asked for
is typed as a number of rows, or as sent or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.core.expression import BOOLEAN, DATE, NUMBER, ListOf, Record, Type, type_of
from engine.core.expression.limits import WHOLE_DIGITS
from engine.core.scope import along
from engine.core.sentences.names import Names

PART = ";"
MOST_ITEMS = 200
YES = ("yes", "ya", "true")
NO = ("no", "tidak", "false")


def typed_of(values: Mapping[str, Any], paths: Iterable[str], names: Names) -> dict[str, str]:
    """Each name's answer as somebody would type it; what is missing is blank."""
    return {path: _line(along(values, path), type_of(names.scope, path)) for path in paths}


def _line(value: Any, kind: Type | None) -> str:
    if isinstance(kind, Record):
        return "yes" if value is not None else ""
    if isinstance(kind, ListOf):
        items = list(_flat(value))
        if isinstance(kind.item, Record):
            return str(len(items)) if value is not None else ""
        return f"{PART} ".join(_line(each, kind.item) for each in items)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def _flat(value: Any) -> Iterator[Any]:
    for each in value if isinstance(value, (list, tuple)) else ():
        if isinstance(each, (list, tuple)):
            yield from _flat(each)
        else:
            yield each


def answers_of(typed: Mapping[str, str], names: Names) -> dict[str, Any]:
    """The answers behind the typed lines, nested as the scope is; what cannot be read is missing."""
    found: dict[str, Any] = {}
    for path in sorted(typed, key=lambda path: path.count(".")):
        kind = type_of(names.scope, path)
        value = _read(typed[path].strip(), kind)
        if kind is not None and value is not None:
            _put(found, names, path.split("."), value)
    return found


def _read(text: str, kind: Type | None) -> Any:
    if not text:
        return None
    if isinstance(kind, Record):
        return {} if text.casefold() in YES else None
    if isinstance(kind, ListOf):
        if isinstance(kind.item, Record):
            return [{} for _ in range(min(int(text), MOST_ITEMS))] if text.isdecimal() and len(text) < 4 else None
        return [_read(part.strip(), kind.item) for part in text.split(PART)[:MOST_ITEMS]]
    if kind == NUMBER:
        return _number(text)
    if kind == BOOLEAN:
        return True if text.casefold() in YES else False if text.casefold() in NO else None
    return _day(text) if kind == DATE else text


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < 10**WHOLE_DIGITS else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _put(into: dict[str, Any], names: Names, parts: list[str], value: Any) -> None:
    """Put a value where its path leads; a column puts each item into a row of its own."""
    place: Any = into
    for index, part in enumerate(parts[:-1]):
        kind = type_of(names.scope, ".".join(parts[: index + 1]))
        if isinstance(kind, ListOf):
            _put_column(place, part, parts[index + 1 :], value)
            return
        inner = place.get(part)
        place[part] = inner if isinstance(inner, dict) else {}
        place = place[part]
    if not (isinstance(value, dict) and isinstance(place.get(parts[-1]), dict)):
        place[parts[-1]] = value


def _put_column(place: dict[str, Any], table: str, rest: list[str], items: Any) -> None:
    values = items if isinstance(items, list) else [items]
    rows = place.get(table) if isinstance(place.get(table), list) else []
    rows = [*(rows or []), *({} for _ in range(len(values) - len(rows or [])))]
    for row, value in zip(rows, values, strict=False):
        inner = row
        for part in rest[:-1]:
            inner = inner.setdefault(part, {})
        inner[rest[-1]] = value
    place[table] = rows
