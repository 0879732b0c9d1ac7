"""Yes, no, and neither."""

import pytest

from engine.core.messages import Message
from tests.core.tiny import FACTS, form_of, problems
from tests.fields.judging import kind, refusal, value


@pytest.mark.parametrize(("raw", "meant"), [("yes", True), ("Ya", True), (True, True), ("tidak", False), ("0", False)])
def test_yes_and_no_are_read_in_both_languages(raw, meant):
    assert value("yesno", raw) is meant


def test_an_optional_question_may_stay_open():
    assert value("yesno", "") is None


def test_no_is_an_answer_to_a_required_question_and_nothing_is_none():
    form = form_of({"x": {"type": "yesno", "required": True}})
    assert form.judge({"x": "no"}, FACTS).errors == {}
    assert form.judge({"x": ""}, FACTS).errors == {"x": Message("field.required")}


def test_what_is_neither_is_refused():
    assert refusal("yesno", "mungkin") == "field.yesno.unknown"
    assert refusal("yesno", 1) == "field.wrong_type"


def test_an_author_gives_his_own_words():
    words = kind("yesno", choices={"yes": {"id": "Tercapai", "en": "Reached"}, "no": "Belum"})
    assert (words.format(True, "en"), words.format(False, "id")) == ("Reached", "Belum")
    assert [item.key for item in words.items] == ["yes", "no"]
    assert kind("yesno").format(False, "id") == "Tidak"


def test_other_words_are_for_yes_and_no():
    fields = {"x": {"type": "yesno", "choices": {"yes": "Ada", "maybe": "Mungkin"}}}
    found = problems({"forms": {"f": {"sections": {"s": {"fields": fields}}}}})
    assert set(found.values()) == {"bind.yes_and_no"}
