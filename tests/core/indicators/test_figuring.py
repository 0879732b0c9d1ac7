"""A figure from numbers: each method by hand and by brute force, and what is declared where there is nothing."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.definition import Goal, Window
from engine.core.figuring import Record, Taken, achieved, figure, longest_run, refuses, take
from engine.core.indicator import Days, before, days_of
from engine.core.reading.measuring import bind_indicator
from engine.core.reading.normal import load
from tests.core.definitions import CATALOG, CODELISTS

DAY = date(2026, 3, 2)
NUMBERS = st.lists(st.decimals(-10_000, 10_000, allow_nan=False, places=3), min_size=1, max_size=40)


def indicator(method, **more):
    document = {"kind": "indicator", "format": 1, "key": "effort", "name": "Effort", "window": {"length": "month"}}
    if method not in ("count", "share"):
        document["of"] = "minutes"
    if method == "longest_run":
        document["about"] = ["person"]
    definition = load({**document, "register": "daily_activity", "method": method, **more})
    bound = bind_indicator(definition, CATALOG, CODELISTS)
    assert bound.problems == ()
    return bound.indicator


def records(numbers, people=1):
    for index, number in enumerate(numbers):
        names = {"minutes": number, "quantity": number, "day": DAY}
        yield Record(index % people + 1, DAY + timedelta(days=index), names)


def found(one, numbers, over=None, people=1, of_unit=False):
    blank = one.definition.blank
    below = take(one.over, records(over, people), blank) if one.over is not None else None
    return figure(one, take(one.above, records(numbers, people), blank), below, of_unit=of_unit)


def value(one, numbers, over=None):
    return found(one, numbers, over).value


def decimals(*numbers):
    return [None if each is None else Decimal(str(each)) for each in numbers]


@pytest.mark.parametrize(
    ("method", "more", "expected"),
    [
        # 3, 1, 4, 1, 5, 9, 2, 6 in order: 1 1 2 3 4 5 6 9, together 31
        ("count", {}, "8.00"),
        ("sum", {}, "31.00"),
        ("mean", {}, "3.88"),  # 31 ÷ 8 = 3.875
        ("mean", {"rounding": "down"}, "3.87"),
        ("median", {}, "3.50"),  # between 3 and 4
        ("min", {}, "1.00"),
        ("max", {}, "9.00"),
        ("percentile", {"percentile": "90", "rank": "nearest"}, "9.00"),  # 90 % of 8 is 7.2: the eighth
        ("percentile", {"percentile": "25", "rank": "nearest"}, "1.00"),  # 2: the second
        ("percentile", {"percentile": "25", "rank": "linear"}, "1.75"),  # place 1.75: 1 + 0.75 × (2 − 1)
        ("percentile", {"percentile": "100", "rank": "linear"}, "9.00"),
        ("percentile", {"percentile": "0", "rank": "nearest"}, "1.00"),
        ("share", {"part": "quantity >= 4"}, "50.00"),  # 4, 5, 9, 6 of eight
        ("sum", {"when": "quantity > 2", "times": "0.5"}, "13.50"),  # 3 + 4 + 5 + 9 + 6 = 27
    ],
)
def test_each_method_by_hand(method, more, expected):
    assert str(value(indicator(method, **more), decimals(3, 1, 4, 1, 5, 9, 2, 6))) == expected


def test_vector_t15_and_t17_the_index_of_satisfaction_is_a_ratio_times_25():
    """T15: 955 ÷ (29 × 9) × 25 = 91.4751… (a weight of 0.11 would give 90.56); T17: all answers 3."""
    index = indicator("ratio", over={"register": "daily_activity", "of": "quantity"}, times="25")
    answers = decimals(*[33] * 27, 32, 32)  # 29 respondents with 955 points in all
    assert sum(answers) == 955
    assert str(value(index, answers, decimals(*[9] * 29))) == "91.48"
    assert str(value(index, decimals(27), decimals(9))) == "75.00"


def test_walesi_counts_tasks_done_against_the_target():
    """W-14: 45 of 50 tasks are 90; W-09: 120 → 180 participants are 50 % more."""
    assert str(achieved(Goal(at=Decimal(50)), value(indicator("count"), decimals(*[1] * 45)))) == "90.00"
    more = indicator("ratio", over={"register": "daily_activity", "of": "minutes"}, times="100")
    assert value(more, decimals(180), decimals(120)) - 100 == 50


def test_vector_t30_days_without_leave_are_added_up_and_counted_in_a_row():
    """T30: 3, 10 and 28 days in a year, and 10 in a row."""
    for days in (3, 10, 28):
        assert value(indicator("sum"), decimals(*[1, 0] * days)) == days
    assert longest_run(decimals(*[1] * 9, 0, *[1] * 10, 0, 1)) == 10
    assert value(indicator("longest_run"), decimals(*[1] * 9, 0, *[1] * 10)) == 10


@pytest.mark.parametrize(
    ("more", "numbers", "over", "outcome", "expected"),
    [
        ({}, [], [1], "value", "0.00"),
        ({}, [1], [], "empty", None),
        ({}, [1], [0], "divided", None),
        ({"none": "zero"}, [1], [0], "divided", "0.00"),
        ({"none": "refuse"}, [1], [0], "divided", None),
        ({"floor": 4}, [1, 1, 1], [1, 1, 1], "few", None),
        ({"floor": 4, "none": "zero"}, [1, 1, 1], [1, 1, 1], "few", None),
        ({"floor": 3}, [1, 1, 1], [1, 1, 1], "value", "1.00"),
    ],
)
def test_where_there_is_nothing_or_too_little_the_outcome_is_as_declared(more, numbers, over, outcome, expected):
    """A survey with three answers is never a zero, whatever is declared for no answers at all."""
    one = indicator("ratio", over={"register": "daily_activity", "of": "minutes"}, **more)
    got = found(one, decimals(*numbers), decimals(*over))
    assert (got.outcome, None if got.value is None else str(got.value)) == (outcome, expected)
    assert refuses(one.definition, got.outcome) == (outcome != "value" and more.get("none") == "refuse")
    assert (got.why is None) == (outcome == "value")


def test_an_entry_without_the_number_is_left_out_or_counts_as_zero_as_declared():
    assert value(indicator("mean"), decimals(4, None, 2)) == 3
    assert value(indicator("mean", blank="zero"), decimals(4, None, 2)) == 2
    assert found(indicator("mean"), decimals(None)).outcome == "empty"


def test_of_a_unit_too_few_people_are_not_told_and_of_a_person_that_does_not_matter():
    one = indicator("mean", people=3)
    assert found(one, decimals(1, 2, 3, 4), people=2, of_unit=True).outcome == "few_people"
    assert found(one, decimals(1, 2, 3, 4), people=2).outcome == "value"
    assert found(one, decimals(1, 2, 3), people=3, of_unit=True).value == 2


@given(NUMBERS)
def test_sums_and_means_are_those_of_fractions_rounded_once(numbers):
    exact = sum((Fraction(each) for each in numbers), Fraction(0))
    for method, wanted in (("sum", exact), ("mean", exact / len(numbers))):
        got = value(indicator(method), numbers)
        halves = abs(wanted * 100) + Fraction(1, 2)
        assert abs(Fraction(got)) * 100 == halves.numerator // halves.denominator


@given(NUMBERS, st.integers(0, 100))
def test_a_percentile_lies_among_the_numbers_and_both_rules_agree_at_the_ends(numbers, percent):
    nearest, linear = (
        found(indicator("percentile", percentile=str(percent), rank=rank), numbers).exact
        for rank in ("nearest", "linear")
    )
    assert nearest in numbers and min(numbers) <= linear <= max(numbers)
    assert sum(each <= nearest for each in numbers) * 100 >= percent * len(numbers)
    assert (
        found(indicator("median"), numbers).exact
        == found(indicator("percentile", percentile="50", rank="linear"), numbers).exact
    )


@pytest.mark.parametrize(
    ("goal", "number", "expected"),
    [
        ({"at": 50}, "60", "120.00"),
        ({"at": 50, "cap": 110}, "60", "110"),
        ({"at": 14, "direction": "down"}, "7", "150.00"),
        ({"at": 14, "direction": "down"}, "30", "0.00"),
        ({"at": 60, "to": 120, "direction": "range"}, "90", "100.00"),
        ({"at": 60, "to": 120, "direction": "range"}, "30", "50.00"),
        ({"at": 60, "to": 120, "direction": "range"}, "150", "75.00"),
        ({"at": 0}, "3", None),
    ],
)
def test_how_far_a_goal_is_reached_depends_on_its_direction(goal, number, expected):
    numbers = {key: Decimal(each) if isinstance(each, int) else each for key, each in goal.items()}
    got = achieved(Goal(**numbers), Decimal(number))
    assert got == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("length", "first", "last"),
    [
        ("month", "2026-02-01", "2026-02-28"),
        ("quarter", "2026-01-01", "2026-03-31"),
        ("half_year", "2026-01-01", "2026-06-30"),
        ("year", "2026-01-01", "2026-12-31"),
        ("period", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_window_is_the_part_of_the_calendar_in_which_a_day_lies(length, first, last):
    assert days_of(Window(length=length), date(2026, 2, 17)) == Days(
        date.fromisoformat(first), date.fromisoformat(last)
    )


def test_other_windows_are_the_period_of_a_case_days_that_go_on_and_all_up_to_a_day():
    period = (date(2026, 4, 1), date(2026, 6, 30))
    assert days_of(Window(length="period"), DAY, period) == Days(*period)
    rolling = days_of(Window(length="rolling", days=30), date(2026, 3, 1))
    assert rolling == Days(date(2026, 1, 31), date(2026, 3, 1))
    assert days_of(Window(length="as_of"), DAY) == Days(None, DAY)
    assert before(Window(length="quarter"), Days(date(2026, 1, 1), date(2026, 3, 31))) == Days(
        date(2025, 10, 1), date(2025, 12, 31)
    )
    assert before(Window(length="as_of"), Days(None, DAY)) is None


def test_nothing_is_needed_of_an_entry_but_its_day_where_sums_are_enough():
    roads = {
        "sums": [("sum", {}), ("count", {}), ("mean", {"blank": "zero"})],
        "columns": [("mean", {}), ("median", {}), ("sum", {"when": "minutes > 60"}), ("count", {"verified": True})],
        "answers": [
            ("sum", {"when": "quantity > 3"}),
            ("sum", {"of": "quantity * 2"}),
            ("share", {"part": "quantity > 1"}),
        ],
    }
    for road, ones in roads.items():
        for method, more in ones:
            one = indicator(method, **more)
            assert one.road(one.above) == road, (method, more)


def test_no_records_are_taken_as_none():
    assert take(indicator("sum").above, [], "skip") == Taken()
