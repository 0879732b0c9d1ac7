"""Tables on a page: grid or cards, what folds away, and totals with what they must be."""

import re

import pytest

from engine.core.filling.formviews import to_fill
from engine.core.filling.sight import WHOLE
from engine.web import forms, tables
from tests.core.tiny import CLINIC, FACTS, SITI, form_of

LIMITED = {
    "type": "table",
    "totals": {"weight": 100},
    "columns": {"name": {"type": "text"}, "weight": {"type": "percent"}},
}


@pytest.fixture
def page(site):
    forms.add_forms(site)
    with site.test_request_context("/", headers={"Host": "localhost"}):
        yield site


def drawn(fields, raw=None, **form):
    sheet = forms.sheet(to_fill(form_of(fields, **form), raw or {}, FACTS, {}, as_typed=True, sight=WHOLE), "id")
    return next(sheet.controls())


def look(**columns):
    return drawn({"t": {"type": "table", "columns": columns}}).folded


SHORT = {"a": {"type": "text"}, "b": {"type": "number"}, "c": {"type": "date"}}


def test_short_answers_stand_in_one_line_and_a_long_one_folds_under_it(page):
    assert look(**SHORT) == frozenset()
    assert look(**SHORT, note={"type": "longtext"}) == {"note"}


def test_where_there_is_much_to_write_each_row_is_a_card(page):
    assert look(**SHORT, note={"type": "longtext", "required": True}) is None
    assert look(a={"type": "text"}, b={"type": "longtext"}) is None
    assert look(**{f"n{i}": {"type": "number"} for i in range(7)}) is None


def test_a_total_says_what_it_must_be_by_the_table_or_by_a_check(page):
    (total,) = drawn({"t": LIMITED}).totals
    assert (total.column, total.must_be, total.unit) == ("weight", "100", "%")
    checks = {"all": {"when": "sum(t.weight) == 99.5", "otherwise": "x"}}
    (total,) = drawn(
        {"t": {**LIMITED, "totals": {}}, "s": {"type": "computed", "value": "sum(t.weight)"}}, checks=checks
    ).totals
    assert total.must_be == "99.5" and total.id == "f-s"


def test_a_wrong_total_is_a_mistake_of_the_table_said_in_words():
    form = form_of({"t": LIMITED})
    assert form.judge({"t": []}, FACTS).errors == {}
    assert form.judge({"t": [{"weight": "60"}, {"weight": "40,0"}]}, FACTS).errors == {}
    message = form.judge({"t": [{"weight": "60"}, {"weight": "35,5"}]}, FACTS).errors["t"]
    assert message.key == "field.table.total"
    assert {name: value.id for name, value in message.params.items()} == {
        "column": "weight", "expected": "100%", "found": "95,5%",
    }  # fmt: skip


def test_only_numbers_have_a_total():
    with pytest.raises(AssertionError, match=r"bind\.total_of_no_number"):
        form_of({"t": {**LIMITED, "totals": {"name": 1}}})


def test_a_notice_stands_at_its_table_and_nowhere_else(page):
    form = form_of({"t": LIMITED, "u": LIMITED})
    sheet = forms.sheet(to_fill(form, {}, FACTS, {}, as_typed=True, sight=WHOLE), "id")
    notice = tables.Notice("u", 2, removed=(("name", '"><b>'),))
    marked = {each.key: each.notice for each in tables.noticed(sheet, notice).controls()}
    assert marked == {"t": None, "u": notice} and tables.noticed(sheet, None) is sheet
    html = forms.draw(next(each for each in tables.noticed(sheet, notice).controls() if each.notice))
    assert "Baris 3 dihapus." in html and 'value="restore:u:2"' in html and "<b>" not in html


def test_the_words_of_a_limit_are_those_of_its_table(page):
    html = forms.draw(drawn({"t": {**LIMITED, "min_rows": 2, "max_rows": 9}}))
    assert "2 sampai 9 baris." in html and 'data-expected="100"' in html


CHOSEN = {"type": "choice", "choices": [{"key": "accountable", "label": {"id": "Akuntabel", "en": "Accountable"}}]}
KINDS = {
    "value": CHOSEN,
    "person": {"type": "person"},
    "goal": {"type": "indicator"},
    "where": {"type": "unit"},
    "sure": {"type": "yesno"},
    "day": {"type": "date"},
    "share": {"type": "number"},
    "why": {"type": "longtext", "shown_when": "sure"},
}
GOOD = {
    "value": ("accountable", "Akuntabel"),
    "person": (SITI, "Siti Aminah, Bidan, Puskesmas"),
    "goal": ("presence", "Kehadiran"),
    "where": (CLINIC, "Puskesmas, Dinas Kesehatan"),
    "sure": ("yes", "Ya"),
    "day": ("2026-07-15", "15 Juli 2026"),
    "share": ("1250,5", "1.250,5"),
    "why": ("Cepat", "Cepat"),
}


def begins(rows, columns=KINDS):
    """What the summaries of folded rows say."""
    html = forms.draw(drawn({"t": {"type": "table", "columns": columns}}, {"t": rows}))
    return [re.findall("<span>(.*?)</span>", each) for each in re.findall('"row-begins">(.*?)</summary>', html)]


@pytest.mark.parametrize("key", GOOD)
def test_a_folded_row_begins_with_words_and_not_with_keys(page, key):
    typed, words = GOOD[key]
    columns = {key: {**KINDS[key], "shown_when": "true"}, "more": {"type": "longtext"}, "last": {"type": "longtext"}}
    assert begins([{key: typed, "more": "Lagi"}] * 4, columns)[:4] == [[words, "Lagi"]] * 4


def test_what_was_typed_and_fits_nothing_is_said_only_where_it_is_words(page):
    wrong = {"value": "tidak_ada", "person": "z" * 26, "goal": "none", "where": CLINIC[::-1], "sure": "mungkin"}
    assert begins([wrong] * 4)[0] == ["Belum diisi"]
    assert begins([{**wrong, "day": "besok", "share": "banyak"}] * 4)[0] == ["besok", "banyak"]


def test_cells_that_are_not_asked_are_not_said_and_leave_their_row_open(page):
    rows = [{"sure": "no", "why": "Tersembunyi"}, {"why": "Tersembunyi"}, *[{"sure": "yes", "why": "Cepat"}] * 2]
    assert begins(rows)[:4] == [["Tidak"], ["Belum diisi"], ["Ya", "Cepat"], ["Ya", "Cepat"]]
    assert drawn({"t": {"type": "table", "columns": KINDS}}, {"t": rows}).unfolded == {1}


def test_what_folds_under_a_line_is_peeked_at_in_words(page):
    columns = {**SHORT, "who": {"type": "person"}, "why": {"type": "longtext", "shown_when": "b > 1"}}
    html = forms.draw(drawn({"t": {"type": "table", "columns": columns}}, {"t": [{"who": SITI, "why": "Rahasia"}]}))
    assert re.findall('"row-peek">(.*?)<', html) == ["Siti Aminah, Bidan, Puskesmas"]
