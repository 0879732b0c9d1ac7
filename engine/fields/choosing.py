"""What the types share in which something is chosen: items of the field itself or of a code list, and when they hold.

An item may hold for a time. It is offered in a case whose period it touches, whatever the day on which somebody
answers: so what can be chosen never changes while a case runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.core.definition import CodeList, Item
from engine.core.filling.fieldtype import Choice, FormFacts, unfit
from engine.core.messages import Message
from engine.fields.reading import quoted


@dataclass(frozen=True, slots=True)
class Offer:
    """The items to choose from, in order, and by key."""

    items: tuple[Choice, ...]
    by_key: Mapping[str, Choice]
    is_dated: bool

    @classmethod
    def of(cls, inline: Sequence[Item], codelist: CodeList | None) -> Offer:
        """Those of the field itself, else those of a code list."""
        return cls.holding(offered(inline, codelist))

    @classmethod
    def holding(cls, items: Sequence[Choice]) -> Offer:
        """These items."""
        is_dated = any(item.since is not None or item.until is not None for item in items)
        return cls(tuple(items), by_key(items), is_dated)

    def among(self, facts: FormFacts) -> tuple[Choice, ...]:
        """The items that hold in the period of a case."""
        return tuple(item for item in self.items if _touches(item, facts)) if self.is_dated else self.items

    def take(self, key: str, facts: FormFacts) -> str:
        """The key, when it names an item that holds in the period."""
        item = self.by_key.get(key)
        if item is None:
            raise unfit(Message("field.choice.unknown", found=quoted(key)))
        if self.is_dated and not _touches(item, facts):
            raise unfit(Message("field.choice.not_in_force", item=item.label))
        return key

    def say(self, key: str, language: str) -> str:
        """The label of an item; the key of one that is no more."""
        item = self.by_key.get(key)
        return item.label.say(language) if item else key


def _touches(item: Choice, facts: FormFacts) -> bool:
    begun = item.since is None or item.since <= facts.period_end
    return begun and (item.until is None or item.until > facts.period_start)


def offered(inline: Sequence[Item], codelist: CodeList | None) -> tuple[Choice, ...]:
    """The items to choose from, in order."""
    items = inline or (codelist.items if codelist is not None else ())
    return tuple(Choice(item.key, item.label, item.help, item.text, item.from_, item.until) for item in items)


def problems(option: str, inline: Sequence[object], codelist: CodeList | None) -> Iterator[tuple[str, Message]]:
    """A field takes its items from one place; `option` is the name of the one inside the field."""
    yield from sources(option, inline, "list", codelist)


def sources(
    option: str, inline: Sequence[object], list_option: str, codelist: CodeList | None
) -> Iterator[tuple[str, Message]]:
    """The same where the code list has another name than `list`."""
    if inline and codelist is not None:
        yield list_option, Message("bind.two_sources", option=option)
    if not inline and codelist is None:
        yield option, Message("bind.no_items", option=option)
    if codelist is not None and not codelist.items:
        yield list_option, Message("bind.empty_codelist", name=codelist.key)


def repeated(option: str, keys: Sequence[str]) -> Iterator[tuple[str, Message]]:
    """Each key once."""
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield option, Message("bind.repeated_item", key=key)


def by_key(items: Sequence[Choice]) -> Mapping[str, Choice]:
    """The items as they are found."""
    return {item.key: item for item in items}
