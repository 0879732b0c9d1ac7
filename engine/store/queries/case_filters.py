"""By what a list of cases is narrowed, each by a name and a value: the same for a page, for what a number leads to,
and for a job that writes the list into a file. For the WHERE of a list that is scoped already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import ColumnElement, and_, exists, select

from engine.core.times import to_text
from engine.store.queries import case_lists
from engine.store.queries.clocks import STILL
from engine.store.tables.cases import Case, Cycle, Task, TaskHolder
from engine.store.tables.entry_cases import EntryCase
from engine.store.tables.people import Person, Unit

LONG_WAIT = timedelta(days=7)
NOBODY = "false"  # the population of a cycle whose cases people begin for themselves


@dataclass(frozen=True, slots=True)
class Moments:
    """What is late now, and until when a deadline comes soon."""

    now: datetime
    soon: datetime


Condition: TypeAlias = Callable[[str, Moments], ColumnElement[bool]]


def in_cycle(ref: str) -> ColumnElement[bool]:
    """The cases of a cycle."""
    return Case.cycle_id.in_(select(Cycle.id).where(Cycle.ref == ref))


def among(states: str) -> ColumnElement[bool]:
    """The cases in one of the states, whose keys stand with dots between."""
    return Case.state.in_(states.split("."))


def requested() -> ColumnElement[bool]:
    """The cases that people began for themselves (engine/starting.py), while something is to be done in them.

    Not those that an entry began: a direction is nobody's request.
    """
    by_people = select(Cycle.id).where(Cycle.opened_by.is_(None), Cycle.population == NOBODY)
    # Looked for in these few cases: EXISTS is planned as a join with all open tasks.
    open_ = select(Task.id).where(Task.case_id == Case.id, Task.state == "open").correlate(Case).limit(1)
    by_entry = select(EntryCase.case_id).where(EntryCase.case_id == Case.id).correlate(Case).exists()
    return and_(Case.cycle_id.in_(by_people), open_.scalar_subquery().is_not(None), ~by_entry)


def in_unit_itself(ref: str) -> ColumnElement[bool]:
    """The cases of a unit without those of the units below it."""
    return Case.unit_id.in_(select(Unit.id).where(Unit.ref == ref))


def soon(moments: Moments) -> ColumnElement[bool]:
    """The cases with an open task whose deadline passes soon, and has not passed yet, but for suspended ones."""
    coming = exists().where(
        Task.case_id == Case.id,
        Task.state == "open",
        Task.due > to_text(moments.now),
        Task.due <= to_text(moments.soon),
    )
    return and_(coming, Case.id.not_in(STILL))


def held_by(person_ref: str) -> ColumnElement[bool]:
    """The cases in which somebody has an open task."""
    return _with(person_ref, Task.state == "open")


def late_with(person_ref: str, now: datetime) -> ColumnElement[bool]:
    """The cases, but for suspended ones, in which somebody has an open task whose deadline has passed."""
    return and_(_with(person_ref, Task.state == "open", Task.due <= to_text(now)), Case.id.not_in(STILL))


def _with(person_ref: str, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    held = select(Task.case_id).join(TaskHolder, TaskHolder.task_id == Task.id)
    held = held.join(Person, Person.id == TaskHolder.person_id).where(Person.ref == person_ref)
    return Case.id.in_(held.where(*conditions))


CONDITIONS: Mapping[str, Condition] = {
    "cycle": lambda ref, moments: in_cycle(ref),
    "state": lambda key, moments: Case.state == key,
    "among": lambda keys, moments: among(keys),
    "unit": lambda ref, moments: case_lists.below(ref),
    "under": lambda ref, moments: case_lists.below(ref),
    "own": lambda ref, moments: in_unit_itself(ref),
    "holder": lambda ref, moments: held_by(ref),
    "late_with": lambda ref, moments: late_with(ref, moments.now),
    "overdue": lambda value, moments: case_lists.overdue(moments.now),
    "soon": lambda value, moments: soon(moments),
    "requested": lambda value, moments: requested(),
    "waiting": lambda value, moments: case_lists.waiting(moments.now - LONG_WAIT, moments.soon),
}
