"""The field type `number`: a decimal number. How it is read stands in numbers.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from wtforms import StringField

from engine.core.catalog import field_type
from engine.core.definition import AuthoredText
from engine.core.expression import NUMBER, Type
from engine.core.filling.fieldtype import FieldType, FormFacts, Places
from engine.core.messages import Message
from engine.fields import numbers


@field_type
@dataclass(frozen=True)
class NumberField(FieldType):
    """A number, with decimals where `places` allows them."""

    name: ClassVar[str] = "number"
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    places: Places = numbers.MOST_PLACES
    unit: AuthoredText | None = None

    def problems(self) -> Iterator[tuple[str, Message]]:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            yield "minimum", Message("bind.reversed", least=self.minimum, most=self.maximum)

    def value_type(self) -> Type:
        return NUMBER

    @property
    def asks_facts(self) -> bool:
        return False

    def clean(self, raw: Any, facts: FormFacts) -> Decimal | None:
        value = numbers.read(raw, self.places)
        return value if value is None else numbers.within(value, self.minimum, self.maximum)

    def dump(self, value: Decimal) -> str:
        return numbers.written(value)

    def load(self, body: str) -> Decimal:
        return numbers.tidy(Decimal(body))

    def format(self, value: Decimal, language: str) -> str:
        figure = numbers.shown(value, language)
        return figure if self.unit is None else f"{figure} {self.unit.say(language)}"

    def typed(self, value: Decimal, language: str) -> str:
        return numbers.typed(value, language)

    def cell(self, value: Decimal) -> Decimal:
        return value

    def from_cell(self, cell: Any) -> Any:
        return numbers.from_cell(cell)

    def widget(self) -> Any:
        return StringField()
