"""Rows of a file of entries: their cells as answers, and what is wrong with a cell before anybody asks who it is about.

Pure. What a cell says is judged by the register's own form afterwards; here only what no form can know: formulas,
hidden characters, how a day is written, a number of a civil servant that a spreadsheet has rounded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.core.filling.questions import Question
from engine.core.messages import Message, Param
from engine.core.nip import plain_nip
from engine.core.register import JudgedEntry
from engine.core.times import to_date
from engine.imports.entry_columns import DAY, NIP, UNIT, EntryColumn, wordings
from engine.imports.rows import CREATE, WRONG, Fault
from engine.imports.values import FORMULA, LONGEST, NOTHING, NUMBERED, Wrong, read_day

SECONDS = re.compile(r"(\d{1,2}[:.]\d{2})[:.]\d{2}\Z")  # machines at doors write them; an entry has minutes
NEGATIVE = re.compile(r"-\d")
SPACE = " \u00a0\ufeff"
Read = Callable[[str], Any]


@dataclass(slots=True)
class Row:
    """A row by its number in the file: about whom, of which day, its answers, what it would do, what is wrong with it.

    `places`: column → its place among the `cells` of the file. `known`: the ref of whom it is about, once that was
    found. `body`: its answers as they are kept. `was`: those of the entries in whose place it stands.
    """

    number: int
    about: str = ""
    day: date | None = None
    raw: dict[str, Any] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    cells: Sequence[str] = ()
    faults: list[Fault] = field(default_factory=list)
    outcome: str = CREATE
    label: str = ""
    known: str = ""
    judged: JudgedEntry | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    was: Sequence[str] = ()

    @property
    def is_wrong(self) -> bool:
        return bool(self.faults)

    def blame(self, cause: str, column: str, message: Message | None = None, **params: Param) -> None:
        """Note a fault; its words are those of the cause unless a message says it better."""
        self.outcome = WRONG
        said = message or Message(f"imports.entry.fault.{cause}", **params)
        self.faults.append(Fault(cause, column, self.cell(column), said))

    def cell(self, column: str) -> str:
        """What stands in a column."""
        at = self.places.get(column, -1)
        return self.cells[at] if 0 <= at < len(self.cells) else ""


class Reading:
    """How the cells of a register's files are read; made once for a file."""

    def __init__(self, known: Iterable[EntryColumn], dates: str) -> None:
        self._dates = dates
        self._readers = {each.name: (each, _answer(each.question)) for each in known if each.question}

    def row(self, number: int, cells: Sequence[str], places: Mapping[str, int]) -> Row:
        """A row with its cells as answers; what cannot be read is noted, the others stay."""
        row = Row(number, places=places, cells=cells)
        for name, at in places.items():
            written = cells[at]
            cell = (written if written.isascii() else unicodedata.normalize("NFC", written)).strip(SPACE)
            try:
                self._take(row, name, "" if cell.casefold() in NOTHING else cell)
            except Wrong as wrong:
                row.blame(wrong.cause, name, Message(f"imports.fault.{wrong.cause}", **wrong.params))
        return row

    def _take(self, row: Row, name: str, cell: str) -> None:
        _refuse(cell)
        if name == DAY:
            row.day = to_date(read_day(_needed(cell), self._dates))
        elif name == NIP:
            row.about = _nip(_needed(cell))
        elif name == UNIT:
            row.about = _needed(cell)[:LONGEST]
        else:
            column, read = self._readers[name]
            if column.question is not None and cell:
                row.raw[column.question.key] = read(cell)


def _refuse(cell: str) -> None:
    """Refuse what a spreadsheet would calculate, and what nobody sees."""
    if not cell.isprintable():
        raise Wrong("control", code=f"U+{ord(next(letter for letter in cell if not letter.isprintable())):04X}")
    minus = cell[:1] == "-" and not NEGATIVE.match(cell) and not cell[1:2].isspace()
    if cell and (cell[0] in FORMULA or minus):
        raise Wrong("formula", sign=cell[0])


def _needed(cell: str) -> str:
    if not cell:
        raise Wrong("missing")
    return cell


def _nip(cell: str) -> str:
    if NUMBERED.fullmatch(cell):
        raise Wrong("nip_number")
    return plain_nip(cell)[:LONGEST]


def _answer(question: Question | None) -> Read:
    """How a cell becomes what the question's type cleans: a choice by its key or label, a time without seconds."""
    if question is None:
        return str
    kind, words = question.type, wordings(question)
    if kind.name == "time":
        return lambda cell: SECONDS.sub(r"\1", cell)
    if not words:
        return lambda cell: kind.from_cell(cell)
    if kind.name == "choices":
        return lambda cell: [words.get(each.strip().casefold(), each.strip()) for each in cell.split(";")]
    return lambda cell: kind.from_cell(words.get(cell.casefold(), cell))
