"""A register ready to judge entries: its form bound, its measures compiled. Who may add one is the shell's to resolve.

An entry is the answers of one form about somebody on a day; it is never edited, another one takes its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from engine.core.calendar import DAY, MONDAY_TO_FRIDAY, Calendar
from engine.core.definition import CodeList, Measure, RegisterDefinition, RoleSpec, RuleSpec, StartSpec, WorkingDays
from engine.core.expression import Expression, ExpressionFailed
from engine.core.filling.fieldtype import FormFacts
from engine.core.filling.form import Form
from engine.core.messages import Message
from engine.core.roles import in_order
from engine.core.rules import certain

SCALE = 6  # decimals of a measure
ONE = Decimal(10) ** SCALE
# In millionths, either way. Sums are whole numbers of 64 bits, too, and those of 92,000 of the largest still fit; were
# one entry to fill them alone, two would stop every figure that is made of them.
LARGEST = 10**14


@dataclass(frozen=True, slots=True)
class BoundMeasure:
    """A measure with its formula; None where it counts working days."""

    spec: Measure
    value: Expression | None


@dataclass(frozen=True, slots=True)
class BoundStart:
    """What an entry begins, with its condition and the formulas of the answers that are sent, by their field."""

    spec: StartSpec
    when: Expression | None
    answers: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class Register:
    """A register of one definition version; frozen, shared by threads.

    `roles`: each after those that it stands on; `people`: what they always ask about people; as in a workflow, so that
    the same questions find their holders.
    """

    definition: RegisterDefinition
    form: Form
    measures: tuple[BoundMeasure, ...]
    codelists: Mapping[str, CodeList]
    roles: tuple[RoleSpec, ...]
    people: tuple[RuleSpec, ...]
    starts: tuple[BoundStart, ...] = ()

    @property
    def counts_working_days(self) -> bool:
        """Whether judging an entry asks for the calendar of an office."""
        return any(each.spec.working_days is not None for each in self.measures)

    @classmethod
    def of(
        cls,
        definition: RegisterDefinition,
        form: Form,
        measures: tuple[BoundMeasure, ...],
        codelists: Mapping[str, CodeList],
        starts: tuple[BoundStart, ...] = (),
    ) -> Register:
        roles = definition.roles
        return cls(definition, form, measures, codelists, in_order(roles), certain(roles), starts)


@dataclass(frozen=True, slots=True)
class Office:
    """The day of an entry, and the calendar by which the office of its unit works."""

    day: date
    calendar: Calendar

    def worked(self, days: WorkingDays | None, values: Mapping[str, Any]) -> tuple[int | None, Message | None]:
        """How many working days come after the first day, up to and with the last, in millionths.

        None where one is missing. As deadlines count: the first day counts where it is one that the office works on
        and its calendar says that the day of receipt counts.
        """
        if days is None:
            return None, None
        since, until = values.get(days.since) if days.since else self.day, values.get(days.until)
        if not isinstance(since, date) or not isinstance(until, date):
            return None, None
        if until < since:
            return None, Message("register.until_before", found=until, earliest=since)
        first = since - DAY if self.calendar.receipt_counts else since
        return scaled(Decimal(self.calendar.between(first, until))), None


@dataclass(frozen=True, slots=True)
class JudgedEntry:
    """What became of an entry's answers: its values and scaled measures, or messages by path ("day": of its day)."""

    values: Mapping[str, Any]
    measures: tuple[int | None, ...]
    span: tuple[int, int] | None
    errors: Mapping[str, Message]


