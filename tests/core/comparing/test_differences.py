"""What is different between two definitions: told by meaning, and nothing left unsaid."""

import copy
import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.comparing.both import tidy
from engine.core.comparing.differences import differences
from engine.core.comparing.pairing import pair
from engine.core.reading.normal import dump, load, normal_form
from engine.core.telling.values import node_at
from engine.documents import read_yaml
from engine.web import i18n
from tests.core.definition_strategies import damaged, workflows
from tests.core.definitions import PRODUCT, ROOT, VALID, shipped_codelists

WORDS = i18n.shipped(strict=True)
LISTS = shipped_codelists()
BASIC = dump(load(normal_form(read_yaml((ROOT / "workflows/basic_cycle.yaml").read_text())[0])))
GRID = dump(load(normal_form(read_yaml((ROOT / "workflows/codelists/predicate_matrix.yaml").read_text())[0])))


def at(document, path):
    return node_at(document, path.split("."))


def said(old, new, language="id"):
    """The sentences, after every word of them was said in both languages."""
    found = differences(old, new, PRODUCT, LISTS)
    for each in found:
        for into in ("id", "en"):
            WORDS.say(each.message, into)
            WORDS.show(each.old, into)
            WORDS.show(each.new, into)
        assert each.path or each.part.slug == "whole"
    return [WORDS.say(each.message, language) for each in found]


def change(path, **values):
    def act(document):
        at(document, path).update({name.rstrip("_"): value for name, value in values.items()})

    return act


def take(path, name):
    return lambda document: at(document, path).pop(name)


def listed(path, how):
    return lambda document: how(at(document, path))


