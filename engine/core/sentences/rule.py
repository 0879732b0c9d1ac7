"""A rule as sentences, as values: groups of rows, up to three deep. Shapes only; expressions are rules.py's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

DEEPEST = 3
Joint: TypeAlias = Literal["all", "any", "none"]
JOINTS: tuple[Joint, ...] = ("all", "any", "none")


@dataclass(frozen=True, slots=True)
class Constant:
    """A value as it is written: digits with a point, a day as 2026-01-31, a text, the key of a choice."""

    value: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What a row is about: a field, or a function of one (days_between: of two)."""

    paths: tuple[str, ...]
    function: str | None = None


Operand: TypeAlias = Constant | Subject


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence: something, an operator that fits its type, and none, one, two or several values."""

    left: Subject
    operator: str
    right: tuple[Operand, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences of which all, any or none are to hold."""

    joint: Joint
    parts: tuple[Part, ...]


Part: TypeAlias = Row | Group


@dataclass(frozen=True, slots=True)
class Formula:
    """A value as a sentence: one to three operands, joined by calculations of one precedence; rounded to `places`."""

    first: Operand
    steps: tuple[tuple[str, Operand], ...] = ()
    places: int | None = None
