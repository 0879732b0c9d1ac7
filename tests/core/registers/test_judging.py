"""An entry is judged by its form, its day, its span and its measures; what is wrong is said where it stands."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.calendar import MONDAY_TO_FRIDAY, Calendar, DayEntry
from engine.core.filling.fieldtype import FormFacts
from engine.core.many_entries import ManyEntries
from engine.core.messages import Text
from engine.core.reading.registering import bind_register
from engine.core.register import LARGEST, is_locked, judge, overlaps, scaled, unscaled, why_not_on
from tests.core.definitions import CATALOG, CODELISTS, CORPUS, read

WORKFLOWS = Path(__file__).parents[3] / "workflows"

TODAY = date(2026, 3, 10)
FACTS = FormFacts(TODAY, TODAY, TODAY)
DEFINITION = read((CORPUS / "valid/daily_activity.yaml").read_bytes())
REGISTER = bind_register(DEFINITION, CATALOG, CODELISTS).register
GOOD = {"name": "Melayani loket", "begun": "08:00", "ended": "10:30", "quantity": "12"}


def judged(day=TODAY, **changes):
    return judge(REGISTER, {**GOOD, **changes}, day, FACTS)


def test_a_good_entry_has_its_values_its_span_and_its_measures_in_millionths():
    entry = judged()
    assert entry.errors == {}
    assert entry.span == (480, 630)
    assert entry.measures == (150_000_000, 12_000_000)


def test_an_answer_that_was_not_given_gives_no_measure():
    assert judged(quantity="").measures == (150_000_000, None)


@pytest.mark.parametrize(
    ("changes", "path", "key"),
    [
        ({"day": TODAY + timedelta(days=1)}, "day", "register.future"),
        ({"day": TODAY - timedelta(days=8)}, "day", "register.too_old"),
        ({"ended": "08:00"}, "ended", "register.ends_before"),
        ({"ended": "07:59"}, "ended", "register.ends_before"),
        ({"name": ""}, "name", "field.required"),
        ({"quantity": "1" + "0" * 14}, "measures.items", "register.too_large"),
        ({"quantity": "100000000.000001"}, "measures.items", "register.too_large"),
        ({"quantity": "-100000001"}, "measures.items", "register.too_large"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(changes, path, key):
    """One by one, and among the thousands of a file or a program."""
    raw, day = {**GOOD, **changes}, changes.get("day", TODAY)
    for errors in (judged(**changes).errors, ManyEntries(REGISTER).judge(raw, day, TODAY)[0].errors):
        assert {where: message.key for where, message in errors.items()} == {path: key}


def test_the_first_and_the_last_day_are_taken():
    assert judged(day=TODAY - timedelta(days=7)).errors == {}
    assert why_not_on(DEFINITION, TODAY, TODAY) is None


def test_nothing_is_added_to_a_day_that_is_locked():
    days = DEFINITION.days.model_copy(update={"back": None, "lock": 3})
    locked = DEFINITION.model_copy(update={"days": days})
    assert why_not_on(locked, TODAY - timedelta(days=3), TODAY) is None
    assert why_not_on(locked, TODAY - timedelta(days=4), TODAY).key == "register.locked"


def test_what_takes_the_place_of_an_entry_is_judged_whole_on_a_day_for_which_none_is_made_any_more():
    day = TODAY - timedelta(days=8)
    entry = judge(REGISTER, GOOD, day, FACTS, corrects=True)
    assert (entry.errors, entry.span, entry.measures) == ({}, (480, 630), (150_000_000, 12_000_000))
    assert list(judge(REGISTER, {**GOOD, "name": ""}, day, FACTS, corrects=True).errors) == ["name"]


def test_an_entry_is_locked_after_its_last_day_for_corrections():
    assert not is_locked(DEFINITION, TODAY - timedelta(days=14), TODAY)
    assert is_locked(DEFINITION, TODAY - timedelta(days=15), TODAY)


SPANS = st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda pair: pair[0] < pair[1])


@given(SPANS, SPANS)
def test_two_spans_overlap_when_they_share_a_minute(one, other):
    shared = set(range(*one)) & set(range(*other))
    assert overlaps(one, other) == overlaps(other, one) == bool(shared)


def test_tens_of_thousands_of_the_largest_numbers_are_added_up_in_64_bits():
    assert judged(quantity="100000000").measures[1] == LARGEST
    assert 92_000 * LARGEST < 2**63
    assert judged(quantity="100000001").errors["measures.items"].params == {
        "found": Decimal(100_000_001), "most": Decimal(100_000_000),
    }  # fmt: skip


@given(st.decimals(-100_000_000, 100_000_000, places=6))
def test_a_number_of_six_decimals_comes_back_as_it_was(number):
    kept = scaled(number)
    assert kept is not None
    assert unscaled(kept) == number


def test_a_number_of_more_decimals_is_rounded_half_away_from_zero():
    assert scaled(Decimal("0.0000005")) == 1
    assert scaled(Decimal("-0.0000005")) == -1
    assert scaled(Decimal("0.00000049")) == 0


COMPLAINTS = bind_register(read((WORKFLOWS / "registers/complaints.yaml").read_bytes()), CATALOG, CODELISTS).register
ANSWERED = {"kind": "time", "words": "Lama.", "status": "answered", "answer": "Sudah."}
HOLIDAY = DayEntry(date(2026, 3, 9), "holiday", Text("Nyepi", "Nyepi"))
RECEIPT = Calendar(receipt_counts=True, days={HOLIDAY.day: HOLIDAY})


@pytest.mark.parametrize(
    ("day", "until", "calendar", "days"),
    [
        (date(2026, 3, 5), date(2026, 3, 10), MONDAY_TO_FRIDAY, 3),  # Thursday to Tuesday: Friday, Monday, Tuesday
        (date(2026, 3, 5), date(2026, 3, 10), Calendar(week=6), 4),
        (date(2026, 3, 5), date(2026, 3, 10), Calendar(days={HOLIDAY.day: HOLIDAY}), 2),
        (date(2026, 3, 5), date(2026, 3, 10), RECEIPT, 3),  # the day of receipt counts
        (date(2026, 3, 7), date(2026, 3, 9), RECEIPT, 0),  # received on a Saturday, answered on a holiday
        (date(2026, 3, 10), date(2026, 3, 10), MONDAY_TO_FRIDAY, 0),
    ],
)
def test_working_days_until_an_answer_are_counted_by_the_calendar_of_the_office(day, until, calendar, days):
    """One by one and among thousands alike."""
    raw = {**ANSWERED, "answered_on": until.isoformat()}
    place = [each.spec.key for each in COMPLAINTS.measures].index("response_working_days")
    one = judge(COMPLAINTS, raw, day, FormFacts(TODAY, day, day), calendar)
    many, _ = ManyEntries(COMPLAINTS).judge(raw, day, TODAY, calendar)
    assert one.errors == {} and one.measures == many.measures and one.measures[place] == days * 1_000_000
    waiting = judge(COMPLAINTS, {"kind": "time", "words": "Lama."}, day, FormFacts(TODAY, day, day), calendar)
    assert waiting.measures[place] is None


def test_an_answer_before_the_complaint_is_refused_at_its_date():
    raw = {**ANSWERED, "answered_on": "2026-03-04"}
    errors = judge(COMPLAINTS, raw, date(2026, 3, 5), FormFacts(TODAY, TODAY, TODAY)).errors
    assert {path: each.key for path, each in errors.items()} == {"answered_on": "register.until_before"}
