"""The field type `money`: an amount in one currency, grouped as it is written here in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Literal

from wtforms import StringField

from engine.core.catalog import field_type
from engine.core.expression import NUMBER, Type
from engine.core.filling.fieldtype import FieldType, FormFacts
from engine.core.messages import Message
from engine.fields import numbers
from engine.fields.reading import line, quoted

SIGNS: Mapping[str, str] = {"IDR": "Rp", "USD": "US$", "EUR": "€", "SGD": "S$", "JPY": "¥"}
_LEADING = re.compile(
    r"([+-]?)\s*(?:{signs}|[A-Z]{{3}})\.?\s*".format(signs="|".join(map(re.escape, SIGNS.values()))), re.I
)
_CODE = re.compile(r"[A-Z]{3}\Z")  # ISO 4217
_TRAILING = re.compile(r",-+\Z")
# An amount has at most two decimals, so a mark before three digits can only group them: 1.250 is 1250 here.
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}\Z")


@field_type
@dataclass(frozen=True)
class MoneyField(FieldType):
    """An amount of money: `1.250.000`, `Rp 1.250.000,50`; a number in expressions. IDR unless said otherwise."""

    name: ClassVar[str] = "money"
    currency: str = "IDR"
    minimum: Decimal = Decimal(0)
    maximum: Decimal | None = None
    places: Literal[0, 1, 2] = 0

    @property
    def sign(self) -> str:
        """What stands before the amount."""
        return SIGNS.get(self.currency, self.currency)

    def problems(self) -> Iterator[tuple[str, Message]]:
        if not _CODE.match(self.currency):
            yield "currency", Message("bind.not_a_currency", found=quoted(self.currency))
        if self.maximum is not None and self.minimum > self.maximum:
            yield "minimum", Message("bind.reversed", least=self.minimum, most=self.maximum)

    def value_type(self) -> Type:
        return NUMBER

    @property
    def asks_facts(self) -> bool:
        return False

    def clean(self, raw: Any, facts: FormFacts) -> Decimal | None:
        value = numbers.read(self._amount(line(raw)) if isinstance(raw, str) else raw, self.places)
        return value if value is None else numbers.within(value, self.minimum, self.maximum)

    def _amount(self, text: str) -> str:
        """The figure alone: without the sign, and without the `,-` that closes an amount on paper."""
        found = _LEADING.match(text)
        if found and found[0].strip("+- ").rstrip(". ").upper() in (self.sign.upper(), self.currency):
            text = found[1] + text[found.end() :]
        figure = _TRAILING.sub("", text)
        return re.sub("[.,]", "", figure) if _GROUPED.match(figure) else figure

    def dump(self, value: Decimal) -> str:
        return numbers.written(value)

    def load(self, body: str) -> Decimal:
        return numbers.tidy(Decimal(body))

    def format(self, value: Decimal, language: str) -> str:
        minus = "-" if value < 0 else ""
        return f"{minus}{self.sign} {_grouped(abs(value))}"

    def typed(self, value: Decimal, language: str) -> str:
        return _grouped(value)

    def cell(self, value: Decimal) -> Decimal:
        return value

    def from_cell(self, cell: Any) -> Any:
        return numbers.from_cell(cell)

    def widget(self) -> Any:
        return StringField()


def _grouped(value: Decimal) -> str:
    """`1.250.000,50`: decimals only where there are any, then both."""
    whole = value == value.to_integral_value()
    return numbers.shown(value if whole else value.quantize(Decimal("0.01")), "id")
