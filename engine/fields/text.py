"""The field type `text`: one line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from wtforms import StringField

from engine.core.catalog import CodeListOption, field_type
from engine.core.filling.fieldtype import Count, FieldType, FormFacts, unfit
from engine.core.messages import Message
from engine.core.wording import Wording
from engine.fields import advising
from engine.fields.reading import line


@field_type
@dataclass(frozen=True)
class TextField(FieldType):
    """One line of text; `advice` names a code list of words by which its wording is advised."""

    name: ClassVar[str] = "text"
    max_length: Count = 500
    min_length: Count = 0
    advice: CodeListOption | None = None
    _wording: Wording | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_wording", advising.wording(self.advice))

    def problems(self) -> Iterator[tuple[str, Message]]:
        yield from advising.problems(self.advice)
        if self.min_length > self.max_length:
            yield "min_length", Message("bind.reversed", least=self.min_length, most=self.max_length)

    @property
    def asks_facts(self) -> bool:
        return False

    def clean(self, raw: Any, facts: FormFacts) -> str | None:
        return fitting(line(raw), self.min_length, self.max_length)

    def advise(self, value: str) -> tuple[Message, ...]:
        return advising.advice(self._wording, value)

    def from_cell(self, cell: Any) -> Any:
        # A spreadsheet turns a text of digits into a number.
        return f"{cell:.15g}" if isinstance(cell, float) else cell

    def widget(self) -> Any:
        return StringField()


def fitting(text: str, least: int, most: int) -> str | None:
    """The text when its length (in characters) is within the limits; None where nothing was written."""
    if not text:
        return None
    if len(text) > most:
        raise unfit(Message("field.too_long", limit=most, found=len(text)))
    if len(text) < least:
        raise unfit(Message("field.too_short", limit=least, found=len(text)))
    return text
