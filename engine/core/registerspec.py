"""A register as values: a book of dated entries about people or units, made by a form, a file or a public link.

Shapes only. Whether it makes sense is reading/lint_register.py; what it takes to judge an entry is register.py.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.core.elements import AuthoredText, Element, ExpressionText, Key
from engine.core.formspec import FormSchema
from engine.core.rolespec import Lock, RoleSpec

About = Literal["person", "unit", "person_and_unit", "none"]
MOST_MEASURES = 12  # an entry keeps each in a column of its own


class Measure(Element):
    """A number that every entry is counted by: a formula over its answers, kept with six decimals."""

    key: Key
    label: AuthoredText | None = None
    help: AuthoredText | None = None
    value: ExpressionText
    unit: AuthoredText | None = None


class Span(Element):
    """The two fields that say from when to when an entry lasts; those of one person may not overlap on a day."""

    start: Key
    end: Key


class Rights(Element):
    """What the holders of a role may do with the entries about somebody. Who is in no list may not."""

    add: tuple[Key, ...] = ()
    read: tuple[Key, ...] = ()
    verify: tuple[Key, ...] = ()
    correct: tuple[Key, ...] = ()


class Days(Element):
    """For which days an entry may be made: so many days back, and ahead; without `back` as long ago as one likes.

    `lock`: so many days after its day nobody corrects an entry any more. Days of the calendar, each to its local end.
    """

    back: Annotated[int, Field(ge=0, le=3660)] | None = None
    ahead: Annotated[int, Field(ge=0, le=366)] = 0
    lock: Annotated[int, Field(ge=0, le=3660)] | None = None


class RegisterDefinition(Element):
    """A whole register in the normal form. It has exactly one form, whose answers are an entry."""

    kind: Literal["register"]
    format: Literal[1]
    key: Key
    name: AuthoredText
    help: AuthoredText | None = None
    about: About = "person"
    a_day: Literal["one", "many"] = "many"
    roles: tuple[RoleSpec, ...] = ()
    rights: Rights = Rights()
    forms: tuple[FormSchema, ...]
    span: Span | None = None
    days: Days = Days()
    measures: Annotated[tuple[Measure, ...], Field(max_length=MOST_MEASURES)] = ()
    keep_years: Annotated[int, Field(ge=1, le=100)] | None = None
    lock: tuple[Lock, ...] = ()

    @property
    def form(self) -> FormSchema:
        """What an entry answers."""
        return self.forms[0]
