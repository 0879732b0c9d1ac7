"""The field type `choice`: one of several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from wtforms import StringField

from engine.core.catalog import CodeListOption, field_type
from engine.core.definition import Item
from engine.core.filling.fieldtype import Choice, FieldType, FormFacts
from engine.core.messages import Message
from engine.fields import choosing
from engine.fields.reading import line


@field_type
@dataclass(frozen=True)
class ChoiceField(FieldType):
    """One of several items, given here or in a code list."""

    name: ClassVar[str] = "choice"
    choices: tuple[Item, ...] = ()
    list: CodeListOption | None = None
    look: Literal["radio", "select"] = "radio"
    _offer: choosing.Offer = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_offer", choosing.Offer.of(self.choices, self.list))

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

    @property
    def asks_facts(self) -> bool:
        return self.is_dated

    def clean(self, raw: Any, facts: FormFacts) -> str | None:
        key = line(raw)
        return self._offer.take(key, facts) if key else None

    def format(self, value: str, language: str) -> str:
        return self._offer.say(value, language)

    def widget(self) -> Any:
        return StringField()
