"""Results in the designer: methods with their panels, weights with their total, bands as a scale, and code lists."""

import json
import re
from decimal import Decimal
from html import unescape

import pytest
from sqlalchemy import select

from engine import design_beginnings
from engine.core.messages import Text
from engine.store.queries import designs as queries
from engine.store.tables import DefinitionVersion
from portal.standing import Result, Share
from tests.admin.city import City, copy_of, words


@pytest.fixture(scope="module")
def city(loaded_city, tmp_path_factory):
    """One for all tests here: each works at a design of its own."""
    database = copy_of(loaded_city, f"sqlite:///{tmp_path_factory.mktemp('results') / 'city.sqlite3'}")
    yield City(database)
    database.close()


def begun(city, key):
    version = city.one(select(DefinitionVersion.ref).where(DefinitionVersion.key == key))
    return design_beginnings.begin_from_version(city.rt, version, actor=city.actor("admin"), name=f"Uji {key}")


@pytest.fixture
def design(city):
    return begun(city, "basic_cycle")


@pytest.fixture
def codelist(city):
    return begun(city, "predicate_matrix")


def document(city, design):
    with city.database.read() as db:
        return json.loads(queries.by_ref(db, design).document)


def shown(city, path):
    return unescape(words(city.get("admin", path)))


def do(city, design, page, what, status=303, **form):
    return city.post("admin", f"/admin/designs/{design}/{page}", status, do=what, **form)


def score(city, design):
    """A score with two parts and two bands, built by the buttons of the page."""
    do(city, design, "results/", "add", **{"label:id": "Nilai akhir", "method": "weighted"})
    key = document(city, design)["results"][-1]["key"]
    path = f"results.{key}"
    do(city, design, "results/", f"part:{path}", **{"new-part:id": "Hasil kerja", "new-part:en": "Results"})
    first = f"{path}.parts.{result(city, design)['parts'][0]['key']}"
    form = {"row": first, f"was:{first}.weight": "100", f"v:{first}.weight": "60,5"}
    do(city, design, "results/", f"part:{path}", **{"new-part:id": "Perilaku"}, **form)
    do(city, design, "results/", f"band:{path}", **{"new-band:id": "Kurang"})
    do(city, design, "results/", f"band:{path}", **{"new-band:id": "Baik", "new-from": "90"})
    return path


def result(city, design):
    return document(city, design)["results"][-1]


def test_the_results_are_listed_with_how_they_are_found_and_their_table(city, design):
    page = shown(city, f"/admin/designs/{design}/results/?at=results.predicate")
    assert "Predikat kinerja pegawai" in page
    assert "“Rating hasil kerja” di formulir “Rating kinerja”" in page
    assert "Hasil kerja di atas ekspektasi Kurang/Misconduct Baik Sangat Baik" in page


def test_a_score_is_built_by_buttons_and_a_new_part_counts_what_is_left(city, design):
    score(city, design)
    found = result(city, design)
    assert [each["weight"] for each in found["parts"]] == ["60.5", "39.5"]
    assert found["parts"][0]["label"] == {"en": "Results", "id": "Hasil kerja"}
    assert [(each["label"]["id"], each.get("from")) for each in found["bands"]] == [("Kurang", None), ("Baik", 90)]


def test_a_band_that_begins_inside_another_splits_it_and_no_gap_is_left(city, design):
    path = score(city, design)
    do(city, design, "results/", f"band:{path}", **{"new-band:id": "Cukup", "new-from": "70,5"})
    page = shown(city, f"/admin/designs/{design}/results/?at={path}")
    assert [each.get("from") for each in result(city, design)["bands"]] == [None, "70.5", 90]
    assert "di bawah 70,5" in page
    assert "70,5 sampai di bawah 90" in page
    assert "90 ke atas" in page


def test_the_total_of_the_weights_is_told_while_it_is_wrong(city, design):
    path = score(city, design)
    parts = [f"{path}.parts.{each['key']}" for each in result(city, design)["parts"]]
    form = {"row": parts, f"was:{parts[1]}.weight": json.dumps(result(city, design)["parts"][1]["weight"])}
    values = {f"{word}:{part}.value": text for part in parts for word, text in (("was", "null"), ("v", "plan.total"))}
    do(city, design, "results/", "save", **form, **values, **{f"v:{parts[1]}.weight": "29.5"})
    page = shown(city, f"/admin/designs/{design}/results/?at={path}")
    assert "Jumlah bobot 90% Jumlah bobot harus 100%." in page
    assert "jumlah bobot semua bagian harus 100, sekarang 90" in page.casefold()


