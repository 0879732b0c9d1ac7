"""What choice, choices and scale share: items from the field itself or from a code list, found by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.core.definition import CodeList, Item
from engine.core.filling.fieldtype import Choice
from engine.core.messages import Message


def offered(inline: Sequence[Item], codelist: CodeList | None) -> tuple[Choice, ...]:
    """The items to choose from, in order."""
    items = inline or (codelist.items if codelist is not None else ())
    return tuple(Choice(item.key, item.label, item.help, item.text) for item in items)


def problems(option: str, inline: Sequence[object], codelist: CodeList | None) -> Iterator[tuple[str, Message]]:
    """A field takes its items from one place; `option` is the name of the one inside the field."""
    if inline and codelist is not None:
        yield "list", Message("bind.two_sources", option=option)
    if not inline and codelist is None:
        yield option, Message("bind.no_items", option=option)
    if codelist is not None and not codelist.items:
        yield "list", Message("bind.empty_codelist", name=codelist.key)


def repeated(option: str, keys: Sequence[str]) -> Iterator[tuple[str, Message]]:
    """Each key once."""
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield option, Message("bind.repeated_item", key=key)


def by_key(items: Sequence[Choice]) -> Mapping[str, Choice]:
    """The items as they are found."""
    return {item.key: item for item in items}
