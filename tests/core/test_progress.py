"""How far a cycle is: what lies behind a state, what the deadlines plan, when the last case ends at this pace."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.core import progress
from engine.core.calendar import MONDAY_TO_FRIDAY, Calendar, DayEntry
from engine.core.messages import Text
from engine.core.progress import Forecast, Span
from engine.core.reading.normal import load, normal_form
from engine.documents import read_yaml

WORKFLOW = Path(__file__).parent.parent.parent / "workflows/basic_cycle.yaml"
JAKARTA = ZoneInfo("Asia/Jakarta")
TODAY = date(2026, 11, 23)  # a Monday
OPENED = datetime(2026, 1, 5, 2, 30, tzinfo=UTC)
YEAR = Span(date(2026, 1, 1), date(2026, 12, 31), JAKARTA, MONDAY_TO_FRIDAY)


@pytest.fixture(scope="module")
def definition():
    return load(normal_form(read_yaml(WORKFLOW.read_text())[0]))


def test_a_state_is_behind_those_further_on_and_those_that_ended(definition):
    assert progress.beyond(definition, "plan_drafted") == ("approved", "evidence", "rated", "calibrated", "finalized")
    assert progress.beyond(definition, "rated") == ("calibrated", "finalized")
    assert progress.beyond(definition, "calibrated") == ("finalized",)


def test_a_clock_of_working_days_starts_where_the_deadlines_before_it_end(definition):
    planned = progress.planned(definition, OPENED, YEAR)
    # Seven working days after Saturday 31 January end on 10 February, ten after 31 January 2027 on 12 February.
    assert planned["plan_drafted"] == date(2026, 2, 10)
    assert planned["approved"] is None and planned["finalized"] is None
    assert planned["evidence"] == date(2026, 12, 31)
    assert planned["rated"] == date(2027, 1, 31)
    assert planned["calibrated"] == date(2027, 2, 12)


def test_a_holiday_moves_the_plan(definition):
    off = DayEntry(date(2026, 2, 4), "holiday", Text("Libur", "Holiday"))
    calendar = Calendar(days={off.day: off})
    planned = progress.planned(definition, OPENED, Span(YEAR.first, YEAR.last, JAKARTA, calendar))
    assert planned["plan_drafted"] == date(2026, 2, 11)


def test_the_pace_is_that_of_the_last_ten_working_days_before_today():
    days = progress.window(TODAY, date(2026, 1, 5), MONDAY_TO_FRIDAY)
    assert days == (*(date(2026, 11, day) for day in (9, 10, 11, 12, 13)), *(date(2026, 11, d) for d in range(16, 21)))
    assert progress.window(TODAY, date(2026, 11, 19), MONDAY_TO_FRIDAY) == (date(2026, 11, 19), date(2026, 11, 20))


def foretold(ended, left, opened=date(2026, 1, 5)):
    days = progress.window(TODAY, opened, MONDAY_TO_FRIDAY)
    return progress.forecast(ended, left, TODAY, days, MONDAY_TO_FRIDAY)


def test_as_many_end_each_working_day_from_now_on():
    # 20 in ten days, one of them on a Sunday; today and what was before do not count. 21 more take eleven days.
    ended = {date(2026, 11, 9): 9, date(2026, 11, 15): 1, date(2026, 11, 20): 10, TODAY: 50, date(2026, 11, 6): 50}
    assert foretold(ended, 21) == Forecast("going", 20, 10, 21, date(2026, 12, 8))
    assert foretold(ended, 20).last == date(2026, 12, 7) and foretold(ended, 21).tenths == 20


def test_too_little_is_said_to_be_too_little():
    day = date(2026, 11, 20)
    assert foretold({day: 4}, 10) == Forecast("slow", 4, 10, 10)
    assert foretold({day: 9}, 10, opened=date(2026, 11, 19)) == Forecast("new", 9, 2, 10)
    assert foretold({day: 5}, 100_000).why == "far"
    assert foretold({day: 4}, 0).why == "done"
    assert foretold({}, 5, opened=TODAY) == Forecast("new", 0, 0, 5) and foretold({}, 5, opened=TODAY).tenths == 0
