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
FLOOR = 5  # answers
PUBLIC = "public"  # the rule of a role that everybody holds who was given a link, signed in or not


class WorkingDays(Element):
    """Two days, between which the working days of the office are counted: date fields of the form.

    Without `since` it is the day of the entry. The calendar is the one in force for the unit of the entry.
    """

    since: Key | None = None
    until: Key


class Measure(Element):
    """A number that every entry is counted by, kept with six decimals: a formula over its answers, or working days."""

    key: Key
    label: AuthoredText | None = None
    help: AuthoredText | None = None
    value: ExpressionText | None = None
    working_days: WorkingDays | None = None
    unit: AuthoredText | None = None


class Span(Element):
    """The two fields that say from when to when an entry lasts; those of one person may not overlap on a day."""

    start: Key
    end: Key


class Rights(Element):
    """What the holders of a role may do with the entries about somebody. Who is in no list may not.

    `totals`: who sees what entries come to, from the floor up, and no single one.
    """

    add: tuple[Key, ...] = ()
    read: tuple[Key, ...] = ()
    verify: tuple[Key, ...] = ()
    correct: tuple[Key, ...] = ()
    totals: tuple[Key, ...] = ()


class Days(Element):
    """For which days an entry may be made: so many days back, and ahead; without `back` as long ago as one likes.

    `lock`: so many days after its day nobody corrects an entry any more. Days of the calendar, each to its local end.
    """

    back: Annotated[int, Field(ge=0, le=3660)] | None = None
    ahead: Annotated[int, Field(ge=0, le=366)] = 0
    lock: Annotated[int, Field(ge=0, le=3660)] | None = None


class PublicSpec(Element):
    """How people who do not sign in answer, by a link or its QR code, and what becomes of what they say.

    `floor`: with fewer answers than so many nothing is shown of them. `single`: those whom the rights name read each
    answer, as a complaint has to be read; without it nobody does, there are totals alone. `thanks`: said afterwards.
    """

    floor: Annotated[int, Field(ge=2, le=1000)] = FLOOR
    single: bool = False
    thanks: AuthoredText | None = None


class CiteSpec(Element):
    """What an entry may name that it is about, beside its person: entries of registers, rows of tables of forms."""

    registers: tuple[Key, ...] = ()
    rows: tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}\.[a-z][a-z0-9_]{0,62}$")], ...] = ()
    required: bool = False


class StartAnswer(Element):
    """An answer of the form that is sent when a case begins: a formula over the answers of the entry."""

    key: Key
    value: ExpressionText


class StartSpec(Element):
    """A case of a workflow, about the person of an entry, that begins when somebody makes the entry.

    `when`: only where this holds of its answers. `nominates`: the role there that whoever makes the entry then holds.
    `sends`: the form that is sent in his name as the case begins, with these `answers`.
    """

    key: Key
    label: AuthoredText | None = None
    workflow: Key
    when: ExpressionText | None = None
    nominates: Key
    sends: Key
    answers: tuple[StartAnswer, ...] = ()


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
    public: PublicSpec | None = None
    cites: CiteSpec | None = None
    starts: tuple[StartSpec, ...] = ()
    tells: tuple[Key, ...] = ()
    keep_years: Annotated[int, Field(ge=1, le=100)] | None = None
    lock: tuple[Lock, ...] = ()

    @property
    def form(self) -> FormSchema:
        """What an entry answers."""
        return self.forms[0]

    @property
    def is_public(self) -> bool:
        """Whether people who do not sign in may add entries, by a link that somebody made."""
        return any(role.rule == PUBLIC and role.key in self.rights.add for role in self.roles)

    @property
    def totals_alone(self) -> bool:
        """Whether nobody reads a single entry: people make them without signing in, and it does not say `single`."""
        return self.is_public and not self.shown.single

    @property
    def shown(self) -> PublicSpec:
        """What is shown of the answers of people."""
        return self.public or PublicSpec()
