"""Periods: both days included for people, half-open inside."""

from datetime import date

import pytest

from engine.core.expression import compile_expression
from engine.core.scope import within
from tests.core.tiny import problems
from tests.fields.judging import kind, refusal, value

QUARTER = {"start": "2026-01-01", "end": "31/3/2026"}


@pytest.mark.parametrize(
    "raw",
    [
        QUARTER,
        {"start": date(2026, 1, 1), "until": "2026-04-01"},
        "2026-01-01/2026-03-31",
        "1/1/2026 s.d. 31/3/2026",
        "01/01/2026 – 31/03/2026",
        "1-1-2026/31-3-2026",
    ],
)
def test_a_period_is_kept_half_open_however_it_was_written(raw):
    found = value("period", raw)
    assert (found["start"], found["end"], found["until"]) == (date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1))
    assert found["days"] == 90
    assert kind("period").dump(found) == {"start": "2026-01-01", "until": "2026-04-01"}
    assert kind("period").typed(found, "id") == {"start": "2026-01-01", "end": "2026-03-31"}


def test_the_last_day_that_a_date_may_have_can_end_a_period():
    found = value("period", {"start": "2200-12-31", "end": "2200-12-31"})
    assert kind("period").clean(kind("period").dump(found), None) == found


@pytest.mark.parametrize(
    ("raw", "options", "key"),
    [
        ({"start": "2026-01-01"}, {}, "field.period.incomplete"),
        ({"end": "2026-01-01"}, {}, "field.period.incomplete"),
        ({"start": "2026-02-01", "end": "2026-01-31"}, {}, "field.period.reversed"),
        ({"start": "2026-02-30", "end": "2026-03-01"}, {}, "field.date.unreadable"),
        ({"start": "2025-12-31", "end": "2026-01-31"}, {"in_period": True}, "field.period.outside"),
        ({"start": "2026-12-01", "end": "2027-01-01"}, {"in_period": True}, "field.period.outside"),
        ({"start": "2026-01-31", "end": "2026-02-01"}, {"earliest": "2026-02-01"}, "field.date.too_early"),
        ({"start": "2026-03-01", "end": "2026-03-03"}, {"latest": "today"}, "field.date.too_late"),
        (QUARTER, {"max_days": 89}, "field.period.too_long"),
        (QUARTER, {"min_days": 91}, "field.period.too_short"),
        ("kuartal pertama", {}, "field.period.unreadable"),
        ({"from": "2026-01-01"}, {}, "field.unknown_part"),
        (7, {}, "field.wrong_type"),
    ],
)
def test_a_period_that_does_not_fit_is_refused_with_its_reason(raw, options, key):
    assert refusal("period", raw, **options) == key


@pytest.mark.parametrize(
    ("start", "end", "indonesian", "english"),
    [
        ("2026-08-17", "2026-08-17", "17 Agustus 2026", "17 August 2026"),
        ("2026-08-01", "2026-08-17", "1–17 Agustus 2026", "1–17 August 2026"),
        ("2026-01-01", "2026-03-31", "1 Januari – 31 Maret 2026", "1 January – 31 March 2026"),
        ("2025-12-31", "2026-01-01", "31 Desember 2025 – 1 Januari 2026", "31 December 2025 – 1 January 2026"),
    ],
)
def test_a_period_is_worded_with_both_days_included(start, end, indonesian, english):
    found = value("period", {"start": start, "end": end})
    assert (kind("period").format(found, "id"), kind("period").format(found, "en")) == (indonesian, english)


def test_expressions_read_its_days():
    names = {"x": value("period", QUARTER)}
    scope = within({"x": kind("period").value_type()})
    assert compile_expression("x.start < date('2026-01-02') and x.days == 90", scope).evaluate(names) is True


def test_limits_are_days_in_order():
    def wrong(**options):
        return problems({"forms": {"f": {"sections": {"s": {"fields": {"x": {"type": "period", **options}}}}}}})

    assert set(wrong(earliest="tomorrow").values()) == {"bind.not_a_day"}
    assert set(wrong(min_days=5, max_days=2).values()) == {"bind.reversed"}
