"""The field type `matrix`: a mark for each of several criteria, on the same levels; with descriptions, a rubric."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from engine.core.catalog import CodeListOption, field_type
from engine.core.definition import AuthoredText, Item
from engine.core.errors import InvalidSubmission
from engine.core.expression import NUMBER, TEXT, Record, Type
from engine.core.filling.fieldtype import Choice, FieldType, FormFacts
from engine.core.messages import Message, Text
from engine.fields import choosing, numbers, parts
from engine.fields.reading import line
from engine.fields.scale import Level, as_choices, counted, levels_of, problems_of

Descriptions = Mapping[str, Mapping[str, Text]]


@field_type
@dataclass(frozen=True)
class MatrixField(FieldType):
    """A mark for each criterion; once one is marked all must be, unless `partial`.

    In expressions `x.clarity` is a number where every level has a `value`, else the key of the level.
    """

    name: ClassVar[str] = "matrix"
    criteria: tuple[Item, ...] = ()
    criteria_list: CodeListOption | None = None
    levels: tuple[Level, ...] = ()
    list: CodeListOption | None = None
    descriptions: dict[str, dict[str, AuthoredText]] = field(default_factory=dict, hash=False)
    partial: bool = False
    _criteria: choosing.Offer = field(init=False, repr=False, compare=False)
    _levels: choosing.Offer = field(init=False, repr=False, compare=False)
    _counted: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        levels = self.levels or levels_of(self.list)
        object.__setattr__(self, "_criteria", choosing.Offer.of(self.criteria, self.criteria_list))
        object.__setattr__(self, "_levels", choosing.Offer.holding(as_choices(levels)))
        object.__setattr__(self, "_counted", counted(levels))

    @property
    def items(self) -> tuple[Choice, ...]:
        return self._criteria.items

    @property
    def is_dated(self) -> bool:
        return self._criteria.is_dated or self._levels.is_dated

    def offered(self, facts: FormFacts) -> tuple[Choice, ...]:
        return self._criteria.among(facts)

    def levels_for(self, facts: FormFacts | None) -> tuple[Choice, ...]:
        """The levels to choose from in a case; all of them where none is known."""
        return self._levels.items if facts is None else self._levels.among(facts)

    def described(self, criterion: str, level: str) -> Text | None:
        """What a level means for a criterion, where the rubric says so."""
        return self.descriptions.get(criterion, {}).get(level)

    def problems(self) -> Iterator[tuple[str, Message]]:
        yield from choosing.sources("criteria", self.criteria, "criteria_list", self.criteria_list)
        yield from choosing.repeated("criteria", [item.key for item in self.criteria])
        yield from choosing.problems("levels", self.levels, self.list)
        yield from problems_of(self.levels)
        for criterion, cells in self.descriptions.items():
            if criterion not in self._criteria.by_key:
                yield "descriptions", Message("bind.no_criterion", name=criterion)
            for level in cells:
                if level not in self._levels.by_key:
                    yield "descriptions", Message("bind.no_level", name=level)

    def value_type(self) -> Type:
        return Record({item.key: NUMBER if self._counted else TEXT for item in self.items})

    def clean(self, raw: Any, facts: FormFacts) -> dict[str, Decimal | str | None] | None:
        marks, errors = self._marked(raw, facts)
        asked = self.offered(facts)
        if marks and not self.partial:
            for item in asked:
                if item.key not in marks and item.key not in errors:
                    errors[item.key] = Message("field.matrix.unmarked", criterion=item.label)
        if errors:
            raise InvalidSubmission(errors)
        return {item.key: marks.get(item.key) for item in asked} if marks else None

    def _marked(self, raw: Any, facts: FormFacts) -> tuple[dict[str, Decimal | str], dict[str, Message]]:
        if isinstance(raw, str) and not raw.strip():
            return {}, {}
        given = parts.read(raw, [item.key for item in self.items])
        marks: dict[str, Decimal | str] = {}
        errors: dict[str, Message] = {}
        for key, mark in given.items():
            try:
                marks[self._criteria.take(key, facts)] = self._mark(mark, facts)
            except InvalidSubmission as invalid:
                errors[key] = next(iter(invalid.errors.values()))
        return marks, errors

    def _mark(self, raw: Any, facts: FormFacts) -> Decimal | str:
        if isinstance(raw, (int, Decimal)) and not isinstance(raw, bool) and self._counted:
            number = numbers.read(raw, numbers.MOST_PLACES)
            raw = None if number is None else numbers.written(number)
        key = self._levels.take(line(raw), facts)
        return numbers.tidy(Decimal(key)) if self._counted else key

    def dump(self, value: Mapping[str, Decimal | str | None]) -> dict[str, str | None]:
        return {key: None if mark is None else _posted(mark) for key, mark in value.items()}

    def load(self, body: Mapping[str, str | None]) -> dict[str, Decimal | str | None]:
        return {key: None if mark is None else self._loaded(mark) for key, mark in body.items()}

    def _loaded(self, mark: str) -> Decimal | str:
        return numbers.tidy(Decimal(mark)) if self._counted else mark

    def format(self, value: Mapping[str, Decimal | str | None], language: str) -> str:
        return "; ".join(f"{criterion}: {mark}" for criterion, mark in self.worded(value, language) if mark)

    def print(self, value: Mapping[str, Decimal | str | None], language: str) -> Iterator[tuple[str, str]]:
        yield from (("-", f"{criterion}: {mark}") for criterion, mark in self.worded(value, language) if mark)

    def worded(self, value: Mapping[str, Decimal | str | None], language: str) -> Iterator[tuple[str, str]]:
        """Each criterion that was asked with its mark, in words; "" where it was not marked."""
        for key, mark in value.items():
            said = "" if mark is None else self._levels.say(_posted(mark), language)
            yield self._criteria.say(key, language), said

    def typed(self, value: Mapping[str, Decimal | str | None], language: str) -> dict[str, str]:
        return {key: _posted(mark) for key, mark in value.items() if mark is not None}

    def cell(self, value: Mapping[str, Decimal | str | None]) -> str:
        return "; ".join(f"{key}={mark}" for key, mark in self.typed(value, "en").items())

    def from_cell(self, cell: Any) -> Any:
        if not isinstance(cell, str):
            return cell
        pairs = (each.partition("=") for each in cell.split(";") if each.strip())
        return {key.strip(): mark.strip() for key, _, mark in pairs}

    def widget(self) -> Any:
        return parts.widget(item.key for item in self.items)


def _posted(mark: Decimal | str) -> str:
    return numbers.written(mark) if isinstance(mark, Decimal) else mark
