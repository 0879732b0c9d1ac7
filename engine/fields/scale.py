"""The field type `scale`: one of several described levels, counted or named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from wtforms import StringField

from engine.core.catalog import CodeListOption, field_type
from engine.core.definition import AuthoredText, Element, Key
from engine.core.expression import NUMBER, TEXT, Type
from engine.core.filling.fieldtype import Choice, FieldType, FormFacts, unfit
from engine.core.messages import Message
from engine.fields import choosing, numbers
from engine.fields.reading import line, quoted


class Level(Element):
    """A level with its description: `value` where levels are counted, `key` where they are named."""

    key: Key | None = None
    value: Decimal | None = None
    label: AuthoredText
    help: AuthoredText | None = None

    def posted(self) -> str:
        """What a page posts for it."""
        return self.key or "" if self.value is None else numbers.written(numbers.tidy(self.value))


@field_type
@dataclass(frozen=True)
class ScaleField(FieldType):
    """One of several levels: a number in expressions where every level has a `value`, else its key."""

    name: ClassVar[str] = "scale"
    levels: tuple[Level, ...] = ()
    list: CodeListOption | None = None
    _items: Mapping[str, Choice] = field(init=False, repr=False, compare=False)
    _counted: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        inline = [Choice(each.posted(), each.label, each.help) for each in self.levels]
        object.__setattr__(self, "_items", choosing.by_key(inline or choosing.offered((), self.list)))
        counted = bool(self.levels) and all(each.value is not None for each in self.levels)
        object.__setattr__(self, "_counted", counted)

    @property
    def items(self) -> tuple[Choice, ...]:
        return tuple(self._items.values())

    def problems(self) -> Iterator[tuple[str, Message]]:
        yield from choosing.problems("levels", self.levels, self.list)
        yield from choosing.repeated("levels", [each.posted() for each in self.levels])
        named = all(each.key is not None and each.value is None for each in self.levels)
        if self.levels and not named and not (self._counted and all(each.key is None for each in self.levels)):
            yield "levels", Message("bind.levels")

    def value_type(self) -> Type:
        return NUMBER if self._counted else TEXT

    def clean(self, raw: Any, facts: FormFacts) -> Decimal | str | None:
        if isinstance(raw, (int, Decimal)) and not isinstance(raw, bool) and self._counted:
            number = numbers.read(raw, numbers.MOST_PLACES)
            raw = None if number is None else numbers.written(number)
        key = line(raw)
        if key and key not in self._items:
            raise unfit(Message("field.choice.unknown", found=quoted(key)))
        return self.load(key) if key else None

    def dump(self, value: Decimal | str) -> str:
        return numbers.written(value) if isinstance(value, Decimal) else value

    def load(self, body: str) -> Decimal | str:
        return numbers.tidy(Decimal(body)) if self._counted else body

    def format(self, value: Decimal | str, language: str) -> str:
        key = self.dump(value)
        return self._items[key].label.say(language) if key in self._items else key

    def cell(self, value: Decimal | str) -> Decimal | str:
        return value

    def from_cell(self, cell: Any) -> Any:
        return numbers.from_cell(cell)

    def widget(self) -> Any:
        return StringField()
