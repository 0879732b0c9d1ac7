"""Cells as values, headings as columns: what is understood, and what is refused with its cause."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from engine.imports.circles import depths, on_circles
from engine.imports.columns import COLUMNS, KINDS
from engine.imports.guessing import guessed, how_days_are_written
from engine.imports.rows import Line
from engine.imports.values import DAY_FIRST, ISO, MONTH_FIRST, read_lines
from tests.test_translations import ENGLISH, INDONESIAN

NIP = "198001012005012001"
UNDERSTOOD = [
    ("people", "nip", "19800101 200501 2 001", NIP),
    ("people", "nip", "19800101.200501-2.001", NIP),
    ("people", "kind", "P3K", "pppk"),
    ("people", "grade", "III a", "III/a"),
    ("people", "grade", "ix", "IX"),
    ("people", "email", " Budi@Contoh.GO.ID ", "budi@contoh.go.id"),
    ("people", "status", "Pensiun", "ended"),
    ("people", "grade", "-", None),
    ("people", "name", "\u00a0Budi\ufeff", "Budi"),
    ("units", "timezone", "WITA", "Asia/Makassar"),
    ("posts", "position_class", "07", "7"),
    ("appointments", "kind", "", "definitive"),
    ("appointments", "kind", "Plt.", "plt"),
    ("appointments", "starts_on", "2026-03-31", "2026-03-31"),
]
REFUSED = [
    ("people", "nip", "1.98001012005012e+17", "nip_number"),
    ("people", "nip", "1,98E+17", "nip_number"),
    ("people", "name", "", "missing"),
    ("people", "name", "x" * 201, "too_long"),
    ("people", "name", "Bu\u200bdi", "control"),
    ("people", "name", "Bu\x07di", "control"),
    ("people", "name", "=1+1", "formula"),
    ("people", "name", "@SUM(A1)", "formula"),
    ("people", "name", "＝1", "formula"),
    ("people", "name", "-2+3", "formula"),
    ("people", "kind", "honorer", "person_kind"),
    ("people", "email", "budi@contoh", "email"),
    ("people", "status", "cuti", "status"),
    ("units", "key", "Dinas Kesehatan", "key"),
    ("units", "timezone", "WIBB", "timezone"),
    ("posts", "position_class", "7a", "whole"),
    ("appointments", "kind", "magang", "appointment_kind"),
    ("appointments", "starts_on", "45292", "day_serial"),
    ("appointments", "starts_on", "31/12/2026", "day_order"),
    ("appointments", "starts_on", "2026-02-30", "day"),
    ("appointments", "starts_on", "Maret 2026", "day"),
    ("appointments", "starts_on", "0026-01-01", "day_far"),
]


def said(kind, column, cell, dates=ISO):
    (row,) = read_lines(kind, [Line(2, {column: cell})], dates)
    return row


@pytest.mark.parametrize(("kind", "column", "cell", "value"), UNDERSTOOD)
def test_a_cell_is_understood_as_people_write_it(kind, column, cell, value):
    row = said(kind, column, cell)
    assert (row.values, row.faults) == ({column: value}, [])


@pytest.mark.parametrize(("kind", "column", "cell", "cause"), REFUSED)
def test_a_cell_that_cannot_be_read_says_why(kind, column, cell, cause):
    (fault,) = said(kind, column, cell).faults
    assert (fault.cause, fault.column) == (cause, column)
    assert f"imports.mend.{cause}" in INDONESIAN
    assert fault.message.key in ENGLISH


def test_a_day_is_read_in_the_order_that_somebody_chose():
    cells = {order: said("appointments", "starts_on", "03/04/2026", order) for order in (DAY_FIRST, MONTH_FIRST)}
    assert {order: row.values["starts_on"] for order, row in cells.items()} == {
        DAY_FIRST: "2026-04-03",
        MONTH_FIRST: "2026-03-04",
    }


@given(some.text(max_size=30), some.sampled_from([(kind, column) for kind in KINDS for column in COLUMNS[kind]]))
def test_any_text_in_any_cell_is_a_value_or_a_fault(text, of):
    kind, column = of
    row = said(kind, column.name, text)
    assert row.faults or row.values[column.name] is None or row.values[column.name].isprintable()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("texts", [INDONESIAN, ENGLISH], ids=["id", "en"])
def test_the_headings_of_our_own_example_file_are_known_again(kind, texts):
    names = [column.name for column in COLUMNS[kind]]
    headings = [texts[f"imports.column.{kind}.{name}"] for name in names]
    assert guessed(kind, headings) == {name: at for at, name in enumerate(names)}


def test_headings_of_others_are_guessed_and_one_place_means_one_column():
    headings = ["No", "NIP Baru", "NAMA_LENGKAP", "Gol. Ruang", "Alamat Email", "Jenis", "Unit Kerja"]
    assert guessed("people", headings) == {"nip": 1, "name": 2, "grade": 3, "email": 4, "kind": 5}


def test_how_days_are_written_is_found_out_from_the_cells():
    assert how_days_are_written([["31/12/2026"], ["01/02/2026"]], [0]) == DAY_FIRST
    assert how_days_are_written([["12/31/2026"], ["11/30/2026"], ["01/02/2026"]], [0]) == MONTH_FIRST
    assert how_days_are_written([["2026-01-01"], ["2026-01-01"], ["01/02/2026"]], [0]) == ISO


ABOVE = some.dictionaries(some.sampled_from("abcdefgh"), some.sampled_from([*"abcdefgh", None]))


@given(ABOVE)
def test_a_key_is_on_a_circle_when_going_up_comes_back_to_it(above):
    def comes_back(start):
        key = above.get(start)
        for _ in above:
            if key is None or key == start:
                break
            key = above.get(key)
        return key == start

    circles = on_circles(above)
    assert circles == {key for key in above if comes_back(key)}
    deep = depths(above)
    assert all(deep[key] > deep[above[key]] for key in above.keys() - circles if above[key] in above)