def test_the_number_of_a_part_is_built_in_the_rule_builder(city, design):
    path = score(city, design)
    at = f"{path}.parts.{result(city, design)['parts'][0]['key']}.value"
    form = {"mode": "formula", "was": "", "operand": ["0", "1"], "what:0": "plan.total", "before:0": "plan.total",
            "sign:1": "*", "1:0:typed": "2"}  # fmt: skip
    city.post("admin", f"/admin/designs/{design}/rule?at={at}", 303, do="save", **form)
    assert result(city, design)["parts"][0]["value"] == "plan.total * 2"


def test_a_table_is_changed_in_the_design_of_its_code_list(city, design):
    answer = do(city, design, "results/", "table:predicate_matrix")
    there = answer.location
    assert re.search(r"/admin/designs/\w+/items", there)
    assert do(city, design, "results/", "table:predicate_matrix").location == there
    assert "Sangat Baik" in shown(city, there)


def test_items_have_words_in_both_languages_and_days(city, codelist):
    at = "items.good"
    form = {
        "row": at, f"was:{at}.label": '{"en": "Good", "id": "Baik"}', f"v:{at}.label:id": "Baik sekali",
        f"v:{at}.label:en": "Good", f"was:{at}.from": "null", f"v:{at}.from": "2026-01-01",
    }  # fmt: skip
    do(city, codelist, "items", "save", **form)
    item = next(each for each in document(city, codelist)["items"] if each["key"] == "good")
    assert item == {"key": "good", "label": {"en": "Good", "id": "Baik sekali"}, "from": "2026-01-01"}


def test_several_items_are_pasted_after_a_look_and_doubles_are_left_out(city, codelist):
    text = "Istimewa; Excellent\nbaik\nluar_biasa; Luar Biasa; Outstanding"
    looked = unescape(words(do(city, codelist, "items", "look", 200, text=text)))
    assert "2 butir baru akan ditambahkan" in looked
    assert "Sudah ada, jadi dilewati: baik" in looked
    do(city, codelist, "items", "paste", text=text)
    assert document(city, codelist)["items"][-2:] == [
        {"key": "istimewa", "label": {"en": "Excellent", "id": "Istimewa"}},
        {"key": "luar_biasa", "label": {"en": "Outstanding", "id": "Luar Biasa"}},
    ]


def test_a_cell_of_the_table_is_chosen_and_a_row_is_added(city, codelist):
    do(city, codelist, "items", "save", **{"was-cell:above:above": "very_good", "cell:above:above": "good"})
    do(city, codelist, "items", "row", **{"new-rows:id": "Belum dinilai"})
    matrix = document(city, codelist)["matrix"]
    assert matrix["cells"]["above"]["above"] == "good"
    assert matrix["rows"][-1]["label"]["id"] == "Belum dinilai"
    assert "Belum dinilai × Perilaku kerja di atas ekspektasi" in shown(city, f"/admin/designs/{codelist}/items")


def test_a_workflow_has_no_items_and_the_pages_ask_little_of_the_database(city, design, codelist):
    city.get("admin", f"/admin/designs/{design}/items", status=404)
    for path in (f"{design}/results/?at=results.predicate", f"{codelist}/items"):
        city.get("admin", f"/admin/designs/{path}")
        with city.counted() as statements:
            city.get("admin", f"/admin/designs/{path}")
        assert len(statements) <= 12


def test_the_page_of_a_case_tells_how_a_score_came_about(city):
    parts = (
        Share(Text("Hasil kerja", "Results"), Decimal(70), Decimal("85.5"), Decimal("59.85")),
        Share(Text("Perilaku", "Behaviour"), Decimal(30), None, None),
    )
    title, value = Text("Nilai akhir", "Score"), Text("Baik", "Good")
    found = Result("score", title, value, {"method": "weighted"}, None, None, None, parts, Decimal("59.85"))
    with city.app.test_request_context("/", headers={"Cookie": "siklus_language=id"}):
        drawn = city.app.jinja_env.get_template("portal/result.html").module.result(found, True)
    said = " ".join(re.sub(r"<[^>]+>", " ", str(drawn)).split())
    assert "Hasil kerja 85,5 70% 59,85" in said
    assert "Perilaku belum ada, bobotnya dibagi 30%" in said
    assert said.endswith("Nilai akhir 59,85")
