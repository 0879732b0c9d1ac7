"""The field type `longtext`: paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from wtforms import TextAreaField

from engine.core.catalog import field_type
from engine.core.filling.fieldtype import Count, FieldType, FormFacts
from engine.core.messages import Message
from engine.fields.reading import lines
from engine.fields.text import fitting


@field_type
@dataclass(frozen=True)
class LongTextField(FieldType):
    """Text of several lines."""

    name: ClassVar[str] = "longtext"
    max_length: Count = 5000
    min_length: Count = 0
    rows: Count = 5

    def problems(self) -> Iterator[tuple[str, Message]]:
        if self.min_length > self.max_length:
            yield "min_length", Message("bind.reversed", least=self.min_length, most=self.max_length)

    def clean(self, raw: Any, facts: FormFacts) -> str | None:
        return fitting(lines(raw), self.min_length, self.max_length)

    def from_cell(self, cell: Any) -> Any:
        return f"{cell:.15g}" if isinstance(cell, float) else cell

    def widget(self) -> Any:
        return TextAreaField()
