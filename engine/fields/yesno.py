"""The field type `yesno`: yes or no, in the author's own words. Not answered is neither."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from wtforms import StringField

from engine.core.catalog import field_type
from engine.core.definition import Item
from engine.core.expression import BOOLEAN, Type
from engine.core.filling.fieldtype import Choice, FieldType, FormFacts, unfit
from engine.core.messages import Message, Text
from engine.fields.reading import line, quoted

YES, NO = Choice("yes", Text("Ya", "Yes")), Choice("no", Text("Tidak", "No"))
# What a spreadsheet, an import or a person may write; a page posts the first of each.
SPELLINGS = {True: ("yes", "ya", "true", "1"), False: ("no", "tidak", "false", "0")}
MEANINGS = {word: meaning for meaning, words in SPELLINGS.items() for word in words}


@field_type
@dataclass(frozen=True)
class YesNoField(FieldType):
    """Yes or no; missing while nobody answered. `choices` gives `yes` and `no` other words."""

    name: ClassVar[str] = "yesno"
    choices: tuple[Item, ...] = ()

    @property
    def items(self) -> tuple[Choice, ...]:
        return tuple(Choice(item.key, item.label, item.help, item.text) for item in self.choices) or (YES, NO)

    def problems(self) -> Iterator[tuple[str, Message]]:
        if self.choices and sorted(item.key for item in self.choices) != ["no", "yes"]:
            yield "choices", Message("bind.yes_and_no")

    def value_type(self) -> Type:
        return BOOLEAN

    @property
    def asks_facts(self) -> bool:
        return False

    def clean(self, raw: Any, facts: FormFacts) -> bool | None:
        if isinstance(raw, bool):
            return raw
        text = line(raw).casefold()
        if text and text not in MEANINGS:
            raise unfit(Message("field.yesno.unknown", found=quoted(raw), yes=self._words(True), no=self._words(False)))
        return MEANINGS.get(text)

    def format(self, value: bool, language: str) -> str:
        return self._words(value).say(language)

    def _words(self, value: bool) -> Text:
        key = "yes" if value else "no"
        return next(item.label for item in self.items if item.key == key)

    def typed(self, value: bool, language: str) -> str:
        return "yes" if value else "no"

    def cell(self, value: bool) -> str:
        return self.typed(value, "en")

    def from_cell(self, cell: Any) -> Any:
        # A spreadsheet may keep 1 and 0; nothing else of its numbers means yes or no.
        return str(int(cell)) if isinstance(cell, (int, float)) and cell in (0, 1) else cell

    def widget(self) -> Any:
        return StringField()
