"""The static types of expressions: number, text, boolean, date, lists and records of them.

A type says what a name holds; it knows no values and no language of the reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from engine.core.messages import Message


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; `name` is one of number, text, boolean, date (and anything, inside signatures)."""

    name: str

    def describe(self) -> Message:
        """What people call it."""
        return Message(f"expression.type.{self.name}")


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of scalars or of records; a list of lists is not a type (paths flatten)."""

    item: Scalar | Record

    def describe(self) -> Message:
        """What people call it."""
        return Message("expression.type.list", item=self.item.describe())


@dataclass(frozen=True)
class Record:
    """Named values: a form, a table row, the whole scope of an expression."""

    fields: Mapping[str, Type]

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))

    def __hash__(self) -> int:
        return hash(frozenset(self.fields.items()))

    def describe(self) -> Message:
        """What people call it."""
        return Message("expression.type.record")


Type: TypeAlias = Scalar | ListOf | Record

NUMBER = Scalar("number")
TEXT = Scalar("text")
BOOLEAN = Scalar("boolean")
DATE = Scalar("date")
ANYTHING = Scalar("anything")


def is_value(found: Type) -> bool:
    """Whether an expression may have this type as its result: a scalar or a list of scalars."""
    return isinstance(found, Scalar) or (isinstance(found, ListOf) and isinstance(found.item, Scalar))
