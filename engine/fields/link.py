"""The field type `link`: a web address. Only its form is judged; whether it can be reached is asked after sending."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from wtforms import StringField

from engine.core.catalog import field_type
from engine.core.filling.fieldtype import FieldType, FormFacts
from engine.fields.addresses import address


@field_type
@dataclass(frozen=True)
class LinkField(FieldType):
    """A web address (http, https). Its form is checked; with `reach`, also whether something answers, after sending."""

    name: ClassVar[str] = "link"
    reach: bool = False

    @property
    def asks_facts(self) -> bool:
        return False

    def clean(self, raw: Any, facts: FormFacts) -> str | None:
        return address(raw) or None

    def widget(self) -> Any:
        return StringField()
