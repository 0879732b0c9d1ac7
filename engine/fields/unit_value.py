"""The field type `unit_value`: a figure in a unit, a target for one, or both, and which way is better.

The arithmetic of achievement is no business of a field: it says whether a target is met, and nothing in per cent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Literal

from engine.core.catalog import CodeListOption, field_type
from engine.core.definition import AuthoredText, Item
from engine.core.expression import BOOLEAN, NUMBER, TEXT, Record, Type
from engine.core.filling.fieldtype import Choice, FieldType, FormFacts, Places, unfit
from engine.core.messages import Message, Text
from engine.fields import choosing, numbers, parts, targets
from engine.fields.reading import line, quoted

FIGURES = ("value", "target_from", "target_to")
PARTS = ("value", "unit", "target_from", "target_to", "direction")
TYPES: Mapping[str, Type] = {
    "value": NUMBER,
    "unit": TEXT,
    "target_from": NUMBER,
    "target_to": NUMBER,
    "direction": TEXT,
    "met": BOOLEAN,
}


@field_type
@dataclass(frozen=True)
class UnitValueField(FieldType):
    """A figure with its unit; `asks` for the value, for a target (from, to, which way is better), or for both.

    In expressions `.value`, `.unit`, `.target_from`, `.target_to`, `.direction` and `.met`, which is missing without
    a value or a target. A unit that is chosen stands there by its key, the one of the field in Indonesian.
    """

    name: ClassVar[str] = "unit_value"
    asks: Literal["value", "target", "both"] = "value"
    unit: AuthoredText | None = None
    choices: tuple[Item, ...] = ()
    list: CodeListOption | None = None
    direction: targets.Direction | None = None
    target_from: Decimal | None = None
    target_to: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    places: Places = numbers.MOST_PLACES
    _items: Mapping[str, Choice] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_items", choosing.by_key(choosing.offered(self.choices, self.list)))

    @property
    def items(self) -> tuple[Choice, ...]:
        return tuple(self._items.values())

    @property
    def asked(self) -> tuple[str, ...]:
        """The parts that somebody fills in, in their order on the page."""
        wanted = {
            "value": self.asks != "target",
            "unit": self.unit is None,
            "target_from": self.asks != "value",
            "target_to": self.asks != "value",
            "direction": self.asks != "value" and self.direction is None,
        }
        return tuple(part for part in PARTS if wanted[part])

    @property
    def ways(self) -> tuple[Choice, ...]:
        """The directions to choose from."""
        return tuple(Choice(key, words) for key, words in targets.DIRECTIONS.items())

    @property
    def own_target(self) -> Text | None:
        """The target that the field itself gives, in words."""
        own = self._value({"target_from": None, "target_to": None, "direction": None, "value": None, "unit": None})
        words = Text(self.target(own, "id"), self.target(own, "en"))
        return words if words.id else None

    def problems(self) -> Iterator[tuple[str, Message]]:
        if self.unit is not None and (self.choices or self.list is not None):
            yield "unit", Message("bind.two_sources", option="unit")
        elif self.unit is None:
            yield from choosing.problems("choices", self.choices, self.list)
        yield from choosing.repeated("choices", [item.key for item in self.choices])
        for low, high in (("minimum", "maximum"), ("target_from", "target_to")):
            least, most = getattr(self, low), getattr(self, high)
            if least is not None and most is not None and least > most:
                yield low, Message("bind.reversed", least=least, most=most)
        if self.target_from is not None or self.target_to is not None:
            if self.asks != "value":
                yield "asks", Message("bind.target_twice")
            elif targets.lacking(self.target_from, self.target_to, self.direction) is not None:
                yield "direction", Message("bind.target_and_direction")

    def value_type(self) -> Type:
        return Record(TYPES)

    def clean(self, raw: Any, facts: FormFacts) -> Mapping[str, Any] | None:
        if not isinstance(raw, Mapping) and self.asked == ("value",):
            raw = {"value": raw}
        found = parts.read(_apart(raw) if isinstance(raw, str) else raw, self.asked)
        if not found:
            return None
        figures = {part: numbers.read(found.get(part), self.places) for part in FIGURES}
        for part in FIGURES:
            if (figure := figures[part]) is not None:
                numbers.within(figure, self.minimum, self.maximum)
        chosen = {"unit": self._unit(found.get("unit")), "direction": _direction(found.get("direction"))}
        self._whole({**figures, **chosen})
        return self._value({**figures, **chosen})

    def _unit(self, raw: Any) -> str | None:
        key = line(raw)
        if key and key not in self._items:
            raise unfit(Message("field.choice.unknown", found=quoted(key)))
        return key or None

    def _whole(self, found: Mapping[str, Any]) -> None:
        """Refuse an answer of which a part is missing."""
        if self.asks != "target" and found["value"] is None:
            raise unfit(Message("field.unit_value.no_value"))
        if self.unit is None and found["unit"] is None:
            raise unfit(Message("field.unit_value.no_unit"))
        if self.asks == "value":
            return
        least, most = found["target_from"], found["target_to"]
        if least is not None and most is not None and least > most:
            raise unfit(Message("field.unit_value.reversed", least=least, most=most))
        lacking = targets.lacking(least, most, found["direction"] or self.direction)
        if lacking is not None:
            raise unfit(Message(f"field.unit_value.no_{lacking}"))

    def _value(self, found: Mapping[str, Any]) -> Mapping[str, Any]:
        """The record that expressions read: what was answered, what the field says, and whether the target is met."""
        least = self.target_from if found["target_from"] is None else found["target_from"]
        most = self.target_to if found["target_to"] is None else found["target_to"]
        direction = found["direction"] or self.direction
        unit = self.unit.id if self.unit is not None else found["unit"]
        whole = {"value": found["value"], "unit": unit, "target_from": least, "target_to": most, "direction": direction}
        return {**whole, "met": targets.met(found["value"], least, most, direction)}

    def dump(self, value: Mapping[str, Any]) -> dict[str, str | None]:
        return {part: _written(value[part]) for part in self.asked}

    def load(self, body: Mapping[str, str | None]) -> Mapping[str, Any]:
        figures = {part: numbers.tidy(Decimal(text)) if (text := body.get(part)) else None for part in FIGURES}
        return self._value({**figures, "unit": body.get("unit"), "direction": body.get("direction")})

    def format(self, value: Mapping[str, Any], language: str) -> str:
        target = self.target(value, language)
        if value["value"] is None:
            return target
        figure = self._with_unit(numbers.shown(value["value"], language), value, language)
        return f"{figure} (target {target})" if target else figure

    def target(self, value: Mapping[str, Any], language: str) -> str:
        """The target and its direction in words: `80–90%, makin tinggi makin baik`; "" where there is none."""
        span = targets.span(value["target_from"], value["target_to"], value["direction"], language)
        if not span:
            return ""
        return f"{self._with_unit(span, value, language)}, {targets.DIRECTIONS[value['direction']].say(language)}"

    def _with_unit(self, figure: str, value: Mapping[str, Any], language: str) -> str:
        known = self._items.get(value["unit"])
        words = self.unit or (known.label if known else None)
        unit = words.say(language) if words is not None else value["unit"] or ""
        return f"{figure}{unit}" if unit == "%" else f"{figure} {unit}".rstrip()

    def typed(self, value: Mapping[str, Any], language: str) -> dict[str, str]:
        found = {part: value[part] for part in self.asked if value[part] is not None}
        return {part: numbers.typed(it, language) if part in FIGURES else it for part, it in found.items()}

    def cell(self, value: Mapping[str, Any]) -> Decimal | str:
        if self.asked == ("value",):
            figure: Decimal = value["value"]
            return figure
        return "; ".join(f"{part}={text}" for part, text in self.dump(value).items() if text is not None)

    def from_cell(self, cell: Any) -> Any:
        return numbers.from_cell(cell)

    def widget(self) -> Any:
        return parts.widget(self.asked)


def _direction(raw: Any) -> str | None:
    key = line(raw)
    if key and key not in targets.DIRECTIONS:
        raise unfit(Message("field.choice.unknown", found=quoted(key)))
    return key or None


def _apart(text: str) -> dict[str, str]:
    """The parts of a cell: `value=95; unit=percent`."""
    pairs = [part.partition("=") for part in line(text).split(";") if part.strip()]
    return {name.strip(): given.strip() for name, _, given in pairs}


def _written(part: Any) -> str | None:
    return numbers.written(part) if isinstance(part, Decimal) else part
