"""Times and dates as they are stored."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.times import to_date, to_datetime, to_text, zone_name

MOMENTS = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001 (Hypothesis adds the zone)
    max_value=datetime(2999, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=7)), timezone(timedelta(hours=-3, minutes=-30))]),
)


@given(MOMENTS)
def test_a_time_comes_back_to_the_millisecond_in_utc(moment):
    back = to_datetime(to_text(moment))
    assert back.utcoffset() == timedelta(0)
    assert timedelta(0) <= moment - back < timedelta(milliseconds=1)


@given(MOMENTS, MOMENTS)
def test_the_order_of_texts_is_the_order_of_times(one, other):
    if one < other:
        assert to_text(one) <= to_text(other)


def test_a_time_is_always_of_one_width():
    assert to_text(datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=7)))) == "2026-03-02T02:00:00.000Z"


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        to_text(datetime(2026, 3, 2))  # noqa: DTZ001


def test_a_date_comes_back():
    assert to_date("2026-03-02") == date(2026, 3, 2)


def test_a_zone_is_called_as_people_call_it():
    zones = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "UTC")
    assert [zone_name(zone, date(2026, 3, 2)) for zone in zones] == ["WIB", "WITA", "WIT", "UTC"]
