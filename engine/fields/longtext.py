"""The field type `longtext`: paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from wtforms import TextAreaField

from engine.core.catalog import CodeListOption, field_type
from engine.core.filling.fieldtype import Count, FieldType, FormFacts
from engine.core.messages import Message
from engine.core.wording import Wording
from engine.fields import advising
from engine.fields.reading import lines
from engine.fields.text import fitting


@field_type
@dataclass(frozen=True)
class LongTextField(FieldType):
    """Text of several lines; `advice` names a code list of words by which its wording is advised."""

    name: ClassVar[str] = "longtext"
    max_length: Count = 5000
    min_length: Count = 0
    rows: Count = 5
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
        return fitting(lines(raw), self.min_length, self.max_length)

    def advise(self, value: str) -> tuple[Message, ...]:
        return advising.advice(self._wording, value)

    def from_cell(self, cell: Any) -> Any:
        return f"{cell:.15g}" if isinstance(cell, float) else cell

    def widget(self) -> Any:
        return TextAreaField()
