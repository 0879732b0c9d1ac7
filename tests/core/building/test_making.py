"""What the buttons of the form builder do: each makes edits that can be done, and selects what it made."""

import pytest

from engine.core.building import making, shifting
from engine.core.building.draftform import elements
from engine.core.building.places import element, seat
from engine.core.designing.draft import begun
from engine.core.designing.edits import change
from tests.core.building.test_draftform import GOOD, TABLE
from tests.core.building.test_starters import design
from tests.core.tiny import CATALOG

MAIN = "forms.f.sections.main"
NOTE, TARGETS = f"{MAIN}.fields.note_to_self", f"{MAIN}.fields.targets"


def document():
    found = design(GOOD, TABLE)
    found["forms"][0]["sections"].append({"key": "more", "title": {"id": "Lagi", "en": "More"}, "fields": []})
    return begun(found).document


def after(before, made):
    """The document after the edits; what they select is there."""
    changed = change(begun(before), made.edits, CATALOG)
    back = change(changed.draft, changed.inverse, CATALOG)
    assert back.draft.document == begun(before).document
    steps = made.at.split(".")
    assert len(steps) == 2 or steps[2] in ("checks", "prefill") or element(changed.draft.document, made.at) is not None
    return changed.draft.document


def keys(found, path):
    """The keys of a list, by the path of the list."""
    above, _, name = path.rpartition(".")
    return [each["key"] for each in elements((element(found, above) or {}).get(name))]


def test_a_question_comes_behind_the_selected_one_with_a_key_made_of_its_words():
    made = making.question(document(), "f", "number", "Jumlah laporan", NOTE)
    found = after(document(), made)
    assert keys(found, f"{MAIN}.fields") == ["note_to_self", "jumlah_laporan", "targets"]
    assert element(found, made.at)["label"] == {"id": "Jumlah laporan"}


def test_a_question_comes_at_the_end_where_nothing_is_selected_and_into_a_selected_section():
    assert making.question(document(), "f", "text", "Satu").at == "forms.f.sections.more.fields.satu"
    assert making.question(document(), "f", "text", "Satu", MAIN).at == f"{MAIN}.fields.satu"


def test_behind_a_column_comes_a_column_but_a_table_comes_behind_the_table():
    made = making.question(document(), "f", "number", "Target", f"{TARGETS}.columns.what")
    assert keys(after(document(), made), f"{TARGETS}.columns") == ["what", "target", "weight"]
    made = making.question(document(), "f", "table", "Lain", f"{TARGETS}.columns.what")
    assert keys(after(document(), made), f"{MAIN}.fields") == ["note_to_self", "targets", "lain"]
    assert making.column(document(), TARGETS, "percent", "Bobot").at == f"{TARGETS}.columns.bobot"
    assert making.column(document(), TARGETS, "table", "x") is None


def test_the_first_question_of_an_empty_form_brings_a_section():
    empty = design()
    empty["forms"][0]["sections"] = []
    assert making.question(empty, "f", "text", "Satu").at == f"{MAIN}.fields.satu"
    after(empty, making.question(empty, "f", "text", "Satu"))


def test_keys_are_unique_in_the_whole_form_and_never_those_that_expressions_or_pages_keep():
    assert making.question(document(), "f", "text", "Targets", "forms.f.sections.more").at.endswith(".targets_2")
    assert making.question(document(), "f", "text", "Today").at.endswith(".today_2")
    assert making.question(document(), "f", "text", "Password").at.endswith(".password_2")


def test_a_copy_of_a_section_has_questions_with_keys_of_their_own():
    found = after(document(), made := making.again(document(), MAIN))
    assert made.at == "forms.f.sections.main_2"
    assert keys(found, f"{made.at}.fields") == ["note_to_self_2", "targets_2"]


def test_a_copy_of_a_form_stands_behind_it():
    found = after(document(), making.again(document(), "forms.f"))
    assert [form["key"] for form in found["forms"]] == ["f", "f_2"]
    assert making.again(document(), "forms.nosuch") is None and making.again(document(), f"{MAIN}.fields.x") is None


def test_up_and_down_stay_in_the_list_and_go_on_into_the_next_section():
    down = shifting.shifted(document(), NOTE, up=False)
    assert keys(after(document(), down), f"{MAIN}.fields") == ["targets", "note_to_self"]
    further = shifting.shifted(document(), TARGETS, up=False)
    assert further.at == "forms.f.sections.more.fields.targets"
    assert keys(after(document(), further), "forms.f.sections.more.fields") == ["targets"]
    assert shifting.shifted(document(), NOTE, up=True) is None
    column = shifting.shifted(document(), f"{TARGETS}.columns.weight", up=True)
    assert keys(after(document(), column), f"{TARGETS}.columns") == ["weight", "what"]
    sections = shifting.shifted(document(), "forms.f.sections.more", up=True)
    assert [each["key"] for each in after(document(), sections)["forms"][0]["sections"]] == ["more", "main"]


def test_dragging_goes_to_any_section_but_never_into_rows():
    made = shifting.moved(document(), TARGETS, f"{MAIN}.fields", "note_to_self")
    assert keys(after(document(), made), f"{MAIN}.fields") == ["targets", "note_to_self"]
    assert shifting.moved(document(), NOTE, "forms.f.sections.more.fields", "").at.endswith("more.fields.note_to_self")
    assert shifting.moved(document(), NOTE, f"{TARGETS}.columns", "") is None
    assert shifting.moved(document(), NOTE, "forms.g.sections.more.fields", "") is None


@pytest.mark.parametrize("name", ["longtext", "scale", "table", "computed"])
def test_a_changed_type_is_one_edit_for_each_property_that_differs(name):
    made = making.changed_type(document(), NOTE, CATALOG.get("field", name))
    assert element(after(document(), made), NOTE)["type"] == name


def test_a_column_never_becomes_a_table():
    assert making.changed_type(document(), f"{TARGETS}.columns.what", CATALOG.get("field", "table")) is None


def test_pasted_choices_follow_those_that_are_there():
    found = design({"key": "pick", "type": "choice", "choices": [{"key": "a", "label": {"id": "A", "en": "A"}}]})
    path = f"{MAIN}.fields.pick"
    more = ({"key": "b", "label": {"id": "B", "en": "B"}},)
    changed = after(found, making.choices(found, path, "choices", more))
    assert [each["key"] for each in element(changed, path)["choices"]] == ["a", "b"]


def test_a_form_a_section_a_check_and_a_first_answer_can_be_added():
    found = after(document(), made := making.form(document(), "Rencana kerja"))
    assert made.at == "forms.rencana_kerja" and found["forms"][-1]["label"]["id"] == "Rencana kerja"
    assert making.section(document(), "f", "Perilaku", TARGETS).edits[0].before == "more"
    after(document(), making.section(document(), "f", ""))
    after(document(), making.check(document(), "f", "Jumlah bobot harus 100."))
    after(document(), making.first_answer("f", "note_to_self", "previous.f.note_to_self"))


def test_the_place_of_nothing_is_none():
    for path in ("", "forms", "forms.f", "forms.g.sections.main", "states.a", f"{NOTE}.label"):
        assert seat(document(), path) is None
