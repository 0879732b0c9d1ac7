"""What person, unit, ranking, matrix and dated items say for themselves, beside the contract that all types keep."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.core.case import Signing
from engine.core.definition import CodeList
from engine.core.errors import InvalidSubmission
from engine.core.expression import NUMBER, TEXT
from engine.core.filling.signed import signed
from engine.core.messages import Message, Text
from engine.core.reading.lint import lint
from tests.core.tiny import BUDI, CLINIC, FACTS, NOW, SITI, bound, form_of, problems, workflow
from tests.fields.strategies import ITEMS, LEVELS

RUBRIC = {"type": "matrix", "criteria": ITEMS[:2], "levels": LEVELS}


def judged(kind, raw, facts=FACTS, **options):
    return form_of({"x": {"type": kind, **options}}).judge({"x": raw}, facts)


def refusal(kind, raw, **options):
    return {path: message.key for path, message in judged(kind, raw, **options).errors.items()}


REFUSALS = [
    ("person", "z" * 26, {}, {"x": "field.person.unknown"}),
    ("person", BUDI, {"within": "unit"}, {"x": "field.person.unknown"}),
    ("person", BUDI, {"role": "employee"}, {"x": "field.person.unknown"}),
    ("person", CLINIC, {}, {"x": "field.person.unknown"}),
    ("person", [SITI], {}, {"x": "field.wrong_type"}),
    ("unit", SITI, {}, {"x": "field.unit.unknown"}),
    ("ranking", {"above": "1", "expected": "2"}, {"choices": ITEMS}, {"x": "field.ranking.missing"}),
    ("ranking", {"above": "9"}, {"choices": ITEMS}, {"x": "field.ranking.outside"}),
    ("ranking", {"above": "one"}, {"choices": ITEMS}, {"x": "field.number.unreadable"}),
    ("ranking", ["above", "above"], {"choices": ITEMS}, {"x": "field.ranking.twice"}),
    ("ranking", ["above"] * 50, {"choices": ITEMS}, {"x": "field.ranking.twice"}),
    ("ranking", ["never"], {"choices": ITEMS}, {"x": "field.choice.unknown"}),
    ("matrix", {"above": "1"}, RUBRIC, {"x.expected": "field.matrix.unmarked"}),
    ("matrix", {"above": "6", "expected": "1"}, RUBRIC, {"x.above": "field.choice.unknown"}),
    ("matrix", {"above": ["1"], "expected": "1"}, RUBRIC, {"x.above": "field.wrong_type"}),
    ("matrix", {"salary": "1"}, RUBRIC, {"x": "field.unknown_part"}),
    ("matrix", [1, 2], RUBRIC, {"x": "field.wrong_type"}),
]


@pytest.mark.parametrize(("kind", "raw", "options", "errors"), REFUSALS)
def test_an_answer_that_does_not_fit_is_refused_at_its_place(kind, raw, options, errors):
    assert refusal(kind, raw, **{name: value for name, value in options.items() if name != "type"}) == errors


def test_a_tie_is_told_by_the_names_of_those_who_share_the_place():
    message = judged("ranking", {"above": "1", "expected": "1", "below": "2"}, choices=ITEMS).errors["x"]
    assert message == Message("field.ranking.tie", place=1, items=(Text("Di atas", "Above"), Text("Sesuai", "Sesuai")))


def test_a_ranking_is_taken_as_places_or_in_order_and_only_as_far_as_places_are_given():
    places = {"below": "1", "above": "2", "expected": ""}
    assert judged("ranking", places, choices=ITEMS, top=2).values["x"] == ("below", "above")
    assert judged("ranking", ["below", "above", "expected"], choices=ITEMS).values["x"] == (
        "below",
        "above",
        "expected",
    )


def test_what_a_person_field_keeps_is_who_it_was_and_not_what_was_sent_along():
    kept = judged("person", {"ref": SITI, "label": "<b>", "detail": "Direktur"}).values["x"]
    assert kept == {"ref": SITI, "label": "Siti Aminah", "detail": "Bidan, Puskesmas"}
    assert (
        form_of({"x": {"type": "person"}}).questions["x"].type.cell(kept) == f"Siti Aminah, Bidan, Puskesmas [{SITI}]"
    )


def test_a_matrix_counts_in_expressions_when_its_levels_do():
    fields = {"x": RUBRIC, "y": {"type": "computed", "value": "x.above + x.expected"}}
    form = form_of(fields)
    assert form.judge({"x": {"above": "5", "expected": 2}}, FACTS).values["y"] == Decimal(7)
    assert form.judge({}, FACTS).values == {"x": None, "y": None}
    named = form_of({"x": {"type": "matrix", "criteria": ITEMS, "list": "colours"}}).questions["x"].type
    assert set(named.value_type().fields.values()) == {TEXT}


def test_a_partial_matrix_keeps_what_was_not_marked_as_missing():
    kept = judged("matrix", {"above": "1", "expected": ""}, criteria=ITEMS[:2], levels=LEVELS, partial=True).values["x"]
    assert kept == {"above": Decimal(1), "expected": None}


def test_who_is_named_in_a_form_is_found_in_its_tables_too():
    fields = {
        "boss": {"type": "person"},
        "plain": {"type": "text"},
        "team": {"type": "table", "columns": {"who": {"type": "person"}, "at": {"type": "unit"}}},
    }
    raw = {"boss": SITI, "plain": BUDI, "team": [{"who": f" {BUDI} ", "at": CLINIC}, {"who": "x"}, "row", {"who": 7}]}
    found = set(form_of(fields).questions.names(raw))
    assert found == {("person", SITI), ("person", BUDI), ("unit", CLINIC)}


DATED = [
    {"key": "old", "label": "Lama", "until": "2026-01-01"},
    {"key": "now", "label": "Kini", "from": "2026-12-31"},
    {"key": "new", "label": "Baru", "from": "2027-01-01"},
]


@pytest.mark.parametrize("kind", ["choice", "choices", "ranking", "scale"])
def test_an_item_is_offered_in_the_cases_whose_period_it_touches(kind):
    name = "levels" if kind == "scale" else "choices"
    form = form_of({"x": {"type": kind, name: DATED}})
    offered = [item.key for item in form.questions["x"].type.offered(FACTS)]
    before = replace(FACTS, period_start=date(2025, 1, 1), period_end=date(2025, 12, 31))
    assert offered == ["now"]
    assert [item.key for item in form.questions["x"].type.offered(before)] == ["old"]
    many = kind in ("choices", "ranking")
    raw = ["new"] if many else "new"
    assert form.judge({"x": raw}, FACTS).errors["x"] == Message("field.choice.not_in_force", item=Text("Baru", "Baru"))
    assert form.judge({"x": ["old"] if many else "old"}, before).errors == {}
    assert form.judge({"x": ["old"] if many else "old"}, replace(before, today=date(2030, 1, 1))).errors == {}


def test_the_criteria_and_levels_of_a_matrix_hold_for_a_time_too():
    kind = form_of({"x": {"type": "matrix", "criteria": DATED, "levels": DATED}}).questions["x"].type
    assert [[item.key for item in found] for found in (kind.offered(FACTS), kind.levels_for(FACTS))] == [["now"]] * 2
    assert kind.clean({"now": "now"}, FACTS) == {"now": "now"}


COUNTED = CodeList.model_validate_json(
    '{"kind": "codelist", "format": 1, "key": "counted", "name": "Tingkat", "items": ['
    '{"key": "low", "label": "Rendah", "value": "1"}, {"key": "high", "label": "Tinggi", "value": "2.5"}]}'
)


def test_the_levels_of_a_code_list_count_when_every_item_has_a_value():
    document = {"forms": {"f": {"sections": {"s": {"fields": {"x": {"type": "scale", "list": "counted"}}}}}}}
    kind = workflow(document, {"counted": COUNTED}).forms["f"].questions["x"].type
    assert kind.value_type() == NUMBER and kind.clean("2.5", FACTS) == Decimal("2.5")
    assert kind.format(Decimal(1), "id") == "Rendah"


def test_an_item_that_never_holds_is_found():
    items = [{"key": "a", "label": "A", "from": "2026-01-01", "until": "2026-01-01"}]
    found = lint(CodeList.model_validate({**COUNTED.model_dump(), "name": "x", "items": items}, strict=False))
    assert [(each.path, each.message.key) for each in found] == [("items.a.until", "lint.never_in_force")]


WRONG_OPTIONS = [
    ({"type": "person", "role": "nobody"}, "role", "bind.no_such_role"),
    ({"type": "person", "role": "employee", "within": "unit"}, "within", "bind.role_or_within"),
    ({"type": "ranking", "choices": ITEMS, "top": 4}, "top", "bind.reversed"),
    ({"type": "ranking"}, "choices", "bind.no_items"),
    ({"type": "matrix", "levels": LEVELS}, "criteria", "bind.no_items"),
    (
        {"type": "matrix", "criteria": ITEMS, "criteria_list": "colours", "levels": LEVELS},
        "criteria_list",
        "bind.two_sources",
    ),
    ({**RUBRIC, "descriptions": {"salary": {"1": "x"}}}, "descriptions", "bind.no_criterion"),
    ({**RUBRIC, "descriptions": {"above": {"9": "x"}}}, "descriptions", "bind.no_level"),
]


@pytest.mark.parametrize(("field", "option", "key"), WRONG_OPTIONS)
def test_options_that_do_not_fit_together_are_told_at_publishing(field, option, key):
    found = problems({"forms": {"f": {"sections": {"s": {"fields": {"x": field}}}}}})
    assert found == {f"forms.f.sections.s.fields.x.{option}": key}


def test_a_signature_is_no_column():
    table = {"type": "table", "columns": {"ok": {"type": "signature"}}}
    found = bound({"forms": {"f": {"sections": {"s": {"fields": {"x": table}}}}}}).problems
    assert [each.message.key for each in found] == ["bind.nested_signature"]


SIGNED = {"a": {"type": "number"}, "sum": {"type": "computed", "value": "a * 2"}, "ok": {"type": "signature"}}
PROOF = Signing("p1", "Siti", "password")


def test_a_signature_is_bound_to_every_other_answer():
    form = form_of(SIGNED)
    one, other = (signed(form, form.judge({"a": raw}, FACTS), PROOF, NOW)["ok"] for raw in ("1", "2"))
    assert one["answers"] != other["answers"] and {**one, "answers": ""} == {**other, "answers": ""}
    assert one["by"] == "p1" and one["at"] == NOW.isoformat(timespec="seconds")


def test_a_signature_that_is_not_asked_is_not_given_and_one_that_is_must_be():
    form = form_of({**SIGNED, "ok": {"type": "signature", "shown_when": "a > 5"}})
    few, many = (form.judge({"a": raw}, FACTS) for raw in ("1", "9"))
    assert "ok" not in signed(form, few, None, NOW)
    with pytest.raises(InvalidSubmission):
        signed(form, many, None, NOW)
    assert form.judge({"a": "9", "ok": {"by": "p9"}}, FACTS).values["ok"] is None
