"""The field type `scale`: one of several described levels, counted or named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from wtforms import StringField

from engine.core.catalog import CodeListOption, field_type
from engine.core.definition import AuthoredText, CodeList, Element, Key, Since
from engine.core.expression import NUMBER, TEXT, Type
from engine.core.filling.fieldtype import Choice, FieldType, FormFacts
from engine.core.messages import Message
from engine.fields import choosing, numbers
from engine.fields.reading import line


class Level(Element):
    """A level with its description: `value` where levels are counted, `key` where they are named."""

    key: Key | None = None
    value: Decimal | None = None
    label: AuthoredText
    help: AuthoredText | None = None
    text: tuple[AuthoredText, ...] = ()
    from_: Since = None
    until: date | None = None

    def posted(self) -> str:
        """What a page posts for it."""
        return self.key or "" if self.value is None else numbers.written(numbers.tidy(self.value))


def levels_of(codelist: CodeList | None) -> tuple[Level, ...]:
    """The items of a code list as levels: counted when every one of them has a value, else named."""
    items = codelist.items if codelist is not None else ()
    are_counted = all(item.value is not None for item in items)
    return tuple(
        Level.model_construct(
            key=None if are_counted else item.key,
            value=item.value if are_counted else None,
            label=item.label,
            help=item.help,
            text=item.text,
            from_=item.from_,
            until=item.until,
        )
        for item in items
    )


def as_choices(levels: Sequence[Level]) -> list[Choice]:
    """Levels as what is chosen."""
    return [Choice(each.posted(), each.label, each.help, each.text, each.from_, each.until) for each in levels]


def counted(levels: Sequence[Level]) -> bool:
    """Whether a level is a number in expressions."""
    return bool(levels) and all(level.value is not None for level in levels)


def problems_of(levels: Sequence[Level]) -> Iterator[tuple[str, Message]]:
    """Each level once; all of them counted, or all of them named."""
    yield from choosing.repeated("levels", [each.posted() for each in levels])
    named = all(each.key is not None and each.value is None for each in levels)
    if levels and not named and not (counted(levels) and all(each.key is None for each in levels)):
        yield "levels", Message("bind.levels")


@field_type
@dataclass(frozen=True)
class ScaleField(FieldType):
    """One of several levels: a number in expressions where every level has a `value`, else its key."""

    name: ClassVar[str] = "scale"
    levels: tuple[Level, ...] = ()
    list: CodeListOption | None = None
    _offer: choosing.Offer = field(init=False, repr=False, compare=False)
    _counted: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        levels = self.levels or levels_of(self.list)
        object.__setattr__(self, "_offer", choosing.Offer.holding(as_choices(levels)))
        object.__setattr__(self, "_counted", counted(levels))

    @property
    def items(self) -> tuple[Choice, ...]:
        return self._offer.items

    @property
    def is_dated(self) -> bool:
        return self._offer.is_dated

    def offered(self, facts: FormFacts) -> tuple[Choice, ...]:
        return self._offer.among(facts)

    def problems(self) -> Iterator[tuple[str, Message]]:
        yield from choosing.problems("levels", self.levels, self.list)
        yield from problems_of(self.levels)

    def value_type(self) -> Type:
        return NUMBER if self._counted else TEXT

    def clean(self, raw: Any, facts: FormFacts) -> Decimal | str | None:
        if isinstance(raw, (int, Decimal)) and not isinstance(raw, bool) and self._counted:
            number = numbers.read(raw, numbers.MOST_PLACES)
            raw = None if number is None else numbers.written(number)
        key = line(raw)
        return self.load(self._offer.take(key, facts)) if key else None

    def dump(self, value: Decimal | str) -> str:
        return numbers.written(value) if isinstance(value, Decimal) else value

    def load(self, body: str) -> Decimal | str:
        return numbers.tidy(Decimal(body)) if self._counted else body

    def format(self, value: Decimal | str, language: str) -> str:
        return self._offer.say(self.dump(value), language)

    def cell(self, value: Decimal | str) -> Decimal | str:
        return value

    def from_cell(self, cell: Any) -> Any:
        return numbers.from_cell(cell)

    def widget(self) -> Any:
        return StringField()
