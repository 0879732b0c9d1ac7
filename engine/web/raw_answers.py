"""Raw answers between two pages: posted again, as a page shows them, and with their rows moved by a button.

Judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine.web.reading import whole

if TYPE_CHECKING:
    from engine.web.forms import Control, Sheet

ACTS = ("add", "remove", "copy", "up", "down")
MOST_ROWS = 1000


def posted(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Raw answers as a page posts them, (name, text) each: what `decode` reads back as the same answers."""
    for key, value in raw.items():
        if isinstance(value, Mapping):
            yield from ((f"{key}-{name}", text) for name, text in posted(value))
        elif isinstance(value, (list, tuple)) and value and isinstance(value[0], Mapping):
            for index, row in enumerate(value):
                yield from ((f"{key}-{index}-{name}", text) for name, text in posted(row))
        elif isinstance(value, (list, tuple)):
            yield from ((key, str(each)) for each in value)
        elif value is not None:
            yield key, str(value)


def shown(sheet: Sheet) -> dict[str, Any]:
    """The raw answers that a page with this sheet posts when nobody touches it: those that it lets somebody fill."""
    return {
        each.key: [{cell.key: _posts(cell) for cell in row if _is_asked(cell)} for row in each.rows]
        if each.blank
        else _posts(each)
        for each in sheet.controls()
        if each.shown and _is_asked(each)
    }


def _is_asked(control: Control) -> bool:
    return control.stays is None and control.field.answered == "by_person"


def _posts(control: Control) -> Any:
    """What a control posts; of somebody or something that is named, its ref."""
    value = control.value
    return value["ref"] if isinstance(value, Mapping) and "ref" in value else value


def act_on_rows(raw: Mapping[str, Any], act: str) -> dict[str, Any]:
    """Add, remove, copy or move a row of raw answers, as a button of the page asks: `add:targets`, `up:targets:2`.

    What is no such act changes nothing.
    """
    word, _, rest = act.partition(":")
    table, _, at = rest.partition(":")
    rows = raw.get(table)
    if word not in ACTS or not isinstance(rows, list) or (word in ("add", "copy") and len(rows) >= MOST_ROWS):
        return dict(raw)
    index = whole(at)
    return {**raw, table: _changed(rows, word, len(rows) if index is None else index)}


def _changed(rows: list[Any], word: str, index: int) -> list[Any]:
    if word == "add":
        return [*rows, {}]
    if index >= len(rows):
        return rows
    before, row, after = rows[:index], rows[index], rows[index + 1 :]
    if word == "remove":
        return [*before, *after]
    if word == "copy":
        return [*before, row, row, *after]
    if word == "up":
        return [*before[:-1], row, *before[-1:], *after]
    return [*before, *after[:1], row, *after[1:]]
