"""Raw answers: what a page posts again is what was typed, rows move and nothing breaks, two versions are told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from engine.core.errors import BadRequest
from engine.web.forms import Forms
from engine.web.raw_answers import ACTS, act_on_rows, posted
from tests.core import tiny
from tests.fields.strategies import ITEMS, LINE, LINES

TABLE = {
    "targets": {"type": "table", "columns": {"result": {"type": "longtext"}, "weight": {"type": "percent"}}},
    "late": {"type": "choice", "choices": ITEMS},
    "why": {"type": "text"},
}
RAW = st.fixed_dictionaries(
    {
        "targets": st.lists(st.fixed_dictionaries({"result": LINES, "weight": LINE}), max_size=5),
        "late": LINE,
        "why": LINE,
    }
)


@given(RAW)
def test_what_a_page_posts_again_is_what_was_typed(raw):
    form = tiny.form_of(TABLE)
    decoders = Forms()
    assert decoders.raw("d", form, MultiDict(list(posted(raw)))) == raw


@given(RAW, st.sampled_from(ACTS), st.text(max_size=5) | st.integers(-2, 7).map(str), st.text(max_size=9))
def test_a_row_button_never_breaks_and_touches_nothing_else(raw, word, at, table):
    for name in ("targets", table):
        after = act_on_rows(raw, f"{word}:{name}:{at}")
        assert {**after, "targets": None} == {**raw, "targets": None}
        assert abs(len(after["targets"]) - len(raw["targets"])) <= 1
    assert act_on_rows(raw, at) == raw


@given(RAW, st.integers(0, 4))
def test_down_undoes_up_and_remove_undoes_copy(raw, at):
    if at and at < len(raw["targets"]):
        assert act_on_rows(act_on_rows(raw, f"up:targets:{at}"), f"down:targets:{at - 1}") == raw
    if at < len(raw["targets"]):
        assert act_on_rows(act_on_rows(raw, f"copy:targets:{at}"), f"remove:targets:{at + 1}") == raw


@pytest.mark.parametrize("at", ["²", "٣", "9" * 5000, "-1"])
def test_a_row_number_that_is_none_moves_nothing(at):
    raw = {"targets": [{"result": "a"}, {"result": "b"}]}
    assert act_on_rows(raw, f"up:targets:{at}") == raw


@pytest.mark.parametrize("at", ["²", "٣", "9" * 5000, "", "x"])
def test_a_posted_row_needs_a_short_number_of_ascii_digits(at):
    posted_rows = MultiDict([(f"targets-{at}-result", "lost"), ("targets-7-result", "kept")])
    raw = Forms().raw("d", tiny.form_of(TABLE), posted_rows)
    assert [row["result"] for row in raw["targets"]] == ["kept"]


@pytest.mark.parametrize(("columns", "most"), [(2, 1000), (40, 250)])
def test_more_rows_than_a_page_draws_are_refused_before_they_are_read(columns, most):
    wide = {"type": "table", "columns": [{"key": f"c{at}", "type": "text"} for at in range(columns)]}
    form = tiny.form_of({"targets": wide})
    sent = MultiDict([(f"targets-{at}-c0", "x") for at in range(most)])
    assert len(Forms().raw("d", form, sent)["targets"]) == most
    with pytest.raises(BadRequest, match=r"draft\.too_many_rows"):
        Forms().raw("d", form, MultiDict([*sent.items(), ("targets-9999-c1", "x")]))
