"""Deadlines that act, asked of the machine alone: only what is declared fires, after it is over; reminders; shifts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core import machine
from engine.core.calendar import Calendar, DayEntry, end_of
from engine.core.case import WIB
from engine.core.definition import Reminder
from engine.core.errors import EngineError, NotFound, Refused
from engine.core.expiring import reminder, running
from engine.core.extending import Shift, shifted
from engine.core.messages import Text
from engine.core.reading.compiled import bind
from engine.core.simulating import play
from engine.core.simulating.exploring import run_all_paths
from tests.core.definitions import CATALOG, read
from tests.core.reading.test_lint_dues import written

OFF = date(2026, 3, 19)
OFFICE = Calendar(days={OFF: DayEntry(OFF, "holiday", Text("Nyepi", "Nyepi"))})


def told():
    """A case that was told on Tuesday, 3 March 2026, by a calendar that knows no holiday."""
    workflow = bind(read(written(task="remind: []")), CATALOG, {}).workflow
    return play.start(workflow, date(2026, 3, 3)).fire("rater", "rate")


@given(hours=st.integers(-24 * 40, 24 * 40), ref=st.sampled_from(["", "x", None]))
def test_the_system_fires_nothing_but_what_a_deadline_that_is_over_declares(hours, ref):
    begun = told()
    clock = next(running(begun.workflow, begun.case))
    later = replace(begun.case, now=clock.due + timedelta(hours=hours))
    try:
        decision = machine.expire(begun.workflow, later, clock.ref if ref is None else ref)
    except EngineError:
        assert hours < 0 or ref is not None
    else:
        assert (hours >= 0, ref, decision.transition, decision.right) == (True, None, "accept", None)


def test_a_deadline_that_declares_nothing_fires_nothing_and_one_that_stands_still_neither():
    fires = told()
    begun = play.start(fires.workflow, date(2026, 3, 3))
    rating = next(running(begun.workflow, begun.case))
    with pytest.raises(NotFound):
        machine.expire(begun.workflow, replace(begun.case, now=rating.due), rating.ref)
    clock = next(running(fires.workflow, fires.case))
    still = replace(fires.case, now=clock.due, suspended_at=clock.due - timedelta(days=1))
    with pytest.raises(Refused):
        machine.expire(fires.workflow, still, clock.ref)


@pytest.mark.parametrize(
    ("day", "which"),
    [
        (date(2026, 3, 13), None), (date(2026, 3, 16), "before:3"), (date(2026, 3, 18), "before:3"),
        (date(2026, 3, 20), "on"), (date(2026, 3, 23), "on"), (date(2026, 3, 24), "after:2"),
        (date(2027, 4, 1), "after:2"),
    ],
)  # fmt: skip
def test_a_reminder_counts_working_days_and_only_the_newest_is_sent(day, which):
    """The last day is Friday, 20 March; Thursday is off, so three working days before it is the 16th."""
    spec = (Reminder(when="before", working_days=3), Reminder(when="on"), Reminder(when="after", working_days=2))
    now = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    opened = datetime(2026, 2, 1, tzinfo=UTC)
    assert reminder(spec, end_of(date(2026, 3, 20), WIB), opened, now, WIB, OFFICE) == which


def test_a_reminder_from_before_the_clock_began_is_none():
    spec = (Reminder(when="before", working_days=3),)
    opened = now = datetime(2026, 3, 17, 2, tzinfo=UTC)
    assert reminder(spec, end_of(date(2026, 3, 20), WIB), opened, now, WIB, OFFICE) is None


@pytest.mark.parametrize(
    ("shifts", "last"),
    [
        ([], date(2026, 3, 18)),
        ([Shift(days=2)], date(2026, 3, 23)),
        ([Shift(days=2), Shift(until=date(2026, 4, 1))], date(2026, 4, 1)),
        ([Shift(until=date(2026, 4, 1)), Shift(days=1)], date(2026, 4, 2)),
        ([Shift(first=date(2026, 3, 18), last=date(2026, 3, 23))], date(2026, 3, 23)),
        ([Shift(first=date(2026, 3, 14), last=date(2026, 3, 16))], date(2026, 3, 18)),
    ],
)
def test_what_puts_a_deadline_off_is_applied_in_order_and_counts_working_days(shifts, last):
    """A suspension from Wednesday to Monday took two working days (the 19th is off); one over a weekend took none."""
    assert shifted(date(2026, 3, 18), shifts, OFFICE) == last


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(1, 60))
def test_a_step_back_undoes_a_step_forward(day, count):
    start = OFFICE.step(day, 1)
    assert OFFICE.step(OFFICE.step(start, count), -count) == start


def test_in_a_play_the_days_that_pass_do_what_the_deadlines_say():
    begun = told()
    assert begun.advance(date(2026, 3, 23)).case.state == "told"
    over = begun.advance(date(2026, 12, 1))
    assert (over.case.state, over.history[-1].transition, over.history[-1].day) == ("done", "accept", date(2026, 3, 24))
    late = play.start(begun.workflow, date(2026, 3, 3)).advance(date(2027, 2, 1))
    assert (late.case.state, late.case.final_by_rule) == ("rated", True)


def test_the_paths_of_a_definition_find_what_only_a_deadline_fires():
    found = run_all_paths(told().workflow, date(2026, 3, 3))
    assert "accept" in found.taken
