"""The field type `person`: somebody of the city in which the case lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from wtforms import StringField

from engine.core.case import Named
from engine.core.catalog import RoleOption, field_type
from engine.core.expression import Type
from engine.core.filling.fieldtype import FieldType, FormFacts
from engine.core.messages import Message
from engine.fields import naming


@field_type
@dataclass(frozen=True)
class PersonField(FieldType):
    """A person with a post in the case's unit, below it, or in its city; or a holder of a role of the case.

    What is kept holds the name and post as they were when it was answered.
    """

    name: ClassVar[str] = "person"
    within: Literal["unit", "subtree", "city"] = "city"
    role: RoleOption | None = None

    def problems(self) -> Iterator[tuple[str, Message]]:
        if self.role is not None and self.within != "city":
            yield "within", Message("bind.role_or_within")

    def value_type(self) -> Type:
        return naming.TYPE

    def names(self, raw: Any) -> Iterator[tuple[str, str]]:
        return naming.named(self.name, raw)

    def clean(self, raw: Any, facts: FormFacts) -> dict[str, str] | None:
        return naming.taken(self.name, raw, facts, self._fits, Message("field.kind.person"))

    def _fits(self, found: Named) -> bool:
        if self.role is not None:
            return self.role in str(found.facts.get("roles", "")).split()
        return naming.is_near(found, self.within)

    def format(self, value: dict[str, str], language: str) -> str:
        return naming.worded(value)

    def typed(self, value: dict[str, str], language: str) -> str:
        return value["ref"]

    def cell(self, value: dict[str, str]) -> str:
        return naming.cell(value)

    def from_cell(self, cell: Any) -> Any:
        return naming.from_cell(cell)

    def widget(self) -> Any:
        return StringField()