PLAN = "forms.plan.sections.results.fields"
PANEL = [{"role": "employee"}]
SENTENCES = [
    (
        change("states.plan_drafted.tasks.write_plan", due={"on": "02-15", "of": "period"}),
        "Batas waktu “Susun SKP” berubah dari 31 Januari menjadi 15 Februari.",
    ),
    (
        change("transitions.approve.guards.1", options={"roles": ["employee", "panel"]}),
        "Langkah “Tetapkan SKP”: syaratnya berubah."
        " Dulu: Tidak ada orang yang memegang lebih dari satu peran ini: Pegawai dan Pejabat Penilai Kinerja."
        " Kini: Tidak ada orang yang memegang lebih dari satu peran ini: Pegawai dan Panel kalibrasi.",
    ),
    (
        listed("transitions.finalize", lambda node: node.update(guards=[{"name": "tasks_done"}])),
        "Langkah “Tetapkan predikat” mendapat syarat baru: Semua formulir wajib pada tahap ini sudah dikirim.",
    ),
    (
        change("transitions.approve", to="evidence"),
        "Langkah “Tetapkan SKP” kini menuju “Pengumpulan bukti dukung”, dulu “SKP ditetapkan”.",
    ),
    (
        change("roles.supervisor", rule="head_of_unit"),
        "Peran “Pejabat Penilai Kinerja” kini ditemukan dengan cara lain."
        " Dulu: Atasan dari Pegawai, menurut jabatannya. Kini: Pemegang jabatan puncak pada unit Pegawai.",
    ),
    (
        change("states.rated.tasks.rate", role="panel"),
        "Tugas “Beri rating” pada tahap “Penilaian oleh atasan” kini dikerjakan oleh “Panel kalibrasi”,"
        " dulu “Pejabat Penilai Kinerja”.",
    ),
    (
        change(f"{PLAN}.targets.columns.weight", required=False),
        "Kolom “Bobot” pada “Hasil kerja dan indikator” tidak lagi wajib diisi.",
    ),
    (
        change(f"{PLAN}.targets", max_rows=20),
        "Pertanyaan “Hasil kerja dan indikator” pada “Sasaran Kinerja Pegawai (SKP)”:"
        " baris paling banyak berubah dari 40 menjadi 20.",
    ),
    (
        listed("transitions", lambda moves: moves.insert(2, {"key": "skip", "label": {"id": "Lewati", "en": "Skip"},
                                                            "from": ["approved"], "to": "rated"})),
        "Langkah “Lewati” ditambahkan: dari SKP ditetapkan ke Penilaian oleh atasan.",
    ),
    (
        listed("forms.rating.sections.results_rating.fields.unit_achievement.choices", lambda items: items.pop()),
        "Pilihan “Sangat Kurang” pada “Capaian kinerja organisasi” dihapus.",
    ),
    (
        listed(PLAN, lambda fields: fields.reverse()),
        "Pertanyaan “Jumlah bobot” pada “Sasaran Kinerja Pegawai (SKP)” kini berada paling atas.",
    ),
    (
        change("states.rated", label={"id": "Penilaian", "en": "Rating"}),
        "Tahap “Penilaian”: sebutan berubah dari “Penilaian oleh atasan” menjadi “Penilaian”.",
    ),
    (
        change("states.rated.help", en="The supervisor rates."),
        "Tahap “Penilaian oleh atasan”: penjelasan berbahasa Inggris berubah. Dulu: “The supervisor rates results and"
        " behaviour. A rating is a judgement, not a formula.” Kini: “The supervisor rates.”",
    ),
    (
        listed("visible", lambda grants: grants[-1].update(states=["finalized"])),
        "Panel kalibrasi tidak dapat lagi membaca “Rating kinerja” pada tahap Kalibrasi oleh panel.",
    ),
    (
        listed("states.rated.tasks.decide_rating.decide", lambda names: names.pop()),
        "Tugas “Ajukan rating ke panel kalibrasi” pada tahap “Penilaian oleh atasan” tidak lagi menawarkan"
        " “Kembalikan bukti dukung”.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("act", "sentence"), SENTENCES)
def test_one_change_is_one_sentence_by_its_meaning(act, sentence):
    changed = copy.deepcopy(BASIC)
    act(changed)
    found = said(BASIC, changed)
    assert found == [sentence]


def test_a_circle_says_who_may_see_and_change_now():
    one, other = copy.deepcopy(BASIC), copy.deepcopy(BASIC)
    at(one, f"{PLAN}.total")["edited_by"] = [{"role": "employee"}]
    at(other, f"{PLAN}.total")["edited_by"] = [{"role": "employee"}, {"role": "panel", "states": ["calibrated"]}]
    thing = "“Jumlah bobot” pada formulir Sasaran Kinerja Pegawai (SKP)"
    assert said(one, other) == [f"Panel kalibrasi kini juga boleh mengubah {thing} pada tahap Kalibrasi oleh panel."]
    assert said(other, one) == [
        f"Panel kalibrasi tidak boleh lagi mengubah {thing}; dulu pada tahap Kalibrasi oleh panel."
    ]
    assert said(BASIC, one) == [f"Kini hanya Pegawai (pada semua tahap) yang boleh mengubah {thing}."]
    assert len(said(one, BASIC)) == 1


def test_a_question_that_went_to_another_section_is_moved_not_lost():
    changed = copy.deepcopy(BASIC)
    at(changed, "forms.plan.sections.attachments.fields").append(at(changed, PLAN).pop())
    assert said(BASIC, changed) == [
        "Pertanyaan “Jumlah bobot” pada “Sasaran Kinerja Pegawai (SKP)” dipindahkan"
        " dari “Rencana hasil kerja” ke “Lampiran SKP”."
    ]


def test_a_rename_is_one_difference_however_often_it_is_named():
    changed = json.loads(json.dumps(BASIC).replace('"panel"', '"board"'))
    assert said(BASIC, changed) == [
        "Peran “Panel kalibrasi” kini memakai kunci “board”, dulu “panel”. Semua yang merujuknya ikut berubah."
    ]


def test_an_element_that_came_is_told_with_all_that_it_says():
    changed = copy.deepcopy(BASIC)
    new = {"key": "note", "type": "longtext", "label": {"id": "Catatan", "en": "Note"}, "required": True, "rows": 4}
    at(changed, PLAN).append(new)
    (found,) = differences(BASIC, changed, PRODUCT, LISTS)
    assert found.kind == "added" and found.old is None
    assert WORDS.show(found.new, "id") == "jenis isian: teks beberapa baris, wajib diisi: Ya, dan baris: 4"


def test_a_cell_of_a_look_up_table_says_where_it_stands():
    changed = copy.deepcopy(GRID)
    row = next(iter(changed["matrix"]["cells"].values()))
    first = next(iter(row))
    row[first] = next(item["key"] for item in changed["items"] if item["key"] != row[first])
    (sentence,) = said(GRID, changed)
    assert sentence.startswith("Pertemuan “")


def leaves(node, path=()):
    if isinstance(node, dict):
        for name, value in node.items():
            yield from leaves(value, (*path, name))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from leaves(value, (*path, index))
    else:
        yield path


def put(document, path, value):
    found = copy.deepcopy(document)
    node = found
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return found


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_no_place_of_a_definition_can_change_without_a_word(path):
    document = tidy(normal_form(read_yaml(path.read_text())[0]))
    assert differences(document, copy.deepcopy(document), PRODUCT) == ()
    places = list(leaves(document))
    for place in Random(7).sample(places, min(25, len(places))):
        changed = put(document, place, "changed")
        assert said(document, changed), place
        assert said(changed, document), place


@settings(max_examples=25)
@given(workflows(), st.integers(0, 10**6))
def test_documents_that_differ_are_told_apart_and_equal_ones_are_not(document, seed):
    other = damaged(document, seed)
    assert differences(document, copy.deepcopy(document), PRODUCT) == ()
    if isinstance(other, dict):
        assert bool(said(document, other)) == (tidy(document) != tidy(other))


@given(st.lists(st.integers(0, 8), unique=True), st.lists(st.integers(0, 8), unique=True))
def test_as_few_items_as_can_be_have_moved(old, new):
    found = pair(old, new, lambda each: each)
    common = [each for each in old if each in new]
    still = [after for _, after, moved in found.both if not moved]
    assert still == [each for each in common if each in still], "those that stay are in the same order in both"
    assert {*found.added} == {*new} - {*old} and {*found.removed} == {*old} - {*new}
    assert any(moved for *_, moved in found.both) == (common != [each for each in new if each in old])
