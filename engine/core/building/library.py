"""The library of questions: every question of some documents, found by words. Whence they come is the page's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.building.draftform import draft_forms, elements
from engine.core.designing.spots import text_of
from engine.core.messages import Message, Text, readable

MOST = 40


@dataclass(frozen=True, slots=True)
class Shelf:
    """A document that lends its questions: how it is named in an address, and what people call it."""

    ref: str
    name: Text | Message
    document: Mapping[str, Any]
    but: str = ""  # the form that is left out: the one that is being built


@dataclass(frozen=True, slots=True)
class Lent:
    """A question of a shelf. `at` names it there: `form.field`, or `form.table.column`."""

    shelf: Shelf
    at: str
    form: Text
    written: Mapping[str, Any]

    @property
    def label(self) -> Text:
        return text_of(self.written.get("label")) or text_of(self.written.get("text")) or readable(self.written["key"])

    @property
    def help(self) -> Text | None:
        return text_of(self.written.get("help"))

    @property
    def type(self) -> str:
        return str(self.written.get("type", ""))


def lent(shelf: Shelf, at: str) -> Lent | None:
    """The question of this name."""
    return next((each for each in _all(shelf) if each.at == at), None)


def searched(shelves: Iterable[Shelf], words: str, kind: str = "") -> tuple[list[Lent], int]:
    """The questions that hold all of the words, at most MOST; and how many there are. The same question once."""
    wanted = words.casefold().split()
    found: dict[tuple[str, str, str], Lent] = {}
    for shelf in shelves:
        for each in _all(shelf):
            if (not kind or each.type == kind) and all(word in _text(each) for word in wanted):
                found.setdefault((each.label.id, each.label.en, each.type), each)
    return [*found.values()][:MOST], len(found)


def _all(shelf: Shelf) -> Iterator[Lent]:
    for form in draft_forms(shelf.document):
        if form["key"] == shelf.but:
            continue
        title = text_of(form.get("label")) or readable(form["key"])
        for section in elements(form.get("sections")):
            for field in elements(section.get("fields")):
                yield Lent(shelf, f"{form['key']}.{field['key']}", title, field)
                for column in elements(field.get("columns")):
                    yield Lent(shelf, f"{form['key']}.{field['key']}.{column['key']}", title, column)


def _text(each: Lent) -> str:
    parts = (each.label.id, each.label.en, each.form.id, each.form.en, each.help.id if each.help else "", each.type)
    return " ".join(parts).casefold()
