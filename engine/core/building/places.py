"""Where a question of a form stands: its list, its neighbours, and which keys its form has. Reads a draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.core.building.draftform import draft_forms, elements
from engine.core.reading.declared import POSTED, RESERVED


@dataclass(frozen=True, slots=True)
class Seat:
    """One place in a list of questions, columns or sections: the path of the list, its keys in order, and the index."""

    listed: str
    keys: tuple[str, ...]
    index: int

    @property
    def path(self) -> str:
        return f"{self.listed}.{self.keys[self.index]}"

    @property
    def following(self) -> str | None:
        """The key of what comes next."""
        return self.keys[self.index + 1] if self.index + 1 < len(self.keys) else None


def form_of(document: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    """The form that a path leads into."""
    steps = path.split(".")
    if len(steps) < 2 or steps[0] != "forms":
        return None
    return next((form for form in draft_forms(document) if form["key"] == steps[1]), None)


def seat(document: Mapping[str, Any], path: str) -> Seat | None:
    """Where the element of a path stands; None where there is none."""
    return next((each for each in seats(document, path) if each.path == path), None)


def seats(document: Mapping[str, Any], path: str) -> Iterator[Seat]:
    """Every place in the form that a path leads into."""
    form = form_of(document, path)
    if form is None:
        return
    top = f"forms.{form['key']}.sections"
    sections = list(elements(form.get("sections")))
    yield from _seats(top, sections)
    for section in sections:
        fields = list(elements(section.get("fields")))
        here = f"{top}.{section['key']}.fields"
        yield from _seats(here, fields)
        for field in fields:
            yield from _seats(f"{here}.{field['key']}.columns", list(elements(field.get("columns"))))


def element(document: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    """The section, question or column at a path, as it is written."""
    form = form_of(document, path)
    steps = path.split(".")[2:]
    found: Mapping[str, Any] | None = form
    while found is not None and len(steps) > 1:
        found = next((each for each in elements(found.get(steps[0])) if each["key"] == steps[1]), None)
        steps = steps[2:]
    return found if not steps and found is not form else None


def taken(form: Mapping[str, Any]) -> set[str]:
    """Keys that no new question of a form may have: those of its questions, and what expressions and pages keep."""
    fields = (field for section in elements(form.get("sections")) for field in elements(section.get("fields")))
    return {field["key"] for field in fields} | RESERVED | POSTED


def _seats(listed: str, found: Sequence[Mapping[str, Any]]) -> Iterator[Seat]:
    keys = tuple(each["key"] for each in found)
    yield from (Seat(listed, keys, index) for index in range(len(keys)))