def judge(
    register: Register,
    raw: Mapping[str, Any],
    day: date,
    facts: FormFacts,
    calendar: Calendar = MONDAY_TO_FRIDAY,
    *,
    corrects: bool = False,
) -> JudgedEntry:
    """Judge one entry. `day`: of whom it tells, local; `facts.today`: the local day on which it is made.

    calendar: that in force for the unit of the entry; asked where the register `counts_working_days`. corrects: it
    takes the place of another, whose day was judged when that was made; until when one may is `is_locked`'s.
    """
    judged = register.form.judge(raw, facts)
    errors = dict(judged.errors)
    wrong = None if corrects else why_not_on(register.definition, day, facts.today)
    if wrong is not None:
        errors["day"] = wrong
    if errors:
        return JudgedEntry(judged.values, (), None, errors)
    span, upside_down = span_of(register.definition, judged.values)
    if upside_down is not None:
        return JudgedEntry(judged.values, (), None, upside_down)
    return _measured(register, judged.values, span, facts, Office(day, calendar))


def why_not_on(definition: RegisterDefinition, day: date, today: date) -> Message | None:
    """Why no entry may be made for a day, seen from today; None where one may."""
    days = definition.days
    if day > today + timedelta(days=days.ahead):
        key = "register.ahead" if days.ahead else "register.future"
        return Message(key, found=day, most=today + timedelta(days=days.ahead))
    if days.back is not None and day < (earliest := today - timedelta(days=days.back)):
        return Message("register.too_old", found=day, earliest=earliest)
    if is_locked(definition, day, today):
        return Message("register.locked", day=day, days=days.lock or 0)
    return None


def is_locked(definition: RegisterDefinition, day: date, today: date) -> bool:
    """Whether nobody corrects an entry of a day any more."""
    lock = definition.days.lock
    return lock is not None and today > day + timedelta(days=lock)


def overlaps(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two spans of minutes share time; one that ends where the other begins does not."""
    return one[0] < other[1] and other[0] < one[1]


def scaled(number: Decimal) -> int | None:
    """A measure as it is kept: in millionths, half away from zero; None where it is too large to be added up."""
    found = int((number * ONE).to_integral_value(ROUND_HALF_UP))
    return found if abs(found) <= LARGEST else None


def unscaled(kept: int) -> Decimal:
    """The number that was kept."""
    return Decimal(kept) / ONE


def span_of(
    definition: RegisterDefinition, values: Mapping[str, Any]
) -> tuple[tuple[int, int] | None, dict[str, Message] | None]:
    """From which minute until which an entry lasts, where its register asks so; what is wrong with them, by field."""
    if definition.span is None:
        return None, None
    start, end = values.get(definition.span.start), values.get(definition.span.end)
    if start is None or end is None:
        return None, None
    span = int(start["minutes"]), int(end["minutes"])
    if span[1] <= span[0]:
        return None, {definition.span.end: Message("register.ends_before", start=start["text"], end=end["text"])}
    return span, None


def _measured(
    register: Register, values: Mapping[str, Any], span: tuple[int, int] | None, facts: FormFacts, office: Office
) -> JudgedEntry:
    names, measures, errors = {**facts.names(), **values}, list[int | None](), dict[str, Message]()
    for each in register.measures:
        number, wrong = measured(each, names, office)
        measures.append(number)
        if wrong is not None:
            errors[wrong_at(each)] = wrong
    return JudgedEntry(values, tuple(measures), span, errors)


def measured(measure: BoundMeasure, names: Mapping[str, Any], office: Office) -> tuple[int | None, Message | None]:
    """A measure of an entry as it is kept, or what is wrong with it."""
    if measure.value is None:
        return office.worked(measure.spec.working_days, names)
    try:
        number = measure.value.evaluate(names)
    except ExpressionFailed as failed:
        return None, failed.message
    if not isinstance(number, Decimal):
        return None, None
    kept = scaled(number)
    return kept, Message("register.too_large", found=number, most=unscaled(LARGEST)) if kept is None else None


def wrong_at(measure: BoundMeasure) -> str:
    """The path under which is told what is wrong with a measure: the later day, or the measure itself."""
    days = measure.spec.working_days
    return f"measures.{measure.spec.key}" if days is None else days.until
