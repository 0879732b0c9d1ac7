"""Deadlines and working days: dates of a period, calendars of offices, what is said about how a day was reached."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.calendar import (
    MONDAY_TO_FRIDAY,
    Calendar,
    DayEntry,
    Layer,
    counted,
    days_left,
    due_at,
    end_of,
    last_day,
    layered,
    moved,
)
from engine.core.definition import Due
from engine.core.messages import Text

WIB, WITA, WIT = (ZoneInfo(f"Asia/{name}") for name in ("Jakarta", "Makassar", "Jayapura"))
ENTERED = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)  # Friday 6 March, 1:00 in Jakarta
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def off(day, kind="holiday", origin=""):
    return DayEntry(day, kind, Text("Libur", "Holiday"), origin=origin)


def calendar(*days, week=5, receipt_counts=False):
    return Calendar(week, receipt_counts, {entry.day: entry for entry in days})


def test_a_date_of_the_period_ends_at_local_midnight():
    assert due_at(Due(on="01-31", of="period"), ENTERED, *YEAR, WIB) == datetime(2026, 1, 31, 17, 0, tzinfo=UTC)


def test_farther_east_the_same_date_ends_earlier():
    due = Due(on="01-31", of="period")
    assert due_at(due, ENTERED, *YEAR, WITA) == datetime(2026, 1, 31, 16, 0, tzinfo=UTC)
    assert due_at(due, ENTERED, *YEAR, WIT) == datetime(2026, 1, 31, 15, 0, tzinfo=UTC)


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


@pytest.mark.parametrize("week", [5, 6])
def test_t22_the_fourteenth_working_day_after_a_friday_skips_weekends_and_the_holiday(week):
    office = calendar(off(date(2026, 3, 19)), week=week)
    last = date(2026, 3, 27) if week == 5 else date(2026, 3, 24)
    assert office.add(date(2026, 3, 6), 14) == last
    assert office.between(date(2026, 3, 6), last) == 14


def test_t22_the_day_of_receipt_counts_where_the_calendar_says_so():
    office = calendar(off(date(2026, 3, 19)), receipt_counts=True)
    assert office.add(date(2026, 3, 6), 14) == date(2026, 3, 26)


def test_a_day_of_receipt_on_which_nobody_works_never_counts():
    assert calendar(receipt_counts=True).add(date(2026, 3, 7), 1) == date(2026, 3, 9)


def test_t21_on_31_january_at_24_00_local_time_the_deadline_passes():
    due = due_at(Due(on="01-31", of="period"), ENTERED, *YEAR, WIB)
    assert days_left(due, datetime(2026, 1, 31, 16, 59, 59, tzinfo=UTC), WIB) == 0
    assert days_left(due, datetime(2026, 1, 31, 17, 0, tzinfo=UTC), WIB) == -1


def test_a_holiday_on_a_weekend_moves_nothing_in_a_week_of_five_days():
    saturday = off(date(2026, 3, 21))
    assert calendar(saturday).add(date(2026, 3, 20), 1) == date(2026, 3, 23)
    assert calendar(saturday, week=6).add(date(2026, 3, 20), 1) == date(2026, 3, 23)
    assert calendar(week=6).add(date(2026, 3, 20), 1) == date(2026, 3, 21)


def test_an_exceptional_working_day_counts_on_a_sunday():
    sunday = off(date(2026, 3, 8), "working_day")
    assert calendar(sunday).add(date(2026, 3, 6), 1) == date(2026, 3, 8)


def test_working_days_go_on_over_the_end_of_the_year():
    office = calendar(off(date(2026, 12, 24), "collective_leave"), off(date(2026, 12, 25)), off(date(2027, 1, 1)))
    assert office.add(date(2026, 12, 23), 5) == date(2027, 1, 4)


def test_a_layer_above_takes_a_day_back_and_adds_its_own():
    nation = Layer(5, False, {date(2026, 8, 17): off(date(2026, 8, 17), origin="nation")})
    region = Layer(None, None, {date(2026, 8, 31): off(date(2026, 8, 31), origin="region")})
    office = Layer(6, True, {date(2026, 8, 17): off(date(2026, 8, 17), "working_day", "office")})
    found = layered([nation, region, office])
    assert (found.week, found.receipt_counts) == (6, True)
    assert found.is_working(date(2026, 8, 17)) and found.days[date(2026, 8, 17)].origin == "office"
    assert not found.is_working(date(2026, 8, 31))
    assert layered([]) == MONDAY_TO_FRIDAY


def test_a_day_of_25_hours_elsewhere_ends_when_its_local_day_does():
    new_york = ZoneInfo("America/New_York")  # clocks go back on 1 November 2026, forward on 14 March 2027
    assert end_of(date(2026, 11, 1), new_york) - end_of(date(2026, 10, 31), new_york) == timedelta(hours=25)
    entered = datetime(2026, 10, 31, 3, 30, tzinfo=UTC)  # Friday 30 October, 23:30 there
    assert due_at(Due(working_days=1, after="entered"), entered, *YEAR, new_york) == end_of(date(2026, 11, 2), new_york)
    assert last_day(end_of(date(2027, 3, 14), new_york), new_york) == date(2027, 3, 14)


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


def test_a_deadline_says_which_days_it_skipped_and_which_were_added():
    nyepi, saturday = off(date(2026, 3, 19)), off(date(2026, 3, 21))
    sunday = off(date(2026, 3, 22), "working_day")
    received, now = datetime(2026, 3, 13, 2, tzinfo=UTC), datetime(2026, 3, 18, 2, tzinfo=UTC)
    said = counted(7, received, now, WIB, calendar(nyepi, saturday, sunday))
    assert (said.start, said.last, said.left) == (date(2026, 3, 13), date(2026, 3, 24), 4)
    assert said.skipped == (nyepi,) and said.added == (sunday,)


def test_a_calendar_that_changes_moves_a_deadline_forward_but_never_into_the_past():
    now = datetime(2026, 3, 10, 3, tzinfo=UTC)
    today, before, after = (end_of(date(2026, 3, day), WIB) for day in (10, 9, 20))
    assert moved(today, after, now, WIB) == after
    assert moved(after, before, now, WIB) == today
    assert moved(before, after, now, WIB) == after
    assert moved(before, before - timedelta(days=3), now, WIB) == before


days = st.dates(date(2025, 11, 1), date(2026, 4, 30))
calendars = st.builds(
    lambda week, receipt, named: calendar(
        *(off(day, kind) for day, kind in named.items()), week=week, receipt_counts=receipt
    ),
    st.sampled_from([5, 6]),
    st.booleans(),
    st.dictionaries(days, st.sampled_from(["holiday", "collective_leave", "working_day"]), max_size=40),
)


@given(calendars, days, st.integers(1, 60))
def test_counting_equals_a_walk_through_every_day(office, start, count):
    walked, day = [], start
    while len(walked) < count:
        entry = office.days.get(day)
        works = entry.kind == "working_day" if entry else day.isoweekday() <= office.week
        if works and (day != start or office.receipt_counts):
            walked.append(day)
        day += timedelta(days=1)
    assert office.add(start, count) == walked[-1]
    assert office.between(start, walked[-1]) == count - (walked[0] == start)


@given(calendars, days, st.integers(1, 30), st.sampled_from([WIB, WITA, WIT, timezone(timedelta(hours=-5))]))
def test_what_is_said_about_a_deadline_adds_up(office, start, count, zone):
    """Weekdays from the first day to the last, less those skipped, and those added, are the days that were counted."""
    moment = datetime.combine(start, datetime.min.time(), zone)
    said = counted(count, moment, moment, zone, office)
    first = start if office.receipt_counts else start + timedelta(days=1)
    weekdays = sum(
        (first + timedelta(days=step)).weekday() < office.week for step in range((said.last - first).days + 1)
    )
    assert weekdays - len(said.skipped) + len(said.added) == count
    assert due_at(Due(working_days=count, after="entered"), moment, *YEAR, zone, office) == end_of(said.last, zone)
    assert last_day(end_of(said.last, zone), zone) == said.last
