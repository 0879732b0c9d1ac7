"""A block from a spreadsheet put into the rows of a table: cells by column, labels of choices by key.

Judges nothing for good: what does not fit is put in all the same where its cell can show it, and always told with its
row and column; what finds no place is handed back as a block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.core.messages import LANGUAGES, Message, Text
from engine.web.labels import label
from engine.web.spreadsheet import read_block, write_block

if TYPE_CHECKING:
    from engine.core.filling.fieldtype import FormFacts
    from engine.core.filling.questions import Question

SHOWN = 60  # characters of a cell that a message repeats
MOST_TOLD = 50


@dataclass(frozen=True, slots=True)
class Misfit:
    """A cell that does not fit: its row (from 0), column ("" where there is none), what was there, and why."""

    row: int
    column: str
    label: Text | None
    found: str
    why: Message


@dataclass(frozen=True, slots=True)
class Pasted:
    """Rows after a block was put into them: where it went, what does not fit, and the block that found no place."""

    rows: list[Any]
    first: int
    count: int
    misfits: tuple[Misfit, ...] = ()
    left: str = ""


def paste(
    columns: Sequence[Question],
    rows: Sequence[Any],
    text: str,
    facts: FormFacts,
    *,
    most: int,
    row: int | None = None,
    column: str = "",
) -> Pasted:
    """Put a block into rows of raw answers, from a cell on; after the last row that says something when none is named.

    A first line that holds the labels of columns says which goes where. `most`: how many rows the table may have.
    """
    block = read_block(text)
    filled = [each for each in columns if each.type.answered == "by_person"]
    start = next((at for at, each in enumerate(filled) if each.key == column), 0)
    order = _headed(filled, block[0]) if block else None
    order, block = (order, block[1:]) if order else (filled[start:], block)
    first = _end(rows) if row is None else min(row, len(rows))
    room = max(0, most - first)
    made = [dict(each) if isinstance(each, Mapping) else {} for each in rows]
    made += [{} for _ in range(first + len(block[:room]) - len(made))]
    misfits: list[Misfit] = []
    for at, cells in enumerate(block[:room], first):
        misfits += _put(made[at], at, cells, order, facts)
    return Pasted(made, first, len(block[:room]), tuple(misfits[:MOST_TOLD]), write_block(block[room:]))


def _headed(columns: Sequence[Question], line: Sequence[str]) -> list[Question | None] | None:
    """The columns in the order of a line of headings; None where the line is none."""
    named = {_folded(words): each for each in columns for words in (label(each.spec).id, label(each.spec).en)}
    found = [named.get(_folded(cell)) for cell in line]
    known = [each for each in found if each is not None]
    return found if known and len(known) == len([cell for cell in line if cell]) else None


def _end(rows: Sequence[Any]) -> int:
    """After the last row in which something stands."""
    said = (at for at, row in enumerate(rows) if isinstance(row, Mapping) and any(row.values()))
    return max(said, default=-1) + 1


def _put(
    row: dict[str, Any], at: int, cells: Sequence[str], order: Sequence[Question | None], facts: FormFacts
) -> Iterator[Misfit]:
    for place, cell in enumerate(cells):
        column = order[place] if place < len(order) else None
        if column is None:
            if cell:
                yield Misfit(at, "", None, _short(cell), Message("paste.no_column"))
            continue
        value = _meant(column, cell, facts)
        row[column.key] = value
        if cell and (why := _wrong(column, value, facts)) is not None:
            yield Misfit(at, column.key, label(column.spec), _short(cell), why)


def _meant(column: Question, cell: str, facts: FormFacts) -> Any:
    """What a cell says to a column: a choice by its label in any language, several of them apart by `;`, else text."""
    kind = column.type
    if not kind.items:
        return kind.from_cell(cell)
    keys = {_folded(words): item.key for item in kind.offered(facts) for words in _names(item)}
    if _folded(cell) in keys or not isinstance(kind.empty, (list, tuple)):
        found = keys.get(_folded(cell), cell)
        return [found] if isinstance(kind.empty, (list, tuple)) else found
    return [keys.get(_folded(part), part.strip()) for part in cell.replace("\n", ";").split(";") if part.strip()]


def _names(item: Any) -> tuple[str, ...]:
    return (item.key, *(item.label.say(language) for language in LANGUAGES))


def _wrong(column: Question, value: Any, facts: FormFacts) -> Message | None:
    _, errors = column.type.judge(value, facts)
    return next(iter(errors.values()), None)


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()


def _short(cell: str) -> str:
    return cell if len(cell) <= SHOWN else f"{cell[:SHOWN]}…"
