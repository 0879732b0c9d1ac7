"""Times of the day."""

from datetime import UTC, datetime, time
from decimal import Decimal

import pytest

from engine.core.expression import compile_expression
from engine.core.scope import within
from tests.core.tiny import problems
from tests.fields.judging import kind, refusal, value


@pytest.mark.parametrize("raw", ["08:30", "8.30", "0830", "08:30:00", " 8:30 ", time(8, 30)])
def test_a_time_is_read_as_people_write_it(raw):
    assert value("time", raw) == {"text": "08:30", "minutes": Decimal(510)}


@pytest.mark.parametrize("raw", ["24:00", "8", "8:60", "830", "08:30 PM", "٠٨:٣٠", "08:30:01"])
def test_what_is_no_time_is_refused(raw):
    assert refusal("time", raw) == "field.time.unreadable"


def test_a_time_outside_the_limits_is_refused():
    assert refusal("time", "07:29", earliest="07:30") == "field.time.too_early"
    assert refusal("time", "16:01", latest="16.00") == "field.time.too_late"
    assert refusal("time", 8) == "field.wrong_type"


def test_a_time_is_told_on_24_hours_in_both_languages():
    at = value("time", "23:05")
    assert (kind("time").format(at, "id"), kind("time").format(at, "en")) == ("23.05", "23:05")


def test_expressions_compare_minutes():
    scope = within({"x": kind("time").value_type()})
    late = compile_expression("x.minutes > 7 * 60 + 30 and x.text != '08:00'", scope)
    assert late.evaluate({"x": value("time", "07:31")}) is True


def test_a_cell_may_hold_a_time_or_a_moment():
    assert (
        kind("time").clean(kind("time").from_cell(datetime(2026, 1, 1, 8, 30, 12, tzinfo=UTC)), None)["text"] == "08:30"
    )


def test_limits_are_times_in_order():
    def wrong(**options):
        return problems({"forms": {"f": {"sections": {"s": {"fields": {"x": {"type": "time", **options}}}}}}})

    assert set(wrong(earliest="dawn").values()) == {"bind.not_a_time"}
    assert set(wrong(earliest="10:00", latest="9:00").values()) == {"bind.reversed"}
