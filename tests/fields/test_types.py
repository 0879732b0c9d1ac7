"""What each field type says for itself, beside the contract that all keep."""

from datetime import date
from decimal import Decimal

import pytest

from engine.core.expression import NUMBER, TEXT
from tests.core.tiny import FACTS, form_of
from tests.fields.strategies import ITEMS, LEVELS


def judged(kind, raw, **options):
    return form_of({"x": {"type": kind, **options}}).judge({"x": raw}, FACTS)


def refusal(kind, raw, **options):
    """Path → key of the messages about one answer."""
    return {path: message.key for path, message in judged(kind, raw, **options).errors.items()}


REFUSALS = [
    ("text", "a" * 501, {}, "field.too_long"),
    ("text", "ab", {"min_length": 3}, "field.too_short"),
    ("text", "dua\nbaris", {}, "field.forbidden_character"),
    ("text", "nama\u202egnp", {}, "field.forbidden_character"),
    ("text", "\ud800", {}, "field.forbidden_character"),
    ("text", {"a": 1}, {}, "field.wrong_type"),
    ("longtext", "nul\x00", {}, "field.forbidden_character"),
    ("number", "3", {"minimum": "4"}, "field.number.too_small"),
    ("number", "12,55", {"places": 1}, "field.number.places"),
    ("percent", "100,5", {}, "field.number.too_large"),
    ("percent", "-1", {}, "field.number.too_small"),
    ("choice", "sometimes", {"choices": ITEMS}, "field.choice.unknown"),
    ("choice", ["above"], {"choices": ITEMS}, "field.wrong_type"),
    ("choices", ["above", "never"], {"choices": ITEMS}, "field.choice.unknown"),
    ("choices", ["above"], {"choices": ITEMS, "at_least": 2}, "field.choices.too_few"),
    ("choices", ["above", "below"], {"choices": ITEMS, "at_most": 1}, "field.choices.too_many"),
    ("choices", {"above": True}, {"choices": ITEMS}, "field.wrong_type"),
    ("scale", "6", {"levels": LEVELS}, "field.choice.unknown"),
    ("date", "2026-02-30", {}, "field.date.unreadable"),
    ("date", "20260101", {}, "field.date.unreadable"),
    ("date", "1/13/2026", {}, "field.date.unreadable"),
    ("date", "1815-01-01", {}, "field.date.out_of_range"),
    ("date", "2025-12-31", {"earliest": "period_start"}, "field.date.too_early"),
    ("date", "2026-03-03", {"latest": "today"}, "field.date.too_late"),
    ("date", "2026-07-02", {"latest": "2026-07-01"}, "field.date.too_late"),
]


@pytest.mark.parametrize(("kind", "raw", "options", "key"), REFUSALS)
def test_an_answer_that_does_not_fit_is_refused_with_its_reason(kind, raw, options, key):
    assert refusal(kind, raw, **options) == {"x": key}


def test_text_is_trimmed_and_composed():
    assert judged("text", "  cafe\u0301 ").values["x"] == "caf\u00e9"


def test_paragraphs_keep_their_line_breaks_in_one_spelling():
    assert judged("longtext", "satu\r\ndua\rtiga").values["x"] == "satu\ndua\ntiga"


def test_a_percent_sign_may_be_typed():
    assert judged("percent", "12,5 %").values["x"] == Decimal("12.5")


def test_choices_stand_in_the_order_of_the_document_each_once():
    assert judged("choices", ["below", "above", "below"], choices=ITEMS).values["x"] == ("above", "below")


def test_a_scale_counts_when_every_level_has_a_value_and_names_otherwise():
    counted = form_of({"x": {"type": "scale", "levels": LEVELS}}).questions["x"].type
    named = form_of({"x": {"type": "scale", "list": "colours"}}).questions["x"].type
    assert (counted.value_type(), named.value_type()) == (NUMBER, TEXT)
    assert counted.clean(4, FACTS) == Decimal(4)
    assert named.format(named.clean("red", FACTS), "en") == "Red"
    assert [each.key for each in counted.items] == ["1", "2", "3", "4", "5"]


def test_a_day_may_be_written_day_first_as_it_is_here():
    assert judged("date", "3/4/2026").values["x"] == date(2026, 4, 3)


def test_a_day_is_worded_in_both_languages():
    kind = form_of({"x": {"type": "date"}}).questions["x"].type
    assert kind.format(date(2026, 8, 17), "id") == "17 Agustus 2026"
    assert kind.format(date(2026, 8, 17), "en") == "17 August 2026"


COLUMNS = [
    {"key": "result", "type": "text", "required": True},
    {"key": "weight", "type": "percent"},
    {"key": "points", "type": "computed", "value": "weight * 2"},
]


def test_rows_in_which_nothing_is_written_are_dropped():
    rows = [{"result": " ", "weight": ""}, {"result": "A", "weight": "5"}, {}, {"points": "7"}]
    found = judged("table", rows, columns=COLUMNS)
    assert (found.errors, found.values["x"]) == ({}, [{"result": "A", "weight": Decimal(5), "points": Decimal(10)}])


def test_messages_name_the_row_as_it_was_sent():
    rows = [{}, {"result": "A", "weight": "500"}, {"weight": "5"}, "row", {"result": "B", "salary": "1"}]
    assert refusal("table", rows, columns=COLUMNS) == {
        "x.1.weight": "field.number.too_large",
        "x.2.result": "field.required",
        "x.3": "submission.not_a_form",
        "x.4.salary": "submission.unknown_field",
    }


def test_rows_are_counted_after_blank_ones_are_gone():
    assert refusal("table", [{}, {}], columns=COLUMNS, min_rows=1) == {"x": "field.table.too_few"}
    assert refusal("table", [{"result": "A"}] * 3, columns=COLUMNS, max_rows=2) == {"x": "field.table.too_many"}
    assert refusal("table", [{}] * 5000, columns=COLUMNS) == {"x": "field.table.too_many"}


def test_a_row_of_which_only_hidden_cells_were_filled_says_nothing():
    columns = [{"key": "a", "type": "text"}, {"key": "b", "type": "text", "shown_when": "a == 'yes'"}]
    assert judged("table", [{"b": "secret"}], columns=columns).values["x"] == []


def test_a_computed_number_is_rounded_half_up_and_not_taken_from_outside():
    form = form_of({"a": {"type": "number"}, "x": {"type": "computed", "value": "a / 8", "places": 2}})
    assert form.judge({"a": "1", "x": "99"}, FACTS).values == {"a": Decimal(1), "x": Decimal("0.13")}


@pytest.mark.parametrize(("unit", "said"), [("%", "100%"), ("orang", "100 orang"), (None, "100")])
def test_a_computed_number_is_worded_with_its_unit(unit, said):
    options = {} if unit is None else {"unit": unit}
    form = form_of({"x": {"type": "computed", "value": "100", **options}})
    assert form.types["x"].format(Decimal(100), "id") == said


def test_a_computed_number_that_has_no_value_is_an_error_at_its_place():
    form = form_of({"a": {"type": "number"}, "x": {"type": "computed", "value": "1 / a"}})
    assert form.judge({"a": "0"}, FACTS).errors["x"].key == "expression.division_by_zero"
    assert form.judge({}, FACTS).values["x"] is None


def test_a_note_is_read_and_never_answered():
    form = form_of({"x": {"type": "note", "text": {"id": "Baca", "en": "Read"}}})
    assert form.judge({}, FACTS).visible == {"x"}
    assert form.judge({}, FACTS).values == {}
    assert form.questions["x"].type.text.say("en") == "Read"
