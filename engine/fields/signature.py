"""The field type `signature`: the sender shows again that it is he, and signs the other answers of the form.

For now by the password (a second factor later). It is asked when the form is sent and never before: no draft, no page
to fill and no answer holds it. What is kept says who signed, when, how, and the digest of what he signed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.core.catalog import field_type
from engine.core.definition import AuthoredText
from engine.core.expression import TEXT, Record, Type
from engine.core.filling.fieldtype import FieldType, FormFacts, unfit
from engine.core.filling.signed import PARTS
from engine.core.messages import Message
from engine.fields.date import MONTHS

ZONES = {dt.timedelta(hours=hours): name for hours, name in ((7, "WIB"), (8, "WITA"), (9, "WIT"))}


@field_type
@dataclass(frozen=True)
class SignatureField(FieldType):
    """Signed by the password of whoever sends the form; `statement` is what he declares by it."""

    name: ClassVar[str] = "signature"
    answered: ClassVar = "by_signing"
    statement: AuthoredText | None = None

    def value_type(self) -> Type:
        return Record(dict.fromkeys(PARTS, TEXT))

    def clean(self, raw: Any, facts: FormFacts) -> None:
        raise unfit(Message("field.signature.when_sent"))

    def format(self, value: Mapping[str, str], language: str) -> str:
        return f"{value['name']}, {self.moment(value, language)}"

    def moment(self, value: Mapping[str, str], language: str) -> str:
        """When it was signed, by the clock of the case's unit."""
        at = dt.datetime.fromisoformat(value["at"])
        month = MONTHS["en" if language == "en" else "id"][at.month - 1]
        return f"{at.day} {month} {at.year}, {at:%H}.{at:%M} {ZONES.get(at.utcoffset(), f'{at:%z}')}"

    def cell(self, value: Mapping[str, str]) -> str:
        return f"{value['name']}, {value['at']}"
