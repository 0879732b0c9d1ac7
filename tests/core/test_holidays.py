"""Lists of holidays as people bring them: dates as they are written, faults by row, and the lists that ship."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.core.calendar import DayEntry
from engine.core.holidays import MOST_ROWS, read_day, read_list
from engine.core.messages import Text
from engine.holiday_lists import read

SHIPPED = read(Path(__file__).parents[2] / "workflows/calendars/indonesia.yaml")
NYEPI = DayEntry(date(2026, 3, 19), "holiday", Text("Nyepi", "Silence"), "SKB")


def faults(rows, standing=()):
    found = read_list(rows, 2026, {entry.day: entry for entry in standing})
    return [(problem.row, problem.message.key.rpartition(".")[2]) for problem in found.problems]


@pytest.mark.parametrize(
    "text",
    ["2026-03-19", "19/03/2026", "19-3-2026", "19.03.2026", "19 Maret 2026", "Kamis, 19 Maret 2026", "19 march 2026",
     "Jumat 19 Mar 2026"],
)  # fmt: skip
def test_a_day_is_read_as_people_write_it(text):
    assert read_day(text) == date(2026, 3, 19)


@pytest.mark.parametrize("text", ["", "31/02/2026", "19 Maret", "19 Mars 2026", "2026-13-01", "0/0/0000", "46100"])
def test_what_is_no_day_is_none(text):
    assert read_day(text) is None


def test_headings_may_stand_in_any_order_and_in_both_languages():
    rows = [
        ["Jenis", "Nama", "Tanggal", "Name (en)"],
        ["cuti bersama", "Nyepi", datetime(2026, 3, 18, tzinfo=UTC), "Silence"],
    ]
    (entry,) = read_list(rows, 2026, {}, "SKB").entries
    assert entry == DayEntry(date(2026, 3, 18), "collective_leave", Text("Nyepi", "Silence"), "SKB")


def test_without_headings_columns_have_their_usual_order():
    (entry,) = read_list([["2026-03-19", "Nyepi"]], 2026, {}).entries
    assert (entry.kind, entry.name) == ("holiday", Text("Nyepi", "Nyepi"))


def test_every_fault_is_named_with_its_row_and_nothing_is_taken_for_granted():
    rows = [
        ["tanggal", "nama", "jenis"], ["2025-03-19", "Nyepi", ""], [], ["2026-02-30", "Nihil", ""],
        ["2026-05-01", "Buruh", "pesta"], ["2026-05-02", "", ""], ["2026-06-01", "Pancasila", ""],
        ["1 Juni 2026", "Pancasila", ""], ["2026-03-19", "Lain", ""],
    ]  # fmt: skip
    assert faults(rows, [NYEPI]) == [
        (2, "year"), (4, "day"), (5, "kind"), (6, "name"), (8, "twice"), (9, "there"),
    ]  # fmt: skip


def test_what_stands_already_is_passed_over():
    found = read_list([["2026-03-19", "Nyepi"], ["2026-05-01", "Buruh"]], 2026, {NYEPI.day: NYEPI})
    assert (found.known, [entry.day for entry in found.entries]) == (1, [date(2026, 5, 1)])


def test_an_empty_list_and_one_without_end_are_refused():
    assert faults([]) == faults([["tanggal", "nama"]]) == [(1, "empty")]
    assert faults([["2026-01-01", "Libur"]] * (MOST_ROWS + 1)) == [(MOST_ROWS + 1, "too_long")]


@pytest.mark.parametrize(("year", "holidays", "leave"), [(2025, 17, 11), (2026, 17, 8)])
def test_the_lists_that_ship_hold_as_many_days_as_their_decrees(year, holidays, leave):
    """SKB 3 Menteri 933/1/3 of 2025 (17 and 11) and 1497/2/5 of 2025 (17 and 8)."""
    kinds = [entry.kind for entry in SHIPPED[year]]
    assert (kinds.count("holiday"), kinds.count("collective_leave")) == (holidays, leave)
    assert {entry.day.year for entry in SHIPPED[year]} == {year} and all(entry.source for entry in SHIPPED[year])
    # Whoever took weekends off would give nobody a day.
    assert all(entry.day.weekday() < 5 for entry in SHIPPED[year] if entry.kind == "collective_leave")


def test_no_year_ships_whose_decree_is_not_known():
    assert SHIPPED.keys() == {2025, 2026}
