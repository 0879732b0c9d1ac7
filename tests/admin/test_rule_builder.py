"""The rule builder: sentences and text that follow each other, a trial for each line, saving as one edit."""

import json
import re
from html import unescape

import pytest
from sqlalchemy import select

from engine import design_beginnings
from engine.store.queries import designs as queries
from engine.store.tables import DefinitionVersion
from tests.admin.city import City, copy_of, words

WHEN, TOTAL = "transitions.approve.when", "forms.plan.sections.results.fields.total.value"
SUM = "sum(plan.targets.weight) == 100"
CONTROL = re.compile(r'<(?:input|select|textarea)[^>]* name="([^"]+)"')


@pytest.fixture(scope="module")
def city(loaded_city, tmp_path_factory):
    """One for all tests here: each works at a design of its own."""
    database = copy_of(loaded_city, f"sqlite:///{tmp_path_factory.mktemp('rules') / 'city.sqlite3'}")
    yield City(database)
    database.close()


@pytest.fixture
def design(city):
    version = city.one(select(DefinitionVersion.ref).where(DefinitionVersion.key == "basic_cycle"))
    return design_beginnings.begin_from_version(city.rt, version, actor=city.actor("admin"), name="Uji")


def document(city, design):
    with city.database.read() as db:
        return json.loads(queries.by_ref(db, design).document)


def when(city, design, key="approve"):
    return next(each.get("when") for each in document(city, design)["transitions"] if each["key"] == key)


def page(city, design, at, language="id"):
    return city.get("admin", f"/admin/designs/{design}/rule?at={at}", language)


def press(city, design, at, status=200, **form):
    return city.post("admin", f"/admin/designs/{design}/rule?at={at}", status, **form)


def row(place="0", what="plan.targets.weight", function="sum", operator="is", value="100", before=None):
    return {
        f"what:{place}": what,
        f"before:{place}": what if before is None else before,
        f"function:{place}": function,
        f"operator:{place}": operator,
        f"{place}:0:typed": value,
    }


def rows(*parts, was=SUM, **more):
    """The form of a rule with these rows one after the other."""
    found = {"mode": "rows", "was": was, "joint:": "all", "part": [f"row:{n}" for n in range(len(parts))], **more}
    for each in parts:
        found |= each
    return found


def text_of(answer):
    found = re.search(r'<textarea[^>]*id="rule-text"[^>]*>(.*?)</textarea>', answer.get_data(as_text=True), re.DOTALL)
    return unescape(found[1]).strip()


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "id",
            "Jumlah “Bobot” pada tabel “Hasil kerja dan indikator” di formulir “Sasaran Kinerja Pegawai (SKP)” sama",
        ),
        ("en", "The sum of “Weight” in the table “Results and indicators” in the form “Performance plan (SKP)” equals"),
    ],
)
def test_a_rule_opens_as_sentences_reads_itself_back_and_is_tried_on_an_example(city, design, language, says):
    answer = page(city, design, WHEN, language)
    assert says in words(answer)
    assert {"what:0", "function:0", "operator:0", "0:0:typed", "try:plan.targets.weight"} <= set(
        CONTROL.findall(answer.get_data(as_text=True))
    )
    assert text_of(answer) == SUM
    assert 'value="50; 50"' in answer.get_data(as_text=True)


def test_buttons_without_script_build_a_nested_rule_that_is_saved_as_one_edit(city, design):
    begun = press(city, design, WHEN, do="row", **rows(row()))
    assert 'name="what:1"' in begun.get_data(as_text=True)
    chosen = row("1", "rating.result", "", "", "", before="")
    picked = press(city, design, WHEN, **rows(row(), chosen))
    assert 'name="operator:1"' in picked.get_data(as_text=True)
    second = row("1", "rating.result", "", "is", "above")
    nested = press(city, design, WHEN, do="wrap:1", **rows(row(), second))
    assert 'value="group:1"' in nested.get_data(as_text=True)
    inner = {**row("1.0", "rating.result", "", "is", "above"), **row("1.1", "today", "", "at_least", "2026-01-31")}
    whole = rows(row(), inner, **{"joint:1": "any"}) | {"part": ["row:0", "group:1", "row:1.0", "row:1.1"]}
    looked = press(city, design, WHEN, **whole)
    assert text_of(looked) == f"{SUM} and (rating.result == 'above' or today >= date('2026-01-31'))"
    press(city, design, WHEN, 303, do="save", **whole)
    assert when(city, design) == f"{SUM} and (rating.result == 'above' or today >= date('2026-01-31'))"


