"""The field type `choices`: some of several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from wtforms import SelectMultipleField

from engine.core.catalog import CodeListOption, field_type
from engine.core.definition import Item
from engine.core.expression import TEXT, ListOf, Type
from engine.core.filling.fieldtype import Choice, Count, FieldType, FormFacts, unfit
from engine.core.messages import Message
from engine.fields import choosing
from engine.fields.reading import line, wrong_type

MOST = 1000


@field_type
@dataclass(frozen=True)
class ChoicesField(FieldType):
    """Some of several items; `at_least` counts once anything is chosen."""

    name: ClassVar[str] = "choices"
    choices: tuple[Item, ...] = ()
    list: CodeListOption | None = None
    at_least: Count = 0
    at_most: Count | None = None
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

    def problems(self) -> Iterator[tuple[str, Message]]:
        yield from choosing.problems("choices", self.choices, self.list)
        yield from choosing.repeated("choices", [item.key for item in self.choices])
        most = len(self.items) if self.at_most is None else self.at_most
        if self.at_least > most:
            yield "at_least", Message("bind.reversed", least=self.at_least, most=most)

    def value_type(self) -> Type:
        return ListOf(TEXT)

    def clean(self, raw: Any, facts: FormFacts) -> tuple[str, ...]:
        chosen = {self._offer.take(key, facts) for each in _each(raw) if (key := line(each))}
        if chosen and len(chosen) < self.at_least:
            raise unfit(Message("field.choices.too_few", least=self.at_least, found=len(chosen)))
        if self.at_most is not None and len(chosen) > self.at_most:
            raise unfit(Message("field.choices.too_many", most=self.at_most, found=len(chosen)))
        return tuple(item.key for item in self.items if item.key in chosen)

    def dump(self, value: tuple[str, ...]) -> Any:
        return [*value]

    def load(self, body: Any) -> tuple[str, ...]:
        return tuple(body)

    def format(self, value: tuple[str, ...], language: str) -> str:
        return ", ".join(self._offer.say(key, language) for key in value)

    def print(self, value: tuple[str, ...], language: str) -> Iterator[tuple[str, str]]:
        yield from (("-", self._offer.say(key, language)) for key in value)

    def cell(self, value: tuple[str, ...]) -> str:
        return "; ".join(value)

    def from_cell(self, cell: Any) -> Any:
        return cell.split(";") if isinstance(cell, str) else cell

    def widget(self) -> Any:
        return SelectMultipleField(validate_choice=False, choices=[])


def _each(raw: Any) -> Any:
    if raw is None:
        return ()
    if isinstance(raw, str):
        return (raw,)
    if not isinstance(raw, (list, tuple)):
        raise wrong_type(raw, Message("field.kind.list"))
    if len(raw) > MOST:
        raise unfit(Message("field.choices.too_many", most=MOST, found=len(raw)))
    return raw
