"""An indicator chosen from the catalog: what is kept, what it gives to the questions beside it, what is refused."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.core.messages import Text
from engine.core.reading.lint import lint
from tests.core.tiny import FACTS, definition, form_of, problems

COLUMNS = {
    "which": {"type": "indicator", "required": True, "name_in": "title", "unit_in": "unit", "target_in": "target"},
    "title": {"type": "text"},
    "unit": {"type": "text"},
    "target": {"type": "number", "required": True},
}
PLAN = {"rows": {"type": "table", "columns": COLUMNS}}


def test_what_is_kept_is_the_indicator_as_it_is_in_the_catalog_and_not_what_was_sent_along():
    kept = form_of({"x": {"type": "indicator"}}).judge({"x": {"ref": "presence", "target": "1", "unit": "<b>"}}, FACTS)
    assert kept.values["x"] == {
        "ref": "presence",
        "label": "Kehadiran",
        "label_en": "Attendance",
        "unit": "%",
        "unit_en": "%",
        "digest": "",
        "target": Decimal("95.5"),
    }


def test_what_is_not_offered_is_refused():
    judged = form_of({"x": {"type": "indicator"}}).judge({"x": "turnover"}, FACTS)
    assert judged.errors["x"].key == "field.indicator.unknown"
    nobody = replace(FACTS, named={})
    assert form_of({"x": {"type": "indicator"}}).judge({"x": "presence"}, nobody).errors["x"].key.endswith("unknown")


def test_what_is_offered_comes_by_name():
    kind = form_of({"x": {"type": "indicator"}}).questions["x"].type
    assert [(each.key, each.label) for each in kind.offered(FACTS)] == [
        ("presence", Text("Kehadiran", "Attendance")),
        ("sales", Text("Penjualan", "Penjualan")),
    ]


def test_a_form_that_lets_one_be_chosen_asks_for_all_before_anything_is_answered():
    assert set(form_of(PLAN).questions.names({})) == {("indicator", "*")}


def test_a_row_begins_with_name_unit_and_goal_of_what_was_chosen_and_keeps_what_was_written():
    raw = {"rows": [{"which": "presence"}, {"which": "presence", "target": "80", "unit": "persen"}, {"which": "sales"}]}
    judged = form_of(PLAN).judge(raw, FACTS)
    first, second, _ = judged.values["rows"]
    assert (first["title"], first["unit"], first["target"]) == ("Kehadiran", "%", Decimal("95.5"))
    assert (second["title"], second["unit"], second["target"]) == ("Kehadiran", "persen", Decimal(80))
    assert {path: each.key for path, each in judged.errors.items()} == {"rows.2.target": "field.required"}


def test_formulas_read_the_goal_and_the_key():
    fields = {"x": {"type": "indicator"}, "y": {"type": "computed", "value": "x.target * 2"}}
    form = form_of({**fields, "z": {"type": "text", "shown_when": "x.ref == 'presence'"}})
    judged = form.judge({"x": "presence", "z": "ya"}, FACTS)
    assert (judged.values["y"], judged.values["z"]) == (Decimal(191), "ya")


@pytest.mark.parametrize(("target", "key"), [("nowhere", "bind.no_such_beside"), ("day", "bind.beside_takes_no_words")])
def test_what_is_filled_in_beside_it_must_be_there_and_take_words(target, key):
    fields = {"x": {"type": "indicator", "target_in": target}, "day": {"type": "date"}}
    found = problems({"forms": {"f": {"sections": {"s": {"fields": fields}}}}})
    assert found == {"forms.f.sections.s.fields.x.target_in": key}


def test_a_cell_of_a_spreadsheet_finds_its_way_back():
    kind = form_of({"x": {"type": "indicator"}}).questions["x"].type
    kept = kind.clean("presence", FACTS)
    assert kind.from_cell(kind.cell(kept)) == "presence"
    assert kind.load(kind.dump(kept)) == kept


def test_where_no_case_is_about_a_person_no_indicator_can_be_chosen():
    document = {"subject": "unit", "forms": {"f": {"sections": {"s": {"fields": PLAN}}}}}
    found = {each.path: each.message.key for each in lint(definition(document))}
    assert found["forms.f.sections.s.fields.rows"] == "lint.indicator_of_nobody"
