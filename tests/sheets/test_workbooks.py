"""Answers in a workbook and back: whatever a field type keeps survives, and one changed cell is one change."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
import python_calamine
import xlsxwriter
from hypothesis import HealthCheck, given, settings

from engine.core.errors import BadRequest
from engine.core.filling.formviews import to_fill
from engine.core.filling.grid import cells, columns
from engine.core.filling.returned import Filled, Returned
from engine.core.filling.sight import WHOLE
from engine.core.messages import LANGUAGES
from engine.sheets.reading import LARGEST_INSIDE, read
from engine.sheets.writing import Line, Words, write
from tests.core.tiny import FACTS, form_of
from tests.fields.strategies import KINDS

WORDS = Words("Isian", "Baris", "Petunjuk", ("Nama", "NIP"), ("Isi kolom putih.",), "id")
CHOICES = [
    {"key": "yes", "label": {"id": "Ya", "en": "Yes"}},
    {"key": "no", "label": {"id": "Tidak", "en": "No"}},
]
FORM = form_of(
    {
        "why": {"type": "longtext"},
        "score": {"type": "number", "places": 3, "maximum": 100},
        "day": {"type": "date"},
        "agreed": {"type": "choice", "choices": CHOICES},
        "double": {"type": "computed", "value": "score * 2"},
        "targets": {
            "type": "table",
            "columns": [{"key": "weight", "type": "percent"}, {"key": "what", "type": "text"}],
        },
    }
)
RAW = {
    "why": '=HYPERLINK("x")\nbaris dua _x0041_ "kutip"',
    "score": "12,5",
    "day": "2026-02-03",
    "agreed": "no",
    "targets": [{"weight": "40", "what": "satu"}, {"weight": "60", "what": "dua"}],
}
EXAMPLES = [
    pytest.param(form_of({"x": {"type": name, **options}}), raws, id=f"{name}-{number}")
    for name, kind in KINDS.items()
    for number, (options, raws) in enumerate(kind.examples)
]


def view(form: Any, raw: Any) -> Any:
    return to_fill(form, raw, FACTS, {}, as_typed=True, sight=WHOLE)


def there_and_back(form: Any, raw: Any, language: str = "id") -> tuple[Any, Returned]:
    seen = view(form, raw)
    book = write(columns(form), [Line("task", 3, ("Ani", "1985"), cells(seen, language))], WORDS)
    found = read(book, [column.path for column in columns(form)])
    returned = Returned(seen, FACTS, language)
    if "task" in found:
        returned.take(found["task"].filled)
    return found, returned


def changed(raw: Any, **cells_of: Any) -> Returned:
    """What comes back when somebody changes these cells of the form itself."""
    returned = Returned(view(FORM, raw), FACTS, "id")
    returned.take(Filled({**cells(view(FORM, raw), "id"), **cells_of}))
    return returned


@pytest.mark.parametrize(("form", "raws"), EXAMPLES)
def test_what_a_field_type_keeps_comes_back_unchanged(form, raws):
    @given(raws)
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def holds(raw):
        if form.judge({"x": raw}, FACTS).errors:
            return
        assert there_and_back(form, {"x": raw})[1].changes == []

    holds()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_form_comes_back_unchanged_and_says_which_draft_it_was_made_from(language):
    found, returned = there_and_back(FORM, RAW, language)
    assert found["task"].seen == 3
    assert returned.changes == []
    assert FORM.judge(returned.raw, FACTS).values == FORM.judge(RAW, FACTS).values


def test_each_changed_cell_is_one_change_and_its_answer_is_taken():
    returned = changed(RAW, score="99", agreed="Yes", why=None)
    assert [(each.path, each.problem) for each in returned.changes] == [
        ("why", None),
        ("score", None),
        ("agreed", None),
    ]
    judged = FORM.judge(returned.raw, FACTS)
    assert (judged.values["score"], judged.values["agreed"], judged.values["why"]) == (99, "yes", None)


def test_a_cell_that_does_not_pass_is_named_and_stays_as_it_was():
    returned = changed(RAW, score="seratus", agreed="Mungkin", day="40 Februari")
    assert {each.path: each.problem.key for each in returned.changes} == {
        "score": "field.number.unreadable",
        "agreed": "field.choice.unknown",
        "day": "field.date.unreadable",
    }
    assert returned.taken == ()
    assert FORM.judge(returned.raw, FACTS).values == FORM.judge(RAW, FACTS).values


def test_what_is_computed_cannot_be_changed_in_a_cell():
    (change,) = changed(RAW, double="1").changes
    assert change.problem.key == "sheet.read_only"


def rows(*given: tuple[int | None, dict[str, Any]]) -> Returned:
    returned = Returned(view(FORM, RAW), FACTS, "id")
    returned.take(Filled({}, {"targets": given}))
    return returned


def test_rows_keep_their_number_new_ones_follow_and_missing_ones_are_named():
    returned = rows((2, {"weight": "70", "what": "dua"}), (None, {"weight": "30", "what": "tiga"}))
    assert [(each.path, each.row, each.after) for each in returned.changes] == [
        ("targets.0", 1, None),
        ("targets.1.weight", 2, "70"),
        ("targets.1.weight", 2, "30"),
        ("targets.1.what", 2, "tiga"),
    ]
    assert returned.raw["targets"] == [{"weight": "70", "what": "dua"}, {"weight": "30", "what": "tiga"}]


def test_a_copied_row_is_a_new_row():
    one, two = {"weight": "40", "what": "satu"}, {"weight": "60", "what": "dua"}
    returned = rows((1, one), (1, one), (2, two))
    assert [row["what"] for row in returned.raw["targets"]] == ["satu", "dua", "satu"]


def test_a_row_without_its_hidden_cells_finds_its_task_by_the_name_beside_it():
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as writing:
        main, targets = writing.add_worksheet("a"), writing.add_worksheet("b")
        for sheet, keys in ((main, ["score"]), (targets, ["@row", "targets.weight", "targets.what"])):
            sheet.write_row(0, 0, ["@task", "@seen", "@who", "@who", *keys])
        main.write_row(2, 0, ["task", 3, "Ani", "1985", 5])
        targets.write_row(2, 2, ["Ani", "1985", "", 100, "baru"])
        targets.write_row(3, 2, ["Orang lain", "1985", "", 100, "baru"])
    found = read(book.getvalue(), [column.path for column in columns(FORM)])
    assert found["task"].filled.tables == {"targets": ((None, {"weight": 100, "what": "baru"}),)}


def test_no_cell_of_ours_is_a_formula():
    seen = view(FORM, {**RAW, "why": "=1+1", "targets": [{"what": "@SUM(A1)"}]})
    book = write(columns(FORM), [Line("task", 0, ("=cmd|' /C calc'!A0", "+1"), cells(seen, "id"))], WORDS)
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        sheets = [packed.read(name) for name in packed.namelist() if name.startswith("xl/worksheets/")]
    assert len(sheets) == 3 and not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)


def test_a_text_longer_than_a_cell_is_cut_and_is_not_changed_by_what_comes_back():
    long = "panjang " * 8_000
    form = form_of({"why": {"type": "longtext", "max_length": 100_000}})
    returned = there_and_back(form, {"why": long})[1]
    assert returned.changes == [] and returned.raw["why"] == long
    returned.take(Filled({"why": "pendek"}))
    assert returned.changes[0].problem.key == "sheet.cut" and returned.raw["why"] == long


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * (LARGEST_INSIDE + 1))
    return out.getvalue()


def other() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as writing:
        writing.add_worksheet().write(0, 0, "Nama")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "sheet.unreadable"),
        (b"Nama;NIP", "sheet.unreadable"),
        (b"PK\x03\x04" + b"\x00" * 50, "sheet.unreadable"),
        (b"x" * 5_000_001, "sheet.too_large"),
        (bomb(), "sheet.too_large"),
        (other(), "sheet.not_ours"),
    ],
)
def test_what_is_no_workbook_of_ours_is_refused_with_its_reason(content, key):
    with pytest.raises(BadRequest) as refused:
        read(content, ["score"])
    assert refused.value.message.key == key


def test_a_spreadsheet_program_sees_names_headings_and_choices():
    book = write(columns(FORM), [Line("task", 0, ("Ani", "1985"), cells(view(FORM, RAW), "id"))], WORDS)
    reader = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book))
    assert reader.sheet_names == ["Isian", "Targets", "Petunjuk"]
    assert reader.get_sheet_by_name("Isian").to_python()[1][2:8] == ["Nama", "NIP", "Why", "Score", "Day", "Agreed"]


def test_a_cell_that_claims_the_last_place_of_a_sheet_takes_no_memory_of_ours():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Isian")
        sheet.write_row(0, 0, ["@task", "@seen"])
        sheet.write(1_048_575, 16_383, "x")
    assert len(out.getvalue()) < 10_000
    with pytest.raises(BadRequest, match=r"sheet\.unreadable"):
        read(out.getvalue(), ["why"])
