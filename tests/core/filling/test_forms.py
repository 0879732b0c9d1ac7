"""Judging answers: what is hidden, computed, required and checked; cleaning, keeping and reading back."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.errors import InvalidSubmission
from engine.core.filling import forms
from engine.core.messages import Message, Text
from tests.core.tiny import FACTS, form_of

PLAN = form_of(
    {
        "kind": {"type": "choice", "list": "colours", "required": True},
        "why": {"type": "text", "shown_when": "kind == 'red'", "required": True},
        "targets": {
            "type": "table",
            "required": True,
            "columns": {"result": {"type": "text", "required": True}, "weight": {"type": "percent"}},
        },
        "total": {"type": "computed", "value": "sum(targets.weight)"},
        "remark": {"type": "longtext", "required_when": "total < 100"},
        "ends": {"type": "date"},
        "starts": {"type": "date"},
    },
    checks={
        "order": {"when": "starts <= ends", "otherwise": {"id": "Terbalik.", "en": "Reversed."}, "fields": ["ends"]},
        "whole": {"when": "total <= 100", "otherwise": "Lebih dari 100."},
    },
)
GOOD = {
    "kind": "blue",
    "targets": [{"result": "A", "weight": "40"}, {"result": "B", "weight": "60"}],
}


def errors(**changes):
    judged = PLAN.judge({**GOOD, **changes}, FACTS)
    return {path: message.key for path, message in judged.errors.items()}


def test_good_answers_become_values_with_what_is_computed():
    values = forms.clean(PLAN, GOOD, FACTS)
    assert values == {
        "kind": "blue",
        "targets": [{"result": "A", "weight": Decimal(40)}, {"result": "B", "weight": Decimal(60)}],
        "total": Decimal(100),
        "remark": None,
        "ends": None,
        "starts": None,
    }


def test_a_field_that_is_not_shown_is_not_asked_and_its_answer_is_dropped():
    assert "why" not in forms.clean(PLAN, {**GOOD, "why": "smuggled"}, FACTS)
    assert errors(kind="red") == {"why": "field.required"}
    assert forms.clean(PLAN, {**GOOD, "kind": "red", "why": "Ya"}, FACTS)["why"] == "Ya"


def test_a_field_may_be_required_by_another():
    assert errors(targets=[{"result": "A", "weight": "40"}]) == {"remark": "field.required"}


def test_a_check_says_its_own_sentence_at_its_fields():
    judged = PLAN.judge({**GOOD, "starts": "2026-02-01", "ends": "2026-01-01"}, FACTS)
    assert judged.errors == {"ends": Message("submission.check", text=Text("Terbalik.", "Reversed."))}


def test_a_check_without_fields_stands_at_the_form():
    assert errors(targets=[{"result": "A", "weight": "100"}, {"result": "B", "weight": "1"}]) == {
        "checks.whole": "submission.check"
    }


def test_a_check_about_what_is_missing_is_silent():
    assert errors(starts="2026-02-01") == {}


def test_a_check_is_silent_about_answers_that_are_wrong_already():
    assert errors(starts="2026-02-01", ends="soon") == {"ends": "field.date.unreadable"}


def test_every_message_is_told_at_once():
    assert errors(kind="green", targets=[{"weight": "200"}], ends="soon", salary="1") == {
        "kind": "field.choice.unknown",
        "targets.0.weight": "field.number.too_large",
        "targets.0.result": "field.required",
        "remark": "field.required",
        "ends": "field.date.unreadable",
        "salary": "submission.unknown_field",
    }


def test_no_answers_at_all_are_judged_too():
    judged = PLAN.judge({}, FACTS)
    assert {path: message.key for path, message in judged.errors.items()} == {
        "kind": "field.required",
        "targets": "field.required",
        "remark": "field.required",
    }


@pytest.mark.parametrize("raw", [None, "x", 3, [], [("kind", "red")]])
def test_what_is_no_form_is_refused(raw):
    with pytest.raises(InvalidSubmission) as refused:
        forms.clean(PLAN, raw, FACTS)
    assert refused.value.errors == {"": Message("submission.not_a_form")}


def test_thousands_of_unknown_keys_give_a_few_messages():
    judged = PLAN.judge({**GOOD, **{f"k{number}": 1 for number in range(5000)}, "\ud800": 1, "x" * 5000: 1}, FACTS)
    assert 0 < len(judged.errors) <= 20
    assert all(len(path.encode()) <= 320 for path in judged.errors)


def test_a_key_that_cannot_be_written_is_refused_in_words_that_can():
    (message,) = PLAN.judge({**GOOD, "\ud800": 1}, FACTS).errors.values()
    str(message.params["name"]).encode()


def test_fields_are_judged_after_those_they_read_and_stand_in_the_order_of_the_document():
    form = form_of(
        {
            "late": {"type": "text", "shown_when": "sum_of_both > 2"},
            "sum_of_both": {"type": "computed", "value": "a + b"},
            "a": {"type": "number"},
            "b": {"type": "number", "shown_when": "a > 0"},
        }
    )
    assert form.judge({"a": "1", "b": "2", "late": "x"}, FACTS).values == {
        "late": "x",
        "sum_of_both": Decimal(3),
        "a": Decimal(1),
        "b": Decimal(2),
    }
    assert form.judge({"a": "0", "b": "9", "late": "x"}, FACTS).values == {"sum_of_both": None, "a": Decimal(0)}


def test_a_condition_that_cannot_be_computed_hides():
    form = form_of({"a": {"type": "number"}, "b": {"type": "text", "shown_when": "1 / a > 0"}})
    assert form.judge({"a": "0", "b": "x"}, FACTS).values == {"a": Decimal(0)}


def test_a_hidden_section_hides_its_fields():
    sections = {
        "one": {"fields": {"a": {"type": "number"}}},
        "two": {
            "shown_when": "a > 1",
            "fields": {"b": {"type": "text", "required": True}, "n": {"type": "note", "text": "x"}},
        },
    }
    form = form_of({}, sections=sections)
    assert form.judge({"a": "1", "b": "x"}, FACTS).visible == {"a"}
    assert form.judge({"a": "2"}, FACTS).visible == {"a", "b", "n"}
    assert set(form.judge({"a": "2"}, FACTS).errors) == {"b"}


def test_what_is_kept_is_read_back_alike():
    values = forms.clean(PLAN, {**GOOD, "starts": "2026-01-05"}, FACTS)
    body = forms.dump(PLAN, values)
    assert body["targets"][0] == {"result": "A", "weight": "40"}
    assert body["starts"] == "2026-01-05"
    assert forms.load(PLAN, body) == values


def test_a_calculation_of_huge_answers_is_refused_and_breaks_nothing():
    form = form_of({"a": {"type": "number"}, "b": {"type": "computed", "value": "a * a"}})
    assert form.judge({"a": "999999999999999"}, FACTS).errors["b"].key == "expression.out_of_range"


CONDITIONS = [
    "a > 10",
    "b == 'x'",
    "a is missing",
    "c == 'red'",
    "1 / a > 1",
    "today > period_start",
    "b is not missing",
]
RAW = st.dictionaries(
    st.sampled_from("abcdef"),
    st.sampled_from(["", "x", "12", "0", "red", "blue", None, 5, "1.250", ["red"]]),
    max_size=6,
)


@settings(max_examples=300)
@given(st.lists(st.sampled_from([None, *CONDITIONS]), min_size=3, max_size=3), RAW)
def test_hidden_answers_never_come_through_and_cleaning_twice_changes_nothing(shown, raw):
    form = form_of(
        {
            "a": {"type": "number"},
            "b": {"type": "text"},
            "c": {"type": "choice", "list": "colours"},
            **{
                key: {"type": kind, **({"shown_when": condition} if condition else {})}
                for key, kind, condition in zip("def", ("text", "number", "longtext"), shown, strict=True)
            },
        }
    )
    judged = form.judge(raw, FACTS)
    assert set(judged.values) == judged.visible
    for key, condition in zip("def", shown, strict=True):
        if condition is not None and key in judged.visible:
            question = form.questions[key]
            assert question.shown[0].evaluate({**FACTS.names(), **judged.values}) is True
    if not judged.errors:
        assert forms.clean(form, forms.dump(form, judged.values), FACTS) == judged.values
