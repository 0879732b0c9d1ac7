"""Deadlines and working days."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from engine.core.calendar import add_working_days, days_left, due_at, end_of
from engine.core.definition import Due

WIB, WIT = timezone(timedelta(hours=7)), timezone(timedelta(hours=9))
ENTERED = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)  # Friday 6 March, 1:00 in Jakarta
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def test_a_date_of_the_period_ends_at_local_midnight():
    assert due_at(Due(on="01-31", of="period"), ENTERED, *YEAR, WIB) == datetime(2026, 1, 31, 17, 0, tzinfo=UTC)


def test_farther_east_the_same_date_ends_earlier():
    assert due_at(Due(on="01-31", of="period"), ENTERED, *YEAR, WIT) == datetime(2026, 1, 31, 15, 0, tzinfo=UTC)


def test_a_date_of_the_next_period_lies_after_this_one():
    assert due_at(Due(on="01-31", of="next_period"), ENTERED, *YEAR, UTC) == datetime(2027, 2, 1, tzinfo=UTC)


def test_a_date_before_a_period_that_begins_in_july_means_the_second_year():
    period = (date(2026, 7, 1), date(2027, 6, 30))
    assert due_at(Due(on="01-31", of="period"), ENTERED, *period, UTC) == datetime(2027, 2, 1, tzinfo=UTC)
    assert due_at(Due(on="07-01", of="period"), ENTERED, *period, UTC) == datetime(2026, 7, 2, tzinfo=UTC)


def test_the_29th_of_february_is_the_28th_in_other_years():
    assert due_at(Due(on="02-29", of="period"), ENTERED, *YEAR, UTC) == datetime(2026, 3, 1, tzinfo=UTC)


def test_working_days_count_from_the_day_after_entering_where_the_case_is():
    # Entered on Friday there, so Monday is the first working day.
    assert due_at(Due(working_days=1, after="entered"), ENTERED, *YEAR, WIB) == end_of(date(2026, 3, 9), WIB)
    assert due_at(Due(working_days=7, after="entered"), ENTERED, *YEAR, WIB) == end_of(date(2026, 3, 17), WIB)


def test_without_a_deadline_there_is_none():
    assert due_at(Due(), ENTERED, *YEAR, WIB) is None


def test_the_fourteenth_working_day_skips_weekends_and_a_holiday():
    # T22 of the domain: received on a Friday, one holiday inside.
    assert add_working_days(date(2026, 3, 6), 14, {date(2026, 3, 19)}) == date(2026, 3, 27)


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (datetime(2026, 1, 30, 3, tzinfo=UTC), 1),
        (datetime(2026, 1, 31, 3, tzinfo=UTC), 0),
        (datetime(2026, 1, 31, 16, 59, tzinfo=UTC), 0),
        (datetime(2026, 1, 31, 17, 0, tzinfo=UTC), -1),
    ],
)
def test_days_left_change_at_local_midnight(now, left):
    assert days_left(end_of(date(2026, 1, 31), WIB), now, WIB) == left