def test_text_becomes_sentences_and_what_no_sentence_says_stays_text(city, design):
    said = press(
        city, design, WHEN, do="text", text="count(plan.targets) >= 3 and not (rating is missing)", mode="rows"
    )
    assert set(CONTROL.findall(said.get_data(as_text=True))) >= {"what:0", "joint:1", "what:1.0"}
    rich = press(city, design, WHEN, do="text", text="if(rating is missing, true, false)", mode="rows")
    assert "terlalu rumit" in words(rich)
    assert 'name="what:0"' not in rich.get_data(as_text=True)
    press(city, design, WHEN, 303, do="save", mode="text", was=SUM, text="if(rating is missing, true, false)")
    assert when(city, design) == "if(rating is missing, true, false)"


def test_mistakes_of_a_text_are_told_with_their_column_and_nothing_is_saved(city, design):
    wrong = press(city, design, WHEN, 422, do="save", mode="text", was=SUM, text="sum(plan.targets.wieght) == 'x'")
    told = unescape(words(wrong))
    assert "kolom 5: nama 'plan.targets.wieght' tidak dikenal" in told
    assert "Apakah yang dimaksud 'plan.targets.weight'?" in told
    assert when(city, design) == SUM


def test_what_is_blank_is_told_at_its_place_when_somebody_saves(city, design):
    assert "Lengkapi bagian ini" not in words(press(city, design, WHEN, **rows(row(value=""))))
    wrong = press(city, design, WHEN, 422, do="save", **rows(row(value=""), row("1", "", "", "", "")))
    html = wrong.get_data(as_text=True)
    assert 'id="0:0:typed-error"' in html
    assert 'id="what:1-error"' in html
    assert 'aria-invalid="true"' in html


def test_each_line_says_true_false_or_unknown_and_why(city, design):
    lines = rows(row(), row("1", "rating.result", "", "is", "above"), row("2", "today", "", "less_than", "2026-02-01"))
    tried = {"try:plan.targets.weight": "60; 40", "try:rating.result": "", "try:today": "2026-03-01"}
    told = press(city, design, WHEN, **lines, **tried).get_data(as_text=True)
    trials = [words_of(each) for each in re.findall(r'<p class="rule-trial">(.*?)</p>', told, re.DOTALL)]
    assert trials == [
        "Salah",
        "Benar",
        "Belum diketahui karena “Rating hasil kerja” di formulir “Rating kinerja” belum ada.",
        "Salah",
    ]


def test_a_rule_is_tried_on_a_case_that_the_admin_oversees_and_on_no_other(city, design):
    offered = page(city, design, WHEN).get_data(as_text=True)
    case = re.search(r'<option value="(\w{26})"', offered)[1]
    taken = press(city, design, WHEN, do="case", case=case, **rows(row())).get_data(as_text=True)
    weights = re.search(r'name="try:plan.targets.weight"[^>]* value="([^"]+)"', taken)[1]
    assert sum(int(each) for each in weights.split(";")) == 100
    assert weights != "50; 50"
    own = city.case("admin")
    press(city, design, WHEN, 404, do="case", case=own or "a" * 26, **rows(row()))


def words_of(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_computed_total_is_built_as_a_value(city, design):
    assert "Hasil" in words(page(city, design, TOTAL))
    form = {
        "mode": "formula", "was": "sum(targets.weight)", "operand": ["0", "1"], "what:0": "targets.weight",
        "before:0": "targets.weight", "function:0": "sum", "sign:1": "/", "1:0:typed": "2,5", "places": "1",
    }  # fmt: skip
    told = press(city, design, TOTAL, **form, **{"try:targets.weight": "60; 40"})
    assert "Hasil 40" in words(told)
    press(city, design, TOTAL, 303, do="save", **form)
    fields = document(city, design)["forms"][0]["sections"][0]["fields"]
    assert fields[1]["value"] == "round(sum(targets.weight) / 2.5, 1)"


def test_two_at_once_are_told_and_a_rule_can_be_removed(city, design):
    told = press(city, design, WHEN, 409, do="save", **rows(row(value="90"), was="sum(plan.targets.weight) == 80"))
    assert SUM in unescape(told.get_data(as_text=True)) or "sama dengan 100" in words(told)
    assert when(city, design) == SUM
    press(city, design, WHEN, 303, do="remove", **rows(row()))
    assert when(city, design) is None


@pytest.mark.parametrize("at", ["", "states", "transitions.gone.when", "transitions.approve", "x.y.z"])
def test_where_no_rule_can_stand_there_is_no_page(city, design, at):
    city.get("admin", f"/admin/designs/{design}/rule?at={at}", status=404)


def test_the_page_asks_little_of_the_database(city, design):
    page(city, design, WHEN)
    with city.counted() as statements:
        page(city, design, WHEN)
    assert len(statements) <= 14
