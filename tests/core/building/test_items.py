"""Choices, criteria and levels as one list: worded, moved, taken out, added."""

from engine.core.building import items
from tests.core.building.test_making import after
from tests.core.building.test_starters import design

LOW, HIGH = (
    {"key": "low", "label": {"id": "Rendah", "en": "Low"}},
    {"key": "high", "label": {"id": "Tinggi", "en": "High"}},
)
LEVELS = [{"value": "1", "label": {"id": "Satu", "en": "One"}}, {"value": "2", "label": {"id": "Dua", "en": "Two"}}]
PICK = "forms.f.sections.main.fields.pick"


def test_words_change_and_keys_stay():
    asked = {0: {"id": "Kurang", "en": ""}, 1: {"id": "", "en": ""}}
    assert items.reworded([LOW, HIGH], asked, {}) == [{"key": "low", "label": {"id": "Kurang"}}, HIGH]
    whole = items.reworded([LOW, HIGH], asked, {}, whole=True)
    assert whole == [{"key": "low", "label": {"id": "Kurang", "en": "Kurang"}}, HIGH]


def test_a_help_comes_and_goes_with_its_words():
    helped = items.reworded([LOW], {}, {0: {"id": "Jarang", "en": "Seldom"}})
    assert helped[0]["help"] == {"id": "Jarang", "en": "Seldom"}
    assert items.reworded(helped, {}, {0: {"id": "", "en": ""}}) == [LOW]


def test_an_item_is_added_with_a_key_or_a_value_of_its_own():
    assert items.added([LOW], "Low", counted=False)[1]["key"] == "low_2"
    assert items.added(LEVELS, "Tiga", counted=True)[2] == {"value": "3", "label": {"id": "Tiga", "en": "Tiga"}}
    assert items.is_counted("levels", LEVELS) and items.is_counted("levels", [])
    assert not items.is_counted("levels", [LOW]) and not items.is_counted("choices", [])


def test_counted_levels_are_counted_anew_as_they_change_places():
    turned = items.stepped(LEVELS, "down", 0)
    assert [(each["value"], each["label"]["en"]) for each in turned] == [("1", "Two"), ("2", "One")]
    assert [each["value"] for each in items.stepped(LEVELS, "out", 0)] == ["1"]
    tens = [{"value": "10"}, {"value": "20"}]
    assert items.stepped(tens, "up", 1) == [{"value": "20"}, {"value": "10"}]


def test_nothing_moves_beyond_the_edge():
    assert items.stepped([LOW, HIGH], "up", 0) == [LOW, HIGH] == items.stepped([LOW, HIGH], "down", 1)
    assert items.stepped([LOW, HIGH], "out", 7) == [LOW, HIGH]


def test_the_list_and_the_sums_of_a_table_are_one_edit():
    document = design({"key": "pick", "type": "choice", "choices": [LOW]})
    changed = after(document, items.put(document, PICK, "choices", [LOW, HIGH], [LOW]))
    assert changed["forms"][0]["sections"][0]["fields"][0]["choices"] == [LOW, HIGH]
    assert (
        items.put(document, PICK, "label", [], None) is None and items.put(document, "x", "choices", [], None) is None
    )
    table = {"key": "t", "type": "table", "columns": [{"key": "w", "type": "percent"}]}
    document = design(table)
    made = items.totals(document, "forms.f.sections.main.fields.t", {"w": "100", "x": " "})
    assert after(document, made)["forms"][0]["sections"][0]["fields"][0]["totals"] == {"w": "100"}
