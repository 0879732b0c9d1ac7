"""The field type `indicator`: one of the catalog that is offered for the post of whom the case is about.

What may be chosen is looked up before (engine/named.py); here it is only taken from what was found. An answer keeps
the indicator as it was when it was chosen: its words, its unit, its goal, and the digest of its definition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from wtforms import StringField

from engine.core.case import Named
from engine.core.catalog import BesideOption, field_type
from engine.core.chosen import OFFERED, PICKED
from engine.core.expression import Type
from engine.core.filling.fieldtype import Choice, FieldType, FormFacts, unfit
from engine.core.messages import Message, Text
from engine.fields import numbers
from engine.fields.reading import line, wrong_type

IN_CELL = re.compile(r"\[([a-z][a-z0-9_]{0,62})\]\s*\Z")
WORDS = ("label", "label_en", "unit", "unit_en", "digest")


@field_type
@dataclass(frozen=True)
class IndicatorField(FieldType):
    """An indicator in force for the person's post; what stands beside it begins with its name, unit or goal."""

    name: ClassVar[str] = "indicator"
    name_in: BesideOption | None = None
    unit_in: BesideOption | None = None
    target_in: BesideOption | None = None

    @property
    def is_dated(self) -> bool:
        return True  # what can be chosen is another thing for everybody

    def offered(self, facts: FormFacts) -> tuple[Choice, ...]:
        found = (thing for (kind, _), thing in facts.named.items() if kind == self.name)
        return tuple(_choice(each) for each in sorted(found, key=lambda each: (each.label.lower(), each.ref)))

    def value_type(self) -> Type:
        return PICKED

    def wants(self) -> Iterator[tuple[str, str]]:
        yield self.name, OFFERED

    def names(self, raw: Any) -> Iterator[tuple[str, str]]:
        yield from ()  # all that may be named is looked up by `wants`

    def clean(self, raw: Any, facts: FormFacts) -> dict[str, Any] | None:
        key = _key(raw)
        if not key:
            return None
        found = facts.named.get((self.name, key))
        if found is None:
            raise unfit(Message("field.indicator.unknown"))
        words = {name: str(found.facts.get(name, "")) for name in WORDS[1:]}
        target = found.facts.get("target")
        number = None if target is None else numbers.tidy(Decimal(str(target)))
        return {"ref": found.ref, "label": found.label, **words, "target": number}

    def gives(self, raw: Any, facts: FormFacts) -> Mapping[str, str]:
        """What questions beside it begin with, by their key, as one would type it; nothing where none was chosen."""
        value, _ = self.judge(raw, facts)
        if value is None:
            return {}
        target = None if value["target"] is None else numbers.written(value["target"])
        given = {self.name_in: value["label"], self.unit_in: value["unit"], self.target_in: target}
        return {key: words for key, words in given.items() if key is not None and words}

    def dump(self, value: Mapping[str, Any]) -> dict[str, Any]:
        target = value["target"]
        return {**value, "target": None if target is None else numbers.written(target)}

    def load(self, body: Mapping[str, Any]) -> dict[str, Any]:
        target = body["target"]
        return {**body, "target": None if target is None else numbers.tidy(Decimal(target))}

    def format(self, value: Mapping[str, Any], language: str) -> str:
        return _said(value, "label").say(language)

    def typed(self, value: Mapping[str, Any], language: str) -> str:
        return str(value["ref"])

    def cell(self, value: Mapping[str, Any]) -> str:
        return f"{value['label']} [{value['ref']}]"

    def from_cell(self, cell: Any) -> Any:
        found = IN_CELL.search(cell) if isinstance(cell, str) else None
        return found[1] if found else cell

    def widget(self) -> Any:
        return StringField()


def _key(raw: Any) -> str | None:
    if isinstance(raw, Mapping):
        raw = raw.get("ref")
    elif raw is not None and not isinstance(raw, str):
        raise wrong_type(raw, Message("field.kind.indicator"))
    return line(raw)


def _choice(found: Named) -> Choice:
    told = Text(str(found.facts.get("about", "")), str(found.facts.get("about_en", "")))
    words = Text(found.label, str(found.facts.get("label_en") or found.label))
    return Choice(found.ref, words, help=told if told.id or told.en else None)


def _said(value: Mapping[str, Any], name: str) -> Text:
    return Text(str(value[name]), str(value.get(f"{name}_en") or value[name]))
