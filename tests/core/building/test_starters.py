"""A fresh question of every type can be drawn at once, and a wording calls for the type that its author means."""

import pytest

from engine.core.building.bulk import pasted
from engine.core.building.copying import copied, stripped, taken_over
from engine.core.building.lenient import lenient
from engine.core.building.library import Shelf, lent, searched
from engine.core.building.retyping import lost, retyped
from engine.core.building.starters import GROUPS, OTHERS, grouped, guessed, starter
from engine.core.messages import Text
from tests.core.tiny import CATALOG

NAMES = CATALOG.names("field")


def design(*fields):
    sections = [{"key": "main", "fields": list(fields)}]
    return {
        "kind": "workflow",
        "format": 1,
        "key": "w",
        "name": {"id": "W", "en": "W"},
        "roles": [{"key": "employee", "rule": "subject"}],
        "states": [{"key": "a", "initial": True}, {"key": "b", "final": True}],
        "transitions": [],
        "forms": [{"key": "f", "sections": sections}],
    }


def bound(*fields):
    """The keys of the questions that can be drawn."""
    return [each.key for each in lenient(design(*fields), CATALOG, {}).forms["f"].questions]


@pytest.mark.parametrize("name", NAMES)
def test_a_fresh_question_of_every_type_can_be_drawn(name):
    assert bound({"key": "x", "type": name, **starter(name, {})}) == ["x"]


def test_the_palette_shows_every_type_once_and_has_a_place_for_one_that_nobody_grouped():
    found = [name for _, names in grouped([*NAMES, "thumbprint"]) for name in names]
    assert sorted(found) == sorted([*NAMES, "thumbprint"])
    assert dict(grouped([*NAMES, "thumbprint"]))[OTHERS] == ("thumbprint",)
    assert set(GROUPS) < {group for group, _ in grouped([*NAMES, "thumbprint"])}


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Tanggal selesai", "date"),
        ("Berapa laporan yang dibuat?", "number"),
        ("Bobot", "percent"),
        ("Apakah laporan sudah dikirim?", "yesno"),
        ("Uraikan kendala yang dihadapi", "longtext"),
        ("Unggah bukti dukung", "file"),
        ("Siapa yang mendampingi?", "person"),
        ("Anggaran kegiatan", "money"),
        ("Explain your choice", "longtext"),
        ("Rencana hasil kerja", "text"),
    ],
)
def test_a_wording_calls_for_its_type(words, name):
    assert guessed(words, NAMES) == name


def test_a_type_that_the_catalog_lacks_is_never_guessed():
    assert guessed("Tanggal selesai", ["text"]) == "text"


def test_a_fresh_total_adds_up_the_last_column_of_figures():
    columns = [{"key": "what", "type": "text"}, {"key": "weight", "type": "percent"}]
    form = {"sections": [{"key": "s", "fields": [{"key": "targets", "type": "table", "columns": columns}]}]}
    assert starter("computed", form) == {"value": "sum(targets.weight)"}
    assert starter("computed", {}) == {"value": "0"}


@pytest.mark.parametrize("before", NAMES)
@pytest.mark.parametrize("after", NAMES)
def test_every_type_becomes_every_other_and_can_be_drawn(before, after):
    question = {"key": "x", "type": before, "label": {"id": "Tanya", "en": "Ask"}, **starter(before, {})}
    found = retyped(question, CATALOG.get("field", after), {})
    assert found["type"] == after and found["label"] == question["label"]
    assert bound(found) == ["x"]


def test_a_change_of_type_keeps_what_fits_and_tells_what_it_takes_away():
    question = {"key": "x", "type": "text", "required": True, "max_length": 80, "shown_when": "true"}
    longer = retyped(question, CATALOG.get("field", "longtext"), {})
    assert longer == {**question, "type": "longtext"}
    number = retyped(question, CATALOG.get("field", "number"), {})
    assert number == {"key": "x", "type": "number", "required": True, "shown_when": "true"}
    assert lost(question, number) == ("max_length",)


def test_choices_become_levels_and_levels_choices():
    items = [{"key": "low", "label": {"id": "Rendah", "en": "Low"}}, {"key": "high", "label": {"id": "T", "en": "H"}}]
    scale = retyped({"key": "x", "type": "choice", "choices": items}, CATALOG.get("field", "scale"), {})
    assert [each["value"] for each in scale["levels"]] == ["1", "2"]
    assert scale["levels"][0]["label"] == {"id": "Rendah", "en": "Low"}
    back = retyped(scale, CATALOG.get("field", "choices"), {})
    assert [each["label"]["en"] for each in back["choices"]] == ["Low", "H"]


def test_lines_become_choices_with_keys_of_their_own():
    found = pasted("Sangat baik\n\n Baik ; Good\nkurang; Kurang; Poor\n", ())
    assert found.items == (
        {"key": "sangat_baik", "label": {"id": "Sangat baik"}},
        {"key": "baik", "label": {"id": "Baik", "en": "Good"}},
        {"key": "kurang", "label": {"id": "Kurang", "en": "Poor"}},
    )


def test_a_label_that_is_there_already_or_comes_twice_is_told_and_not_taken():
    there = [{"key": "baik", "label": {"id": "Baik", "en": "Good"}}]
    found = pasted("baik\nCukup\ncukup\nBaik!", there)
    assert [each["key"] for each in found.items] == ["cukup", "baik_2"]
    assert found.doubled == ("baik", "cukup")


def test_levels_are_counted_on_and_too_many_lines_are_left():
    found = pasted("\n".join(f"Tingkat {number}" for number in range(502)), [{"value": "1"}], counted=True)
    assert found.items[0]["value"] == "2" and "key" not in found.items[0]
    assert (len(found.items), found.left) == (500, 2)


def test_a_copy_has_its_own_key_and_says_that_it_is_one():
    question = {"key": "x", "type": "text", "label": {"id": "Hasil", "en": "Result"}, "was": ["y"], "required": True}
    found = copied(question, "x_2")
    assert found == {
        "key": "x_2",
        "type": "text",
        "label": {"id": "Hasil (salinan)", "en": "Result (copy)"},
        "required": True,
    }


def test_a_question_from_elsewhere_leaves_its_rules_there():
    question = {"key": "x", "type": "text", "shown_when": "y == 'a'", "default": "=plan.x", "max_length": 10}
    assert stripped(question) and not stripped({"key": "x", "type": "text"})
    assert taken_over(question, "z", {}) == {"key": "z", "type": "text", "max_length": 10}
    total = {"key": "t", "type": "computed", "value": "sum(a.b)", "unit": "%"}
    assert taken_over(total, "t", {})["value"] == "0"


def test_the_library_finds_questions_by_words_and_shows_the_same_one_once():
    ask = {"key": "x", "type": "text", "label": {"id": "Hasil kerja", "en": "Result"}}
    table = {"key": "t", "type": "table", "columns": [{"key": "w", "type": "percent", "label": "Bobot"}]}
    shelves = [Shelf("a", Text("A", "A"), design(ask, table)), Shelf("b", Text("B", "B"), design(ask))]
    found, count = searched(shelves, "hasil KERJA")
    assert ([each.at for each in found], count) == (["f.x"], 1)
    assert [each.at for each in searched(shelves, "bobot")[0]] == ["f.t.w"]
    assert searched(shelves, "", "table")[0][0].label.id == "T"
    assert lent(shelves[0], "f.t.w").type == "percent" and lent(shelves[0], "f.nosuch") is None
    assert searched([Shelf("a", Text("A", "A"), design(ask), but="f")], "") == ([], 0)
