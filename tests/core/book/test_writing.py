"""The procedure book: whole, in both languages, and each thing said once."""

import copy
from collections import Counter

import pytest

from engine.core.book.model import Heading, Points, Table
from engine.core.book.onpaper import picture
from engine.core.book.writing import book, drawable
from engine.core.printing.wording import Voice
from engine.core.reading.normal import dump, load, normal_form
from engine.documents import read_yaml
from engine.web import i18n
from tests.core.definition_strategies import damaged
from tests.core.definitions import PRODUCT, ROOT, SHIPPED, VALID, shipped_codelists

WORDS = i18n.shipped(strict=True)
LISTS = shipped_codelists()
BASIC = dump(load(normal_form(read_yaml((ROOT / "workflows/basic_cycle.yaml").read_text())[0])))
WORKFLOWS = [path for path in (*SHIPPED, *VALID) if "kind: workflow" in path.read_text()]


def said(document, language="id"):
    """Everything that the book of a document says."""
    return [WORDS.say(each, language) for each in book(document, PRODUCT, LISTS).sentences()]


def chapter(document, key):
    return next(each for each in book(document, PRODUCT, LISTS).chapters if each.key == key)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_workflow_has_a_book_in_both_languages(path):
    document = normal_form(read_yaml(path.read_text())[0])
    for language in ("id", "en"):
        told = said(document, language)
        assert len(told) > 15 and all(each.strip() for each in told)


def changed(what, old, new):
    """What the book no longer says, and what it says instead."""
    before, after = Counter(said(BASIC)), Counter(said(what))
    assert (sorted((before - after).elements()), sorted((after - before).elements())) == (old, new)


def test_one_changed_guard_changes_exactly_one_sentence():
    other = copy.deepcopy(BASIC)
    other["transitions"][0]["guards"][1]["options"]["roles"] = ["employee", "panel"]
    nobody = "Tidak ada orang yang memegang lebih dari satu peran ini: "
    changed(other, [f"{nobody}Pegawai dan Pejabat Penilai Kinerja."], [f"{nobody}Pegawai dan Panel kalibrasi."])


def test_a_guard_that_is_gone_is_one_sentence_less():
    other = copy.deepcopy(BASIC)
    other["transitions"][0]["guards"].pop()
    changed(
        other, ["Tidak ada orang yang memegang lebih dari satu peran ini: Pegawai dan Pejabat Penilai Kinerja."], []
    )


def test_a_decision_that_two_tasks_offer_tells_its_conditions_once():
    other = copy.deepcopy(BASIC)
    other["states"][3]["tasks"].append({"key": "again", "role": "panel", "decide": ["send_to_calibration"]})
    more = Counter(said(other)) - Counter(said(BASIC))
    same = "Syaratnya sama seperti pada tugas “Ajukan rating ke panel kalibrasi”, tahap “Penilaian oleh atasan”."
    assert more[same] == 1 and not any("lebih dari satu peran" in each for each in more)


def test_a_role_is_told_what_to_do_in_which_state_and_by_when():
    told = chapter(BASIC, "role-supervisor")
    headings = [WORDS.say(each.words, "id") for each in told.blocks if isinstance(each, Heading)]
    assert headings[:2] == ["Pada tahap “Penyusunan SKP”", "Putuskan SKP"]
    approve = next(each for each in told.blocks if isinstance(each, Points))
    assert WORDS.say(approve.lead, "id") == "“Tetapkan SKP” membawa evaluasi ke tahap “SKP ditetapkan”."
    assert WORDS.say(approve.items[0], "id").endswith("Bila tidak: “Jumlah bobot seluruh hasil kerja harus 100%.”")
    assert "7 hari kerja sejak tugas diterima" in said(BASIC)


def test_the_matrix_of_a_result_is_printed_whole():
    table = next(each for each in chapter(BASIC, "results").blocks if isinstance(each, Table))
    matrix = LISTS["predicate_matrix"].matrix
    assert len(table.rows) == len(matrix.rows) and len(table.head) == 1 + len(matrix.columns)
    assert all(len(row) == len(table.head) for row in table.rows)


def test_the_calendar_is_in_the_order_of_the_year():
    (table,) = (each for each in chapter(BASIC, "dates").blocks if isinstance(each, Table))
    days = [WORDS.say(row[0][0], "id") for row in table.rows]
    assert days[:3] == ["31 Januari", "31 Desember", "31 Desember"]
    assert days[-1].endswith("hari kerja sejak tahap dimulai")


def test_a_reader_of_a_form_is_named_with_his_states():
    told = said(BASIC)
    assert "Panel kalibrasi: pada tahap Kalibrasi oleh panel dan Selesai." in told
    assert "Pegawai: pada semua tahap." in told


@pytest.mark.parametrize("document", [{}, {"kind": "workflow"}, {"kind": "workflow", "states": [{"tasks": [{}]}, 7]}])
def test_a_draft_with_mistakes_gives_what_it_says(document):
    assert said(document)[0]


def test_a_document_that_is_damaged_anywhere_still_gives_a_book():
    for seed in range(20):
        document = damaged(copy.deepcopy(BASIC), seed)
        if isinstance(document, dict):
            assert said(document)


def test_cases_inside_and_a_task_that_passes_on_are_told():
    year = normal_form(read_yaml((ROOT / "tests/corpus/definitions/valid/year_of_quarters.yaml").read_text())[0])
    told = said(year)
    assert "Evaluasi triwulan" in told and "Saat evaluasi memasuki tahap Pelaksanaan." in told
    assert "Evaluasi anak sudah ada dan selesai." in told
    other = copy.deepcopy(BASIC)
    other["states"][0]["tasks"][0]["due"]["passes_to"] = "supervisor"
    more = Counter(said(other)) - Counter(said(BASIC))
    late = "“Susun SKP” pada tahap “Penyusunan SKP” beralih ke sini dari Pegawai sesudah batas waktunya lewat."
    assert more[late] == 1 and more["31 Januari, sesudah itu tugas beralih kepada Pejabat Penilai Kinerja"] == 2


def test_a_wide_flow_may_be_cut_where_nothing_stands():
    spoken = Voice("id", lambda message: WORDS.say(message, "id"))
    drawn = picture(drawable(BASIC), spoken)
    taken = [(box.x, box.x + box.width) for box in (*drawn.boxes, *drawn.words)]
    assert drawn.cuts and not any(start < cut < end for cut in drawn.cuts for start, end in taken)
