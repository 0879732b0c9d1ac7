"""The options of an extension as rows for people: name, what may be written, and what holds when nothing is said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.core.messages import Message

if TYPE_CHECKING:
    from engine.core.catalog import Entry

PLAIN: Mapping[str, str] = {"boolean": "boolean", "number": "number", "string": "text", "object": "map"}
TEXT_KEYS = {"id", "en"}


@dataclass(frozen=True, slots=True)
class Option:
    """One option. `default` is as it stands in a document; "" where nothing holds; None where it must be given."""

    name: str
    kind: Message
    default: str | None


def options(entry: Entry) -> tuple[Option, ...]:
    """The options of an extension in the order in which it declares them."""
    schema = entry.options.model_json_schema()
    needed = schema.get("required", ())
    return tuple(
        Option(name, _kind(entry, name, written), None if name in needed else _default(written.get("default")))
        for name, written in schema.get("properties", {}).items()
    )


def _kind(entry: Entry, name: str, written: Mapping[str, Any]) -> Message:
    """What may be written for it."""
    if name in entry.refs:
        return _say(f"ref_{entry.refs[name].to}")
    ways = [way for way in written.get("anyOf", [written]) if way.get("type") != "null"]
    if any(set(way.get("properties", ())) == TEXT_KEYS for way in ways):
        return _say("words")
    if len(ways) > 1:
        return _say("number") if any(way.get("type") == "number" for way in ways) else _say("map")
    return _single(ways[0])


def _single(written: Mapping[str, Any]) -> Message:
    kind = written.get("type", "object")
    if "enum" in written:
        return _say("one_of", values=tuple(str(value) for value in written["enum"]))
    if kind == "integer":
        least, most = written.get("minimum"), written.get("maximum")
        return _say("whole") if least is None or most is None else _say("whole_between", least=least, most=most)
    if kind == "array":
        return _say("items")
    return _say(PLAIN.get(kind, "map"))


def _default(value: Any) -> str:
    if value is None or value == [] or value == {}:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _say(kind: str, **params: Any) -> Message:
    return Message(f"admin.fields.kind.{kind}", **params)
