"""The gallery of field types: every registered type, drawn four ways, with its options."""

import re

import pytest

import wsgi
from admin.field_options import options
from engine.core.catalog import describe
from engine.fields.money import MoneyField

CATALOG = wsgi.build_catalog()
NAMES = CATALOG.names("field")


@pytest.fixture(scope="module")
def pages(still):
    return {language: still.get("admin", "/admin/fields/", language=language).text for language in ("id", "en")}


def exhibit(page, name):
    found = re.search(rf'data-exhibit="{name}">(.*?)(?=data-exhibit=|</main>)', page, re.DOTALL)
    assert found, f"{name} is not in the gallery"
    return found[1]


@pytest.mark.parametrize("name", NAMES)
def test_every_registered_type_is_drawn_four_ways_with_every_option(pages, name):
    for words in pages.values():
        part = exhibit(words, name)
        assert part.count('<section class="exhibit') == 4
        for option in CATALOG.get("field", name).options.model_fields:
            assert f'<code class="code">{option}</code>' in part
        assert CATALOG.get("field", name).doc.split("`")[0].split("'")[0] in part.replace("&#39;", "'")


@pytest.mark.parametrize("name", [name for name in NAMES if CATALOG.get("field", name).call.answered == "by_person"])
def test_what_people_type_is_shown_refused_with_its_reason(pages, name):
    for words in pages.values():
        assert 'class="field-error"' in exhibit(words, name)


def test_answers_are_read_in_both_languages(pages):
    assert "1.250,00" not in pages["id"] and "Rp 1.250.000" in exhibit(pages["id"], "money")
    assert "95% (target 80–90%, makin tinggi makin baik)" in exhibit(pages["id"], "unit_value")
    assert "95% (target 80–90%, higher is better)" in exhibit(pages["en"], "unit_value")
    assert "<strong>Hasil triwulan I</strong>" in exhibit(pages["id"], "richtext")
    assert "1 Januari – 31 Maret 2026" in exhibit(pages["id"], "period")


def test_no_two_parts_of_the_page_have_the_same_id(pages):
    ids = re.findall(r'\sid="([^"]+)"', pages["id"])
    assert sorted({each for each in ids if ids.count(each) > 1}) == []


def test_the_sample_of_a_file_has_a_name_and_leads_to_nothing(pages):
    assert "laporan-triwulan-1.pdf" in exhibit(pages["id"], "file") and 'href="/files/' not in pages["id"]


def test_what_is_refused_cannot_become_a_link(pages):
    assert 'href="javascript:' not in pages["id"]


def test_the_gallery_is_found_from_the_definitions_by_admins_alone(still):
    link = 'href="/admin/fields/"'
    assert link in still.get("admin", "/admin/definitions/").text
    assert link not in still.get("auditor", "/admin/definitions/").text


def test_options_say_what_they_take_and_what_holds_otherwise():
    rows = {option.name: option for option in options(describe(MoneyField))}
    assert rows["currency"].kind.key == "admin.fields.kind.text" and rows["currency"].default == "IDR"
    assert rows["minimum"].kind.key == "admin.fields.kind.number" and rows["maximum"].default == ""
    assert rows["places"].kind.params == {"values": ("0", "1", "2")}
    kinds = {
        (name, option.name): option.kind.key.rpartition(".")[2]
        for name in ("table", "number", "choice", "computed", "yesno", "period", "note")
        for option in options(CATALOG.get("field", name))
    }
    assert kinds["table", "columns"] == "ref_fields"
    assert kinds["table", "min_rows"] == "whole_between"
    assert kinds["number", "unit"] == kinds["note", "text"] == "words"
    assert kinds["choice", "list"] == "ref_codelist"
    assert kinds["computed", "value"] == "ref_expression"
    assert kinds["yesno", "choices"] == "items"
    assert kinds["period", "in_period"] == "boolean"


def test_an_option_that_must_be_given_says_so():
    needed = {option.name: option.default for option in options(CATALOG.get("field", "computed"))}
    assert needed["value"] is None and needed["places"] == "2"
