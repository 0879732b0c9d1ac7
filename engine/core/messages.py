"""Messages and authored texts: what the core says, as data. The edge turns them into sentences of a language.

No translation happens here, and no sentence stands here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias, Union

LANGUAGES = ("id", "en")
DATED = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?", re.ASCII)

Param: TypeAlias = Union[str, int, Decimal, date, "Text", "Message", "tuple[Param, ...]"]


@dataclass(frozen=True, slots=True)
class Text:
    """An authored text in every language of its definition."""

    id: str
    en: str

    def say(self, language: str) -> str:
        """The wording in `language`; the Indonesian one where the language is not known."""
        return self.en if language == "en" else self.id

    def as_document(self) -> dict[str, str]:
        """The normal form: one key a language."""
        return {"en": self.en, "id": self.id}


def readable(key: str) -> Text:
    """A key as words, for what has no label: `plan_drafted` → `Plan drafted`."""
    words = key.replace("_", " ").capitalize()
    return Text(words, words)


@dataclass(frozen=True, slots=True, init=False)
class Message:
    """A key of the translation files with its parameters; numbers and dates stay typed until the edge formats them."""

    key: str
    items: tuple[tuple[str, Param], ...]

    def __init__(self, key: str, /, **params: Param) -> None:
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "items", tuple(sorted(params.items())))

    @property
    def params(self) -> dict[str, Param]:
        return dict(self.items)

    def as_document(self) -> dict[str, object]:
        """JSON-able form for leaves and notes: `{"key": …, "params": {…}}`, every number and date as text."""
        return {"key": self.key, "params": {name: _plain(value) for name, value in self.items}}

    def __str__(self) -> str:
        inside = ", ".join(f"{name}={value}" for name, value in self.items)
        return f"{self.key}({inside})" if inside else self.key


def message_from_document(document: Mapping[str, object]) -> Message:
    """Read back what `Message.as_document` wrote; numbers come back as text, days and moments as such."""
    params = document.get("params", {})
    pairs = dict(_readable(params)) if isinstance(params, Mapping) else {}
    return Message(str(document["key"]), **pairs)


def _plain(value: Param) -> object:
    if isinstance(value, (Text, Message)):
        return value.as_document()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, int) else str(value)


def _readable(params: Mapping[str, object]) -> Iterator[tuple[str, Param]]:
    for name, value in params.items():
        yield name, _read(value)


def _read(value: object) -> Param:
    if isinstance(value, Mapping):
        if set(value) == {"id", "en"}:
            return Text(str(value["id"]), str(value["en"]))
        return message_from_document(value)
    if isinstance(value, list):
        return tuple(_read(item) for item in value)
    return value if isinstance(value, int) else _dated(str(value))


def _dated(text: str) -> Param:
    """The day, or the aware moment, that a text writes; else the text, also where there is no such day."""
    written = DATED.fullmatch(text)
    try:
        return text if written is None else datetime.fromisoformat(text) if written[1] else date.fromisoformat(text)
    except ValueError:
        return text
