"""What a row of a file is, what is wrong with it, and what it would do. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.core.messages import Message

CREATE, CHANGE, END, UNCHANGED, WRONG = OUTCOMES = ("create", "change", "end", "unchanged", "wrong")
DOES = (CREATE, CHANGE, END)  # outcomes that write something
Values: TypeAlias = dict[str, str | None]  # column → what its cell says, None for nothing; unmapped columns are absent


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a row: why (a key of `imports.mend`), in which column, what stood there, and in words."""

    cause: str
    column: str
    found: str
    message: Message


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it stands in the file, by its number there, with the cells of the mapped columns."""

    number: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class Judged:
    """A row with what it would do. `was`: column → what stands now, for each that changes. `turn`: when, from 0."""

    number: int
    values: Values
    label: str = ""
    outcome: str = UNCHANGED
    faults: list[Fault] = field(default_factory=list)
    was: dict[str, Any] = field(default_factory=dict)
    turn: int = 0

    @property
    def is_wrong(self) -> bool:
        return bool(self.faults)

    def said(self, column: str) -> str:
        """What its cell says; nothing where it is empty or the file has no such column."""
        return self.values.get(column) or ""

    def blame(self, cause: str, column: str, message: Message | None = None, **params: Any) -> None:
        """Note a fault; its words are those of the cause unless a message says it better."""
        said = message or Message(f"imports.fault.{cause}", **params)
        self.faults.append(Fault(cause, column, self.said(column), said))

    def settle(self, outcome: str) -> None:
        """What the row would do, unless something is wrong with it."""
        self.outcome = WRONG if self.faults else outcome
