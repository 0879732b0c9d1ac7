"""Figures with units and targets: what an answer needs, when a target is met, how both are worded."""

from decimal import Decimal

import pytest

from engine.core.expression import compile_expression
from engine.core.scope import within
from tests.core.tiny import problems
from tests.fields.judging import kind, refusal, value

UNITS = [{"key": "document", "label": {"id": "dokumen", "en": "documents"}}, {"key": "percent", "label": "%"}]
OWN = {"unit": "%", "direction": "higher", "target_from": "80", "target_to": "90"}
ASKED = {"choices": UNITS, "asks": "both"}


def test_a_figure_in_the_unit_of_the_field_is_a_figure_alone():
    assert value("unit_value", "12", unit="hari")["value"] == 12
    assert kind("unit_value", unit={"id": "hari", "en": "days"}).format(value("unit_value", 12, unit="hari"), "en")
    found = kind("unit_value", unit={"id": "hari", "en": "days"})
    assert found.format(found.clean("12", None), "id") == "12 hari"
    assert found.format(found.clean("12,5", None), "en") == "12.5 days"
    assert found.cell(found.clean("12", None)) == Decimal(12)


@pytest.mark.parametrize(("figure", "met"), [("79", False), ("80", True), ("95", True)])
def test_a_target_of_the_field_is_met_by_what_lies_on_its_better_side(figure, met):
    assert value("unit_value", figure, **OWN)["met"] is met


@pytest.mark.parametrize(
    ("direction", "figure", "met"),
    [
        *(("higher", "1", False), ("higher", "2", True), ("higher", "9", True)),
        *(("lower", "1", True), ("lower", "5", True), ("lower", "6", False)),
        *(("range", "1", False), ("range", "2", True), ("range", "5", True), ("range", "6", False)),
    ],
)
def test_a_direction_says_which_end_of_a_range_counts(direction, figure, met):
    raw = {"value": figure, "unit": "document", "target_from": "2", "target_to": "5", "direction": direction}
    assert value("unit_value", raw, **ASKED)["met"] is met


def test_without_a_value_it_is_not_known_whether_a_target_is_met():
    raw = {"unit": "document", "target_from": "2", "direction": "higher"}
    assert value("unit_value", raw, choices=UNITS, asks="target")["met"] is None
    assert value("unit_value", "3", unit="hari")["met"] is None


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ({"unit": "document"}, "field.unit_value.no_value"),
        ({"value": "3"}, "field.unit_value.no_unit"),
        ({"value": "3", "unit": "document"}, "field.unit_value.no_direction"),
        ({"value": "3", "unit": "document", "direction": "higher"}, "field.unit_value.no_target_higher"),
        (
            {"value": "3", "unit": "document", "direction": "lower", "target_from": "2"},
            "field.unit_value.no_target_lower",
        ),
        (
            {"value": "3", "unit": "document", "direction": "range", "target_from": "2"},
            "field.unit_value.no_target_range",
        ),
        (
            {"value": "3", "unit": "document", "direction": "range", "target_from": "5", "target_to": "2"},
            "field.unit_value.reversed",
        ),
        ({"value": "3", "unit": "metre"}, "field.choice.unknown"),
        ({"value": "3", "unit": "document", "direction": "sideways"}, "field.choice.unknown"),
        ({"value": "3", "colour": "red"}, "field.unknown_part"),
        (["3"], "field.wrong_type"),
    ],
)
def test_an_answer_that_lacks_a_part_is_refused_with_its_reason(raw, key):
    assert refusal("unit_value", raw, **ASKED) == key


def test_a_target_is_worded_with_its_direction_in_both_languages():
    found = kind("unit_value", **OWN)
    answer = found.clean("85", None)
    assert found.format(answer, "id") == "85% (target 80–90%, makin tinggi makin baik)"
    assert found.format(answer, "en") == "85% (target 80–90%, higher is better)"
    assert found.own_target.say("en") == "80–90%, higher is better"
    asked = kind("unit_value", choices=UNITS, asks="target")
    one = asked.clean({"unit": "document", "target_to": "2", "direction": "lower"}, None)
    assert asked.format(one, "id") == "≤ 2 dokumen, makin rendah makin baik"
    assert asked.clean(asked.cell(one), None) == one


def test_expressions_read_the_parts():
    found = kind("unit_value", **OWN)
    names = {"x": found.clean("85", None)}
    scope = within({"x": found.value_type()})
    assert compile_expression("x.value - x.target_from", scope).evaluate(names) == 5
    assert compile_expression("x.met and x.unit == '%' and x.direction == 'higher'", scope).evaluate(names) is True
    assert compile_expression("x.value is missing", scope).evaluate({"x": None}) is True


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({}, "bind.no_items"),
        ({"unit": "%", "choices": UNITS}, "bind.two_sources"),
        ({"unit": "%", "target_from": "80"}, "bind.target_and_direction"),
        ({"unit": "%", "target_from": "80", "direction": "lower"}, "bind.target_and_direction"),
        ({"unit": "%", "target_from": "80", "direction": "higher", "asks": "both"}, "bind.target_twice"),
        ({"unit": "%", "target_from": "90", "target_to": "80", "direction": "range"}, "bind.reversed"),
    ],
)
def test_options_that_contradict_each_other_are_refused(options, key):
    document = {"forms": {"f": {"sections": {"s": {"fields": {"x": {"type": "unit_value", **options}}}}}}}
    assert set(problems(document).values()) == {key}


def test_a_row_in_which_no_part_was_written_is_dropped():
    columns = [{"key": "target", "type": "unit_value", **ASKED}, {"key": "note", "type": "text"}]
    rows = [{"target": {"value": " ", "unit": "", "target_from": None}, "note": ""}, {"note": "ada"}]
    assert len(value("table", rows, columns=columns)) == 1
