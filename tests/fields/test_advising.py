"""Advice on wording: what a field says about a good answer, and that it holds nobody to it."""

import pytest

from engine.core.definition import CodeList
from engine.core.reading.normal import normal_form
from engine.documents import read_yaml
from tests.core.tiny import COLOURS, FACTS, bound, workflow
from wsgi import SHIPPED

DOCUMENT, _ = read_yaml((SHIPPED / "codelists" / "result_wording.yaml").read_bytes(), "result_wording.yaml")
LISTS = {"result_wording": CodeList.model_validate(normal_form(DOCUMENT)), "colours": COLOURS}


def form_of(**options):
    fields = {"x": {"advice": "result_wording", "required": True, **options}}
    return {"forms": {"f": {"sections": {"s": {"fields": fields}}}}}


@pytest.mark.parametrize("name", ["text", "longtext"])
def test_a_doubtful_wording_is_advised_and_taken_all_the_same(name):
    form = workflow(form_of(type=name), LISTS).forms["f"]
    judged = form.judge({"x": "Menyusun laporan yang selalu tepat waktu"}, FACTS)
    assert judged.errors == {} and judged.values["x"] == "Menyusun laporan yang selalu tepat waktu"
    advice = form.questions["x"].type.advise(judged.values["x"])
    assert [each.params["words"] for each in advice] == ["menyusun", "selalu"]


def test_a_good_wording_is_left_alone_and_so_is_a_field_without_a_list():
    form = workflow(form_of(type="text"), LISTS).forms["f"]
    assert form.questions["x"].type.advise("Ibu hamil terlayani sesuai standar") == ()
    plain = workflow(form_of(type="text", advice=None), LISTS).forms["f"]
    assert plain.questions["x"].type.advise("Menyusun laporan") == ()


def test_a_code_list_that_has_no_words_cannot_advise():
    told = bound(form_of(type="text", advice="colours"), LISTS).problems
    assert [problem.message.key for problem in told] == ["bind.no_word_lists"]
    assert bound(form_of(type="text", advice="nowhere"), LISTS).problems[0].message.key == "bind.no_such_codelist"
