"""Cells from a spreadsheet: read as the clipboard writes them, put into rows, and what does not fit told in full."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.web.pasting import paste
from engine.web.spreadsheet import read_block, write_block
from tests.core.tiny import FACTS, form_of

ITEMS = {"main": {"id": "Utama", "en": "Main"}, "more": {"id": "Tambahan", "en": "Additional"}}
TABLE = form_of(
    {
        "t": {
            "type": "table",
            "max_rows": 4,
            "columns": {
                "result": {"type": "longtext", "label": {"id": "Rencana hasil kerja", "en": "Planned result"}},
                "kind": {"type": "choice", "choices": ITEMS, "label": {"id": "Jenis", "en": "Kind"}},
                "half": {"type": "computed", "value": "weight / 2"},
                "weight": {"type": "percent", "label": {"id": "Bobot", "en": "Weight"}},
                "tags": {"type": "choices", "choices": ITEMS},
            },
        }
    }
)
KIND = TABLE.questions["t"].type


def put(text, rows=(), **where):
    return paste(KIND.columns.all, list(rows), text, FACTS, most=KIND.max_rows, **where)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ('"satu\ndua"\tb', [["satu\ndua", "b"]]),
        ('"ia berkata ""ya"""\tb', [['ia berkata "ya"', "b"]]),
        ('5" pipa\tb', [['5" pipa', "b"]]),
        ('"tidak ditutup\tb\nc', [['"tidak ditutup', "b"], ["c"]]),
        ('"a"b\tc', [['"a"b', "c"]]),
        ("a\t\tb", [["a", "", "b"]]),
        ("", [[""]]),
        ("=1+1\t@x", [["=1+1", "@x"]]),
    ],
)
def test_a_block_is_read_as_spreadsheets_write_it(text, rows):
    assert read_block(text) == rows


CELL = st.text(st.characters(exclude_characters="\r", exclude_categories=("Cs",)), max_size=12).map(str.strip)


@given(st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=5))
def test_what_is_written_is_read_back(rows):
    while len(rows) > 1 and rows[-1] == [""]:
        rows.pop()
    assert read_block(write_block(rows)) == rows


@given(st.text(alphabet='ab"\t\n\r ', max_size=200))
def test_no_text_is_too_odd_to_be_read(text):
    cells = [cell for row in read_block(text) for cell in row]
    assert "".join(cells).count("a") == text.count("a")


def test_fifteen_hundred_rows_are_read_at_once():
    assert len(read_block("a\tb\tc\n" * 1500)) == 1500


def test_cells_go_in_from_a_cell_on_and_make_new_rows():
    rows = [{"result": "lama", "weight": "10"}, {"result": "dua"}]
    found = put("Utama\t12,5\nTambahan\t87,5\nMain\t", rows, row=0, column="kind")
    assert [(row.get("result"), row["kind"], row["weight"]) for row in found.rows] == [
        ("lama", "main", "12,5"), ("dua", "more", "87,5"), (None, "main", ""),
    ]  # fmt: skip
    assert (found.first, found.count, found.misfits, found.left) == (0, 3, (), "")


def test_without_a_cell_they_go_after_the_last_row_that_says_something():
    found = put("Ibu hamil\tutama\t60", [{"result": "satu"}, {"result": ""}])
    assert found.first == 1 and found.rows[1] == {"result": "Ibu hamil", "kind": "main", "weight": "60"}


def test_headings_say_which_column_goes_where():
    found = put("Bobot\tPlanned result\n60%\tIbu hamil")
    assert found.rows == [{"weight": "60%", "result": "Ibu hamil"}] and found.count == 1


def test_several_choices_stand_in_one_cell():
    assert put("Utama; tambahan", row=0, column="tags").rows == [{"tags": ["main", "more"]}]


def test_what_does_not_fit_is_told_with_row_and_column_and_kept_where_it_can_stand():
    found = put("Ibu hamil\tUtma\tbanyak\tUtama\tlebih\nx\tUtama\t1.250", [{"result": "satu"}])
    assert [(each.row, each.column, each.found) for each in found.misfits] == [
        (1, "kind", "Utma"), (1, "weight", "banyak"), (1, "", "lebih"), (2, "weight", "1.250"),
    ]  # fmt: skip
    assert found.rows[1]["weight"] == "banyak" and found.rows[1]["kind"] == "Utma"


def test_rows_without_room_come_back_as_a_block():
    found = put("\n".join(f'"hasil {n}\nlanjutan"\tUtama' for n in range(6)))
    assert len(found.rows) == 4 and found.count == 4
    assert read_block(found.left) == [["hasil 4\nlanjutan", "Utama"], ["hasil 5\nlanjutan", "Utama"]]


@given(st.text(max_size=60), st.integers(0, 9), st.sampled_from(["", "result", "kind", "weight", "nosuch"]))
def test_a_table_never_grows_beyond_its_most_and_keeps_what_stood_before(text, row, column):
    before = [{"result": "satu"}, {"result": "dua"}, {"result": "tiga"}]
    found = put(text, before, row=row, column=column)
    assert len(found.rows) <= KIND.max_rows and found.rows[: min(row, 3)] == before[: min(row, 3)]
