"""The field type `percent`: stored as it is said, 0 to 100."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from wtforms import StringField

from engine.core.catalog import field_type
from engine.core.expression import NUMBER, Type
from engine.core.filling.fieldtype import FieldType, FormFacts, Places
from engine.core.messages import Message
from engine.fields import numbers


@field_type
@dataclass(frozen=True)
class PercentField(FieldType):
    """A percentage: 12.5 means 12.5 %."""

    name: ClassVar[str] = "percent"
    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(100)
    places: Places = 2

    def problems(self) -> Iterator[tuple[str, Message]]:
        if self.minimum > self.maximum:
            yield "minimum", Message("bind.reversed", least=self.minimum, most=self.maximum)

    def value_type(self) -> Type:
        return NUMBER

    @property
    def asks_facts(self) -> bool:
        return False

    def clean(self, raw: Any, facts: FormFacts) -> Decimal | None:
        if isinstance(raw, str) and raw.rstrip().endswith("%"):
            raw = raw.rstrip()[:-1]
        value = numbers.read(raw, self.places)
        return value if value is None else numbers.within(value, self.minimum, self.maximum)

    def dump(self, value: Decimal) -> str:
        return numbers.written(value)

    def load(self, body: str) -> Decimal:
        return numbers.tidy(Decimal(body))

    def format(self, value: Decimal, language: str) -> str:
        return f"{numbers.shown(value, language)}%"

    def typed(self, value: Decimal, language: str) -> str:
        return numbers.typed(value, language)

    def cell(self, value: Decimal) -> Decimal:
        return value

    def from_cell(self, cell: Any) -> Any:
        return numbers.from_cell(cell)

    def widget(self) -> Any:
        return StringField()
