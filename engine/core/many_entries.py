"""Thousands of entries judged by one register: as register.judge does, remembering what it has worked out already.

What is wrong is left to register.judge, so that nothing is judged or said otherwise. Whoever judges a file makes one;
it is not for threads.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from engine.core import register as registering
from engine.core.calendar import MONDAY_TO_FRIDAY, Calendar
from engine.core.filling.fieldtype import FormFacts
from engine.core.filling.many import MOST, Many, Right, roots
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.register import BoundMeasure, JudgedEntry, Office, Register

NO_VALUES: Mapping[str, Any] = {}
NO_ERRORS: Mapping[str, Message] = {}


class Remembered(NamedTuple):
    """A measure, the questions that its formula reads, whether it asks more; by the answers to them its number."""

    measure: BoundMeasure
    roots: tuple[str, ...]
    dated: bool
    known: dict[tuple[Any, ...], int | None]


class ManyEntries:
    """Judges rows of a register."""

    def __init__(self, register: Register) -> None:
        self._register, self._form = register, Many(register.form)
        self._measures = [_remembered(each) for each in register.measures]
        self._days: dict[tuple[date, date], tuple[FormFacts, bool]] = {}

    def judge(
        self, raw: Mapping[str, Any], day: date, today: date, calendar: Calendar = MONDAY_TO_FRIDAY
    ) -> tuple[JudgedEntry, str]:
        """What register.judge says, without the values of right answers, which come as canonical JSON.

        day: of whom it tells; today: the local day on which it is made; calendar: of the unit.
        """
        facts, is_right = self._days.get((day, today)) or self._look(day, today)
        right = self._form.judge(raw, facts) if is_right else None
        found = None if right is None else self._measured(raw, right, facts, Office(day, calendar))
        if right is not None and found is not None:
            return found, right.written
        judged = registering.judge(self._register, raw, day, facts, calendar)
        kept = "" if judged.errors else canonical(self._register.form.questions.dump(judged.values)).decode()
        return judged, kept

    def _look(self, day: date, today: date) -> tuple[FormFacts, bool]:
        """What judging knows of a day, and whether entries may be made for it."""
        wrong = registering.why_not_on(self._register.definition, day, today)
        found = self._days[day, today] = FormFacts(today, day, day), wrong is None
        return found

    def _measured(self, raw: Mapping[str, Any], right: Right, facts: FormFacts, office: Office) -> JudgedEntry | None:
        """The numbers of right answers; None where one cannot be worked out, or a time ends before it begins."""
        span, upside_down = registering.span_of(self._register.definition, right.values)
        if upside_down is not None:
            return None
        numbers: list[int | None] = []
        for each in self._measures:
            key = (right.way, *map(raw.get, each.roots))
            if each.dated or key not in each.known:
                number, wrong = registering.measured(each.measure, {**facts.names(), **right.values}, office)
                if wrong is not None:
                    return None
                if len(each.known) >= MOST:
                    each.known.clear()
                each.known[key] = number
            numbers.append(each.known[key])
        return JudgedEntry(NO_VALUES, tuple(numbers), span, NO_ERRORS)


def _remembered(measure: BoundMeasure) -> Remembered:
    if measure.value is None:  # the calendar of the unit has a say
        return Remembered(measure, (), True, {})
    return Remembered(measure, *roots(iter([measure.value])), {})
