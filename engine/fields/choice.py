"""The field type `choice`: one of several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from wtforms import StringField

from engine.core.catalog import CodeListOption, field_type
from engine.core.definition import Item
from engine.core.filling.fieldtype import Choice, FieldType, FormFacts, unfit
from engine.core.messages import Message
from engine.fields import choosing
from engine.fields.reading import line, quoted


@field_type
@dataclass(frozen=True)
class ChoiceField(FieldType):
    """One of several items, given here or in a code list."""

    name: ClassVar[str] = "choice"
    choices: tuple[Item, ...] = ()
    list: CodeListOption | None = None
    look: Literal["radio", "select"] = "radio"
    _items: Mapping[str, Choice] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_items", choosing.by_key(choosing.offered(self.choices, self.list)))

    @property
    def items(self) -> tuple[Choice, ...]:
        return tuple(self._items.values())

    def problems(self) -> Iterator[tuple[str, Message]]:
        yield from choosing.problems("choices", self.choices, self.list)
        yield from choosing.repeated("choices", [item.key for item in self.choices])

    def clean(self, raw: Any, facts: FormFacts) -> str | None:
        key = line(raw)
        if key and key not in self._items:
            raise unfit(Message("field.choice.unknown", found=quoted(key)))
        return key or None

    def format(self, value: str, language: str) -> str:
        found = self._items.get(value)
        return found.label.say(language) if found else value

    def widget(self) -> Any:
        return StringField()
