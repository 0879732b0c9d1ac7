"""Two versions of answers become one: what one side changed is taken, what both changed is asked, no more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.filling.marks import from_text, is_blank, marks, same, to_text, written
from engine.core.filling.merging import merge, on_page

TEXT = st.sampled_from(["", "satu", "dua", "tiga", "empat\nlima", "60", "enam"])
COLUMNS = ("result", "weight", "kind", "note")
ROW = st.fixed_dictionaries({column: TEXT for column in COLUMNS})
ROWS = st.lists(ROW, max_size=5)
FIELDS = {"resources": TEXT, "aim": TEXT, "tags": st.lists(st.sampled_from("abc"), max_size=3), "targets": ROWS}
ANSWERS = st.fixed_dictionaries(FIELDS)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)
LOOSE = st.dictionaries(st.text(max_size=3), ANYTHING, max_size=4)


def merged(base, mine, theirs, **picks):
    return merge(marks(base), mine, theirs, picks)


def rows(*results):
    return {"targets": [{"result": result, "weight": str(index), "kind": "k"} for index, result in enumerate(results)]}


def results(raw):
    return [row["result"] for row in raw["targets"]]


def cells(raw):
    """Everything that is written somewhere: (field, column, what)."""
    for key, value in raw.items():
        if key == "targets":
            yield from ((key, column, row[column]) for row in value for column in row if row[column])
        elif value:
            yield key, "", str(value)


@given(LOOSE, LOOSE, LOOSE | st.none())
def test_any_answers_are_merged_without_an_error(mine, theirs, base):
    found = merge(None if base is None else marks(base), mine, theirs)
    assert set(found.raw) == {*mine, *theirs}


@given(ANSWERS, ANSWERS | LOOSE)
def test_merging_with_itself_changes_nothing(base, both):
    found = merged({**dict.fromkeys(both), **base}, both, both)
    assert found.raw == both and not found.differences


@given(ANSWERS, ANSWERS)
def test_what_only_mine_changed_is_mine(base, mine):
    found = merged(base, mine, base)
    assert same(found.raw, mine) and not found.open and not found.taken


@given(ANSWERS, ANSWERS)
def test_what_only_theirs_changed_is_theirs(base, theirs):
    found = merged(base, base, theirs)
    assert same(found.raw, theirs) and not found.open


@given(ANSWERS, ANSWERS, ANSWERS)
def test_no_answer_is_invented(base, mine, theirs):
    typed = {*cells(mine), *cells(theirs)}
    assert set(cells(merged(base, mine, theirs).raw)) <= typed


@given(ANSWERS, ANSWERS, ANSWERS)
def test_nothing_that_either_side_wrote_is_lost_without_a_question(base, mine, theirs):
    found = merged(base, mine, theirs)
    asked = {text for each in found.open for side in (each.mine, each.theirs) for text in texts(side)}
    kept = {text for _, _, text in cells(found.raw)} | asked
    before = {text for _, _, text in cells(base)}
    for side in (mine, theirs):
        assert {text for _, _, text in cells(side)} - before <= kept


def texts(side):
    return {value for value in side.values() if value} if isinstance(side, dict) else {str(side)} if side else set()


@given(ANSWERS, ANSWERS, ANSWERS, st.sampled_from(["mine", "theirs"]))
def test_after_a_choice_for_each_question_nothing_is_open(base, mine, theirs, side):
    asked = merged(base, mine, theirs)
    picks = {each.key: side for each in asked.open}
    settled = merge(marks(base), mine, theirs, picks)
    assert not settled.open and len(settled.differences) == len(asked.differences)


@given(ANSWERS, ANSWERS, ANSWERS)
def test_picking_a_side_everywhere_gives_that_side(base, mine, theirs):
    differences = merged(base, mine, theirs).differences
    for side, wanted in (("mine", mine), ("theirs", theirs)):
        found = merge(marks(base), mine, theirs, {each.key: side for each in differences}).raw
        assert {key: value for key, value in found.items() if key != "targets"}.items() >= {
            key: value for key, value in wanted.items() if key != "targets" and not same(mine[key], theirs[key])
        }.items()
        assert sorted(map(sorted, rows_of(found))) == sorted(map(sorted, rows_of(wanted)))


def rows_of(raw):
    """What is written in each row, whatever stands in the order of its columns."""
    return [[item for item in row.items() if item[1]] for row in written(raw["targets"])]


@given(ANSWERS, st.lists(st.tuples(st.integers(0, 4), st.sampled_from(COLUMNS)), max_size=6), st.randoms())
def test_edits_of_different_places_are_joined(base, places, random):
    """Rows that can be told apart; each place is edited by one side only, in its own words."""
    table = [{**row, "note": f"baris {index}", "result": f"hasil {index}"} for index, row in enumerate(base["targets"])]
    base = {**base, "targets": table}
    mine = {**base, "targets": [dict(row) for row in table], "aim": "tujuan saya"}
    theirs = {**base, "targets": [dict(row) for row in table], "resources": "dukungan mereka"}
    wanted = {**base, "targets": [dict(row) for row in table], "aim": "tujuan saya", "resources": "dukungan mereka"}
    for index, column in dict.fromkeys(places):
        if index < len(table) and column in ("weight", "kind"):
            side = random.choice([mine, theirs])
            side["targets"][index][column] = wanted["targets"][index][column] = f"baru {index} {column}"
    found = merged(base, mine, theirs)
    assert found.raw == wanted and not found.open


@given(ANSWERS | LOOSE)
def test_marks_survive_being_carried_by_a_page(raw):
    known = marks(raw)
    carried = from_text(to_text(known))
    assert carried is not None and marks(raw).keys() == carried.keys()
    assert merge(carried, raw, raw).raw == raw
    assert not merge(carried, raw, {key: None for key in raw}).open


@pytest.mark.parametrize(
    "text", ["", "x", "null", "[]", '{"a":1}', '{"a":[["x"],["1","2"]]}', '{"a":[[1],[2]]}', "[" * 5000]
)
def test_what_is_no_text_of_marks_counts_as_not_knowing(text):
    assert from_text(text) is None


def test_of_what_is_not_known_everything_that_differs_is_asked_and_every_row_kept():
    found = merge(None, {"aim": "a", **rows("satu")}, {"aim": "b", **rows("lain sekali")})
    assert [each.place for each in found.open] == ["aim"]
    assert results(found.raw) == ["satu", "lain sekali"]


def test_the_same_answer_edited_by_both_is_asked_once():
    found = merged({"aim": "a"}, {"aim": "b"}, {"aim": "c"})
    (asked,) = found.open
    assert (asked.place, asked.mine, asked.theirs) == ("aim", "b", "c")


def test_both_clearing_or_both_writing_the_same_is_no_difference():
    assert not merged({"aim": "a"}, {"aim": ""}, {"aim": None}).differences
    assert not merged({"aim": "a"}, {"aim": "b\r\nc"}, {"aim": "b\nc"}).differences


def test_a_cell_that_both_edited_is_asked_in_the_row_that_the_person_sees():
    base = rows("satu", "dua", "tiga")
    mine = {"targets": [base["targets"][2], {**base["targets"][1], "weight": "50"}, base["targets"][0]]}
    theirs = {"targets": [base["targets"][0], {**base["targets"][1], "weight": "40"}, base["targets"][2]]}
    found = merged(base, mine, theirs)
    (asked,) = found.open
    assert (asked.place, asked.mine, asked.theirs) == ("targets.1.weight", "50", "40")
    assert results(found.raw) == ["tiga", "dua", "satu"]


def test_a_moved_row_keeps_what_the_other_side_wrote_in_it():
    base = rows("satu", "dua", "tiga")
    mine = {"targets": [base["targets"][2], base["targets"][0], base["targets"][1]]}
    theirs = {"targets": [base["targets"][0], {**base["targets"][1], "weight": "99"}, base["targets"][2]]}
    found = merged(base, mine, theirs)
    assert results(found.raw) == ["tiga", "satu", "dua"] and found.raw["targets"][2]["weight"] == "99"
    assert merged(base, theirs, mine).raw == found.raw


def test_rows_that_both_sides_added_are_both_kept_and_the_same_one_once():
    base = rows("satu")
    one, other, twin = (
        {"result": name, "weight": "5", "kind": "k"} for name in ("punya saya", "punya mereka", "kembar")
    )
    found = merged(base, {"targets": [*base["targets"], one, twin]}, {"targets": [*base["targets"], twin, other]})
    assert sorted(results(found.raw)) == ["kembar", "punya mereka", "punya saya", "satu"] and not found.open


def test_a_row_that_one_side_removed_is_gone():
    base = rows("satu", "dua", "tiga")
    fewer = {"targets": [base["targets"][0], base["targets"][2]]}
    for mine, theirs in ((fewer, base), (base, fewer)):
        assert results(merged(base, mine, theirs).raw) == ["satu", "tiga"]


@pytest.mark.parametrize("side", ["mine", "theirs"])
def test_a_row_that_one_side_removed_and_the_other_edited_is_asked(side):
    base = rows("satu", "dua")
    fewer = {"targets": base["targets"][:1]}
    edited = {"targets": [base["targets"][0], {**base["targets"][1], "weight": "77"}]}
    mine, theirs = (fewer, edited) if side == "theirs" else (edited, fewer)
    (asked,) = merged(base, mine, theirs).open
    assert asked.is_row and getattr(asked, side)["weight"] == "77"
    kept = merge(marks(base), mine, theirs, {asked.key: side})
    assert results(kept.raw) == ["satu", "dua"] and not kept.open


def test_a_row_just_added_to_write_in_stays():
    base = rows("satu")
    mine = {"targets": [*base["targets"], {"result": "", "weight": "", "kind": ""}]}
    theirs = {"targets": [{**base["targets"][0], "weight": "9"}]}
    assert [row["weight"] for row in merged(base, mine, theirs).raw["targets"]] == ["9", ""]


def test_a_choice_between_two_texts_settles_no_other_two():
    base = {"aim": "a"}
    (asked,) = merged(base, {"aim": "b"}, {"aim": "c"}).open
    assert merge(marks(base), {"aim": "b"}, {"aim": "d"}, {asked.key: "theirs"}).open
    assert merge(marks(base), {"aim": "e"}, {"aim": "c"}, {asked.key: "theirs"}).open
    assert merge(marks(base), {"aim": "b"}, {"aim": "c"}, {asked.key: "theirs"}).raw == {"aim": "c"}


def test_a_question_that_the_page_did_not_show_keeps_its_saved_answer():
    saved = {"done": "no_", "why": "kurang tenaga"}
    assert on_page(marks({"done": ""}), {"done": "yes_", "why": None}, saved) == {
        "done": "yes_",
        "why": "kurang tenaga",
    }
    assert merge(marks({"done": "no_"}), {"done": "yes_", "why": None}, saved).raw["why"] == "kurang tenaga"


def test_a_thousand_rows_that_all_changed_are_merged_in_bounded_time():
    base = rows(*(f"hasil {index}" for index in range(1000)))
    mine = {"targets": [{"result": f"baru {index}", "weight": "", "kind": f"x{index}"} for index in range(1000)]}
    theirs = {"targets": [{**row, "weight": "1"} for row in base["targets"]]}
    assert len(merged(base, mine, theirs).raw["targets"]) == 1000


def test_blank_rows_have_no_marks():
    assert marks({"targets": [{"a": ""}, {"a": "x"}]})["targets"] == marks({"targets": [{"a": "x"}]})["targets"]
    assert written([{"a": None}, {}, {"a": "x"}]) == [{"a": "x"}] and is_blank([{"a": ""}])
