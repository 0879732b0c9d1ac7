"""The deadlines that run in a case, and what each is to do: which reminder is next, what is over. Pure.

What firing one decides is machine.expire.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from engine.core.calendar import Calendar, last_day
from engine.core.case import CaseView
from engine.core.definition import Due, Reminder
from engine.core.tasks import open_task
from engine.core.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Running:
    """A deadline that runs: of an open task (`key`), of the state, or of the whole case. `ref`: of task or clock."""

    ref: str
    key: str
    whole: bool
    due: datetime
    spec: Due


def running(workflow: Workflow, case: CaseView) -> Iterator[Running]:
    """The deadlines of the open tasks, of the state, and of the whole, as far as they are declared."""
    for spec in workflow.tasks(case.state):
        task = open_task(case, spec.key)
        if task is not None and task.due is not None and spec.due is not None:
            yield Running(task.ref, spec.key, False, task.due, spec.due)
    for clock in case.clocks:
        due = clock_spec(workflow, case.state, clock.whole)
        if due is not None:
            yield Running(clock.ref, "", clock.whole, clock.due, due)


def next_over(
    workflow: Workflow, case: CaseView, now: datetime, handled: Collection[tuple[int, str]]
) -> Running | None:
    """Which deadline is over first by a moment, of those that fire or make final; not those handled (version, ref)."""
    over = (each for each in running(workflow, case) if each.due <= now and (each.spec.fire or each.spec.final))
    open_ = (each for each in over if (case.version, each.ref) not in handled)
    return min(open_, key=lambda each: each.due, default=None)


def clock_spec(workflow: Workflow, state: str, whole: bool) -> Due | None:
    """What is declared of the deadline of a state, or of the whole."""
    if whole:
        return workflow.definition.due
    found = workflow.states.get(state)
    return found.due if found is not None else None


def reminder(
    spec: Sequence[Reminder], due: datetime, opened: datetime, now: datetime, zone: tzinfo, calendar: Calendar
) -> str | None:
    """Which reminder is the one to send by now, as `before:3`, `on` or `after:2`: the newest whose day has come.

    One whose day lies before what it reminds of began to run is none.
    """
    last, today = last_day(due, zone), now.astimezone(zone).date()
    first = opened.astimezone(zone).date()
    days = ((_day(each, last, calendar), each) for each in spec)
    came = [(day, _name(each)) for day, each in days if first <= day <= today]
    return max(came)[1] if came else None


def _day(each: Reminder, last: date, calendar: Calendar) -> date:
    count = each.working_days or 0
    return calendar.step(last, {"before": -count, "on": 0, "after": count}[each.when])


def _name(each: Reminder) -> str:
    return each.when if each.working_days is None else f"{each.when}:{each.working_days}"
