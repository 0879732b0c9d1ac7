"""Snapshots that the core reads: a case, its tasks, its people, and who acts. Plain values, nothing lazy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any, Literal

from engine.core.calendar import MONDAY_TO_FRIDAY, Calendar
from engine.core.extending import Shift
from engine.core.messages import Message

CANCELLED = "cancelled"  # reserved: the state of a case that an admin ended; no definition may declare it
WIB = timezone(timedelta(hours=7), "WIB")
ACTING = "acting"  # the rule of whoever holds a role for another, under an order


@dataclass(frozen=True, slots=True)
class Right:
    """A grant of the actor: a role over a unit and what is below it."""

    ref: str
    role: str
    unit_id: int


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `system` (person_id None) acts only for automatic moves and deadlines.

    by_key: the ref of the API key by which a program acts as him.
    """

    person_id: int | None
    ref: str
    name: str = ""
    rights: tuple[Right, ...] = ()
    acting_for: str | None = None
    by_key: str | None = None

    @property
    def is_system(self) -> bool:
        return self.person_id is None

    def has(self, role: str) -> bool:
        return any(right.role == role for right in self.rights)


SYSTEM = Actor(person_id=None, ref="system", name="system")


@dataclass(frozen=True, slots=True)
class ActingOrder:
    """An order by which somebody (`person_id`, `ref_of_person`, `name`) acts for the person who carries it.

    It reaches the workflows and roles that it names, by key; all of them where it names none.
    """

    ref: str
    number: str
    kind: str
    person_id: int
    ref_of_person: str
    name: str
    workflows: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    def covers(self, workflow: str, role: str) -> bool:
        """Whether it reaches a role of a workflow."""
        return (not self.workflows or workflow in self.workflows) and (not self.roles or role in self.roles)


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who holds a role of the case today, and why: the rule and the appointment or grant behind it.

    `fallback` counts the rules that found nobody before. `orders` are those by which others act for him that day, until
    one of them is followed: then its deputy holds by the rule ACTING, with the order as basis, `instead_of` him.
    """

    person_id: int
    ref: str
    name: str
    rule: str
    basis: str | None = None  # ref of the appointment, grant, order or event that gives the role
    fallback: int = 0
    orders: tuple[ActingOrder, ...] = ()
    order: ActingOrder | None = None
    instead_of: Holder | None = None


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task of the current state. `holders` were resolved when it opened; rights are asked of `CaseView.roles`."""

    ref: str
    key: str
    state: Literal["open", "done", "closed"]
    opened_at: datetime
    due: datetime | None = None
    version: int = 0  # counts drafts: what `seen` is compared with on a form
    holders: tuple[Holder, ...] = ()
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockView:
    """A deadline that no task carries: of the state in which the case stands, or of the whole case (`whole`)."""

    ref: str
    whole: bool
    opened_at: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result of a case: its value (text; a Decimal as text) and how it was found (JSON-able)."""

    value: str
    derivation: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submitted:
    """Which submission the answers of a form are: its ref, the ref of who sent it, and when (UTC, as text)."""

    ref: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as a fact of the case: its number (None where there is none), and what it comes from (JSON-able).

    Of indicators that were chosen in a form: a row for each (chosen.py), and the sources of the rows under `rows`.
    """

    value: Decimal | Sequence[Mapping[str, Any]] | None
    source: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Named:
    """A person, a unit or a file that an answer names, as whoever answers may know it today.

    `facts` holds what its field type judges further: size, type and SHA-256 of a file.
    """

    ref: str
    label: str
    detail: str = ""
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signing:
    """Proof that the actor signs now: how he showed that it is he. What he signs is added where it is known."""

    by: str  # ref of the person
    name: str
    method: Literal["password"]


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """A case beside another: the one that opened it, or one that it opened by the link `key` of its definition.

    `first` and `last` bound its period. `about` is the ref of the person whom it is about where that is another than
    of the case beside it. `values` is what expressions find behind its name: forms and `results`. `kept`: what only
    some see there, by its path (`rating.score`, `results.mean`) → the people who do; known once this case is over.
    """

    ref: str
    key: str
    state: str
    is_over: bool
    first: date
    last: date
    about: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    kept: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as it stands, with exactly what its definition's expressions and guards may ask for.

    `answers` maps a form key to the answers of its last submission (field key → value; a table is a list of such
    maps); a form that nobody has sent is absent, and one whose answers are erased. `sent_by` maps a form
    to the person who sent that submission, erased or not.
    `roles` maps a role key to its holders today. `results` maps a result key to its Outcome; a bare text is an
    outcome whose derivation is not known. `zone` and `calendar` are those of the case's unit.
    `named` is what was found of all that the answers at hand name, by kind (`person`, `unit`, `file`) and ref.
    `parent` opened it; `children` are the cases that it opened, by link, children and follow-ups alike.
    `suspended_at`: since when its clocks stand still. `final_by_rule`: a deadline that is over made its result final.
    `shifts`: what each of its deadlines was put off by, by the ref of its task or clock.
    `figures`: the figures of indicators that its definition declares, by key.
    `submitted`: which submission the answers of each form are, where its definition has scores, which tell it.
    """

    ref: str
    state: str
    version: int
    subject_id: int | None
    subject_ref: str
    unit_id: int
    entered_at: datetime
    period_start: date
    period_end: date
    now: datetime
    today: date
    roles: Mapping[str, tuple[Holder, ...]] = field(default_factory=dict)
    tasks: tuple[TaskView, ...] = ()
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    results: Mapping[str, Outcome | str] = field(default_factory=dict)
    sent_by: Mapping[str, int] = field(default_factory=dict)
    zone: tzinfo = WIB
    calendar: Calendar = MONDAY_TO_FRIDAY
    named: Mapping[tuple[str, str], Named] = field(default_factory=dict)
    parent: LinkedCase | None = None
    children: Mapping[str, tuple[LinkedCase, ...]] = field(default_factory=dict)
    clocks: tuple[ClockView, ...] = ()
    suspended_at: datetime | None = None
    final_by_rule: bool = False
    shifts: Mapping[str, tuple[Shift, ...]] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
    submitted: Mapping[str, Submitted] = field(default_factory=dict)

    @property
    def clock(self) -> datetime:
        """What time it is for its deadlines: they stand still while it is suspended."""
        return self.suspended_at or self.now

    def holds(self, actor: Actor, role: str) -> Holder | None:
        """The actor's hold on a role today, or None."""
        return next((held for held in self.roles.get(role, ()) if held.person_id == actor.person_id), None)

    def roles_of(self, actor: Actor) -> tuple[str, ...]:
        return tuple(role for role in self.roles if self.holds(actor, role))

    def task(self, key: str) -> TaskView | None:
        return next((task for task in self.tasks if task.key == key), None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a guard answers: allowed, or refused with a message; `inputs` is what it looked at (values by name)."""

    allowed: bool
    message: Message | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)


def allow(**inputs: Any) -> Verdict:
    """The verdict that lets pass; `inputs` is what was looked at."""
    return Verdict(True, None, inputs)


def refuse(message: Message, **inputs: Any) -> Verdict:
    """The verdict that holds back, with its reason."""
    return Verdict(False, message, inputs)
