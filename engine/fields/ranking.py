"""The field type `ranking`: items put in order, all of them or the first few."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from engine.core.catalog import CodeListOption, field_type
from engine.core.definition import Item
from engine.core.expression import TEXT, ListOf, Type
from engine.core.filling.fieldtype import Choice, Count, FieldType, FormFacts, unfit
from engine.core.messages import Message, Text
from engine.fields import choosing, numbers, parts
from engine.fields.reading import line


@field_type
@dataclass(frozen=True)
class RankingField(FieldType):
    """Items in order, the first one first; with `top` only so many places are given. No two share a place."""

    name: ClassVar[str] = "ranking"
    choices: tuple[Item, ...] = ()
    list: CodeListOption | None = None
    top: Count | None = None
    _offer: choosing.Offer = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_offer", choosing.Offer.of(self.choices, self.list))

    @property
    def empty(self) -> tuple[str, ...]:
        return ()

    @property
    def items(self) -> tuple[Choice, ...]:
        return self._offer.items

    @property
    def is_dated(self) -> bool:
        return self._offer.is_dated

    def offered(self, facts: FormFacts) -> tuple[Choice, ...]:
        return self._offer.among(facts)

    def places(self, items: int) -> range:
        """The places that are given among so many items."""
        return range(1, (items if self.top is None else min(self.top, items)) + 1)

    def arranged(self, given: Mapping[str, Any], items: Iterable[Choice]) -> list[Choice]:
        """The items in the order of the places that were typed for them; those without one come last."""

        def place(item: Choice) -> str:
            typed = str(given.get(item.key) or "").strip()
            return typed.zfill(9) if typed else "9" * 10

        return sorted(items, key=place)

    def said(self, key: str, language: str) -> str:
        """The label of an item."""
        return self._offer.say(key, language)

    def problems(self) -> Iterator[tuple[str, Message]]:
        yield from choosing.problems("choices", self.choices, self.list)
        yield from choosing.repeated("choices", [item.key for item in self.choices])
        if self.top is not None and not 1 <= self.top <= max(len(self.items), 1):
            yield "top", Message("bind.reversed", least=self.top, most=len(self.items))

    def value_type(self) -> Type:
        return ListOf(TEXT)

    def clean(self, raw: Any, facts: FormFacts) -> tuple[str, ...]:
        placed = self._placed(raw, facts)
        if not placed:
            return ()
        places = self.places(len(self.offered(facts)))
        by_place: dict[int, list[str]] = {}
        for key, place in placed.items():
            if place not in places:
                raise unfit(Message("field.ranking.outside", item=self._label(key), most=places[-1], found=place))
            by_place.setdefault(int(place), []).append(key)
        for place, keys in sorted(by_place.items()):
            if len(keys) > 1:
                raise unfit(Message("field.ranking.tie", place=place, items=tuple(map(self._label, keys))))
        if missing := tuple(str(place) for place in places if place not in by_place):
            raise unfit(Message("field.ranking.missing", places=missing))
        return tuple(by_place[place][0] for place in places)

    def _placed(self, raw: Any, facts: FormFacts) -> dict[str, Decimal]:
        """Key → place, from a page's map of places or from a list in order."""
        if isinstance(raw, (list, tuple)):
            return self._in_order(raw, facts)
        if isinstance(raw, str) and not raw.strip():
            return {}
        given = parts.read(raw, [item.key for item in self.items])
        placed = {self._offer.take(key, facts): numbers.read(place, 0) for key, place in given.items()}
        return {key: place for key, place in placed.items() if place is not None}

    def _in_order(self, raw: list[Any] | tuple[Any, ...], facts: FormFacts) -> dict[str, Decimal]:
        placed: dict[str, Decimal] = {}
        for key in [key for each in raw[: len(self.items) + 1] if (key := line(each))]:
            if self._offer.take(key, facts) in placed:
                raise unfit(Message("field.ranking.twice", item=self._label(key)))
            placed[key] = Decimal(len(placed) + 1)
        if len(raw) > len(self.items) + 1:
            raise unfit(Message("field.choices.too_many", most=len(self.items), found=len(raw)))
        return placed

    def _label(self, key: str) -> Text:
        return self._offer.by_key[key].label

    def dump(self, value: tuple[str, ...]) -> Any:
        return [*value]

    def load(self, body: Any) -> tuple[str, ...]:
        return tuple(body)

    def format(self, value: tuple[str, ...], language: str) -> str:
        return ", ".join(f"{place}. {self._offer.say(key, language)}" for place, key in enumerate(value, 1))

    def print(self, value: tuple[str, ...], language: str) -> Iterator[tuple[str, str]]:
        yield from ((f"{place}.", self._offer.say(key, language)) for place, key in enumerate(value, 1))

    def typed(self, value: tuple[str, ...], language: str) -> Mapping[str, str]:
        return {key: str(place) for place, key in enumerate(value, 1)}

    def cell(self, value: tuple[str, ...]) -> str:
        return "; ".join(value)

    def from_cell(self, cell: Any) -> Any:
        return cell.split(";") if isinstance(cell, str) else cell

    def widget(self) -> Any:
        return parts.widget(item.key for item in self.items)
