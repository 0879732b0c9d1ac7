"""Forms of a definition on a page: every type is drawn, messages find their control, totals and conditions show."""

import pytest
from werkzeug.datastructures import MultiDict

from engine.core.filling.formviews import to_fill, to_read
from engine.core.filling.sight import WHOLE
from engine.core.messages import Message, Text
from engine.web import forms, stencils
from engine.web.file_words import add_file_words
from tests.core import tiny
from tests.fields.strategies import ITEMS, KINDS

HOSTILE = "\"><script>alert(1)</script>{{ 1111*7 }}'"
EVERY = [(name, number) for name, kind in KINDS.items() for number in range(len(kind.examples))]
TABLE = {
    "targets": {
        "type": "table",
        "min_rows": 1,
        "columns": {"result": {"type": "longtext"}, "weight": {"type": "percent", "required": True}},
    },
    "total": {"type": "computed", "value": "sum(targets.weight)"},
    "late": {"type": "choice", "choices": ITEMS},
    "why": {"type": "text", "shown_when": 'late == "below"', "required": True},
}


@pytest.fixture
def page(site):
    forms.add_forms(site)
    add_file_words(site)
    with site.test_request_context("/", headers={"Host": "localhost"}):
        yield site


def filled(form, raw, errors=None):
    return forms.sheet(to_fill(form, raw, tiny.FACTS, errors or {}, as_typed=True, sight=WHOLE), "id")


def controls(sheet):
    return {control.key: control for control in sheet.controls()}


def test_there_is_an_example_of_every_type():
    assert set(KINDS) == set(tiny.CATALOG.names("field"))


@pytest.mark.parametrize(("kind", "number"), EVERY)
def test_every_type_is_drawn_to_fill_alone_and_in_a_row_and_to_read(page, kind, number):
    options, _ = KINDS[kind].examples[number]
    label = {"id": f"Pertanyaan {HOSTILE}", "en": "Question"}
    form = tiny.form_of({"q": {"type": kind, "label": label, "help": f"Bantuan {HOSTILE}", **options}})
    control = controls(filled(form, {"q": HOSTILE}, {"q": Message("field.required")}))["q"]
    for how in ("edit", "cell"):
        html = forms.draw(control, how)
        assert "<script" not in html and "7777" not in html
        if control.field.answered != "never":
            assert 'id="f-q"' in html and "Pertanyaan" in html and "Isian ini wajib diisi." in html
    values = form.judge({"q": HOSTILE}, tiny.FACTS).values
    for field in to_read(form, values, tiny.FACTS, WHOLE):
        assert "<script" not in forms.written(field, "id")


@pytest.mark.parametrize("kind", ["text", "longtext"])
def test_what_was_written_is_read_escaped(page, kind):
    form = tiny.form_of({"q": {"type": kind}})
    (field,) = to_read(form, {"q": HOSTILE}, tiny.FACTS, WHOLE)
    assert "&lt;script&gt;" in forms.written(field, "id")


def test_an_answer_that_is_not_there_is_written_as_nothing(page):
    form = tiny.form_of({"q": {"type": "longtext"}})
    (field,) = to_read(form, {"q": None}, tiny.FACTS, WHOLE)
    assert not forms.written(field, "id")


def test_a_sum_over_a_column_stands_in_the_foot_of_its_table(page):
    sheet = filled(tiny.form_of(TABLE), {"targets": [{"weight": "60"}, {"weight": "12,5"}]})
    found = controls(sheet)
    assert "total" not in found
    assert [(each.text, each.column) for each in found["targets"].totals] == [("72,5", "weight")]
    assert 'data-sum="weight" data-unit="%">72,5%</output>' in forms.draw(found["targets"])


def test_a_table_that_needs_a_row_offers_an_empty_one(page):
    (row,) = controls(filled(tiny.form_of(TABLE), {}))["targets"].rows
    assert [cell.name for cell in row] == ["targets-0-result", "targets-0-weight"]


def test_a_question_that_depends_on_another_comes_and_goes(page):
    form = tiny.form_of(TABLE)
    hidden, shown = filled(form, {"late": "above"}), filled(form, {"late": "below"})
    assert not controls(hidden)["why"].shown and hidden.shown == ""
    assert controls(shown)["why"].shown and shown.shown == "why"


def test_a_message_leads_to_its_control_and_says_where_it_is(page):
    errors = {"targets.1.weight": Message("field.required"), "checks.k": Message("field.required")}
    sheet = filled(tiny.form_of(TABLE), {"targets": [{}, {"result": "x"}]}, errors)
    (first, where, _), (second, nowhere, _) = sheet.errors
    assert first == "f-targets-1-weight" and second == "" and nowhere == ()
    assert where == (Text("Targets", "Targets"), Message("rows.row", number=2), Text("Weight", "Weight"))
    assert controls(sheet)["targets"].rows[1][1].error == Message("field.required")


def test_a_field_named_like_a_part_of_a_form_library_is_only_a_field():
    fields = {name: {"type": "text"} for name in ("data", "errors", "process", "validate", "meta")}
    form = tiny.form_of(fields)
    typed = {name: f"isi {name}" for name in fields}
    assert forms.Forms().raw("d", form, MultiDict(typed)) == typed


VALUES = ["", "biasa", "60", "12,5", "above", "1", "2026-01-31", "31/01/2026", HOSTILE, "__n__", "a-0-b", "{}", "\n\nx"]


@pytest.mark.parametrize(("kind", "number"), EVERY)
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_stencil_draws_what_the_macro_draws(page, kind, number, language):
    options, _ = KINDS[kind].examples[number]
    question = {"type": kind, "label": {"id": "Pertanyaan", "en": "Question"}, "help": "Bantuan", **options}
    fields = {"q": question}
    if kind not in ("table", "signature"):
        fields["t"] = {"type": "table", "columns": {"q": question, "r": {**question, "required": kind != "note"}}}
    form = tiny.form_of(fields)
    with page.test_request_context("/", headers={"Host": "localhost", "Cookie": f"siklus_language={language}"}):
        for value in VALUES * 2:
            found = controls(filled(form, {"q": value, "t": [{"q": value, "r": value}, {"q": value}]}))
            cells = [(cell, "cell") for row in found["t"].rows for cell in row] if "t" in found else []
            blank = [(cell, "cell") for cell in found["t"].blank] if "t" in found else []
            for control, how in [(found["q"], "edit"), *cells, *blank]:
                assert forms.draw(control, how) == forms._macro(control.kind, how)(control)


def test_drafts_that_come_and_go_leave_no_heap_of_stencils(page, monkeypatch):
    monkeypatch.setattr(stencils, "MOST", 3)
    for number in range(7):
        form = tiny.form_of({"q": {"type": "text", "label": f"Pertanyaan {number}"}})
        control = controls(filled(form, {}))["q"]
        assert f"Pertanyaan {number}" in forms.draw(control) == forms.draw(control)
    assert len(page.extensions[forms.EXTENSION].stencils._known) <= 3
