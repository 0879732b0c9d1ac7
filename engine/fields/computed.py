"""The field type `computed`: a number that the server works out from the other answers of its form or row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, ClassVar

from engine.core.catalog import field_type
from engine.core.definition import AuthoredText
from engine.core.expression import NUMBER, Type
from engine.core.filling.fieldtype import FieldType, FormFacts, FormulaOption, Places, unfit
from engine.core.messages import Message
from engine.fields import numbers


@field_type
@dataclass(frozen=True)
class ComputedField(FieldType):
    """A number computed from other answers; what is posted for it is ignored. Rounded half up to `places`."""

    name: ClassVar[str] = "computed"
    answered: ClassVar = "by_formula"
    formula_type: ClassVar[Type | None] = NUMBER
    value: FormulaOption
    places: Places = 2
    unit: AuthoredText | None = None

    def value_type(self) -> Type:
        return NUMBER

    def compute(self, names: Mapping[str, Any]) -> Decimal | None:
        found = self.value.evaluate(names)
        if not isinstance(found, Decimal):
            return None
        return numbers.tidy(found.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP))

    def clean(self, raw: Any, facts: FormFacts) -> None:
        raise unfit(Message("field.computed"))

    def dump(self, value: Decimal) -> str:
        return numbers.written(value)

    def load(self, body: str) -> Decimal:
        return numbers.tidy(Decimal(body))

    def format(self, value: Decimal, language: str) -> str:
        figure = numbers.shown(value, language)
        unit = self.unit.say(language) if self.unit is not None else ""
        return f"{figure}{unit}" if unit in ("", "%") else f"{figure} {unit}"

    def cell(self, value: Decimal) -> Decimal:
        return value
