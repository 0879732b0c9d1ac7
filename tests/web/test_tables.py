"""Tables on a page: grid or cards, what folds away, and totals with what they must be."""

import pytest

from engine.core.filling.formviews import to_fill
from engine.core.filling.sight import WHOLE
from engine.web import forms, tables
from tests.core.tiny import FACTS, form_of

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
