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
MOST = 5_000  # cells of a column that are remembered: there are texts that never come twice


@dataclass(slots=True)
class Row:
    """A row by its number in the file: about whom, of which day, its answers, what it would do, what is wrong with it.

    `places`: column → its place among the `cells` of the file. `known`: the ref of whom it is about, once that was
    found. `answers`: as they are kept, canonical JSON. `was`: those of the entries in whose place it stands.
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
    answers: str = ""
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
    """How the cells of a register's file are read; made once for a file. Cells that come again are read once.

    places: column → its place in the file.
    """

    def __init__(self, known: Iterable[EntryColumn], dates: str, places: Mapping[str, int]) -> None:
        self._dates, self._places = dates, places
        self._readers = {each.name: (each.question.key, _answer(each.question)) for each in known if each.question}
        self._columns: list[tuple[str, int, dict[str, Any]]] = [(name, at, {}) for name, at in places.items()]

    def row(self, number: int, cells: Sequence[str]) -> Row:
        """A row with its cells as answers; what cannot be read is noted, the others stay."""
        row = Row(number, places=self._places, cells=cells)
        for name, at, known in self._columns:
            written = cells[at]
            found = known[written] if written in known else self._look(name, written, known)
            if found is None:
                continue
            if type(found) is Wrong:
                row.blame(found.cause, name, Message(f"imports.fault.{found.cause}", **found.params))
            elif name == DAY:
                row.day = found
            elif name in (NIP, UNIT):
                row.about = found
            else:
                row.raw[self._readers[name][0]] = found
        return row

    def _look(self, name: str, written: str, known: dict[str, Any]) -> Any:
        """What a cell says, nothing where it is empty; or what is wrong with it."""
        cell = (written if written.isascii() else unicodedata.normalize("NFC", written)).strip(SPACE)
        try:
            found = self._read(name, "" if cell.casefold() in NOTHING else cell)
        except Wrong as wrong:
            found = wrong
        if len(known) >= MOST:
            known.clear()
        known[written] = found
        return found

    def _read(self, name: str, cell: str) -> Any:
        _refuse(cell)
        if name == DAY:
            return to_date(read_day(_needed(cell), self._dates))
        if name == NIP:
            return _nip(_needed(cell))
        if name == UNIT:
            return _needed(cell)[:LONGEST]
        return self._readers[name][1](cell) if cell else None


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


def _answer(question: Question) -> Read:
    """How a cell becomes what the question's type cleans: a choice by its key or label, a time without seconds."""
    kind, words = question.type, wordings(question)
    if kind.name == "time":
        return lambda cell: SECONDS.sub(r"\1", cell)
    if not words:
        return lambda cell: kind.from_cell(cell)
    if kind.name == "choices":
        return lambda cell: [words.get(each.strip().casefold(), each.strip()) for each in cell.split(";")]
    return lambda cell: kind.from_cell(words.get(cell.casefold(), cell))
