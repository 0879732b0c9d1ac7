"""The field type `note`: a text of the author between the questions. Nothing is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from engine.core.catalog import field_type
from engine.core.definition import AuthoredText
from engine.core.filling.fieldtype import FieldType, FormFacts, unfit
from engine.core.messages import Message


@field_type
@dataclass(frozen=True)
class NoteField(FieldType):
    """A text to read; no answer."""

    name: ClassVar[str] = "note"
    answered: ClassVar = "never"
    text: AuthoredText

    def value_type(self) -> None:
        return None

    def clean(self, raw: Any, facts: FormFacts) -> None:
        raise unfit(Message("field.note"))
