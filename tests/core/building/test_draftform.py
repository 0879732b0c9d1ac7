"""A form of a draft: all that is written is there, drawn where it can be, else with what is wrong with it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.building.draftform import draft_form
from engine.core.building.lenient import lenient
from engine.core.designing.findings import findings
from engine.core.filling.pretending import pretend
from tests.core.building.test_starters import design
from tests.core.tiny import CATALOG, TODAY

TABLE = {
    "key": "targets",
    "type": "table",
    "label": {"id": "Hasil", "en": "Results"},
    "columns": [{"key": "what", "type": "text"}, {"key": "weight", "type": "percnt"}],
}
HALF = {"key": "pick", "type": "choice"}
GOOD = {"key": "note_to_self", "type": "text"}
BROKEN_RULE = {"key": "why", "type": "text", "shown_when": "nosuch == 1"}


def drawn(document, key="f"):
    return draft_form(document, key, lenient(document, CATALOG, {}), findings(document, CATALOG, {}))


def test_what_cannot_be_drawn_stands_in_its_place_with_what_is_wrong():
    found = drawn(design(GOOD, HALF, TABLE))
    (section,) = found.sections
    good, half, table = section.questions
    assert good.question is not None and good.problems == ()
    assert half.question is None and [each.message.key for each in half.problems] == ["bind.no_items"]
    what, weight = table.columns
    assert table.question is not None and what.question is not None and weight.question is None
    assert [each.message.key for each in weight.problems] == ["bind.unknown_field"]
    assert weight.path == "forms.f.sections.main.fields.targets.columns.weight"


def test_a_question_with_a_broken_rule_can_be_drawn_and_says_what_is_wrong():
    (why,) = drawn(design(BROKEN_RULE)).sections[0].questions
    assert why.question is not None
    assert [each.path for each in why.problems] == ["forms.f.sections.main.fields.why.shown_when"]


def test_what_a_path_leads_to_is_found_by_itself_or_from_within():
    found = drawn(design(GOOD, TABLE))
    assert found.at("forms.f.sections.main.fields.targets.columns.weight.type").key == "weight"
    assert found.at("forms.f.sections.main.fields.targets.max_rows").key == "targets"
    assert found.at("forms.f.sections.main").key == "main"
    assert found.at("states.a") is None


def test_problems_of_the_form_itself_are_told_at_the_form():
    document = design(GOOD)
    document["forms"][0]["checks"] = [{"key": "c", "when": "nosuch", "otherwise": "x"}]
    assert {each.path for each in drawn(document).problems} == {"forms.f", "forms.f.checks.c.when"}


def test_a_form_that_is_not_there_is_none():
    assert drawn(design(GOOD), "g") is None


@pytest.mark.parametrize("document", [{}, {"kind": "workflow", "forms": 3}, {"kind": "workflow", "forms": [{}, 7]}])
def test_a_draft_that_is_hardly_anything_can_be_looked_at(document):
    assert drawn(document) is None


def test_a_draft_with_mistakes_elsewhere_can_be_seen_as_a_role_does():
    document = design(GOOD)
    document["states"][0]["tasks"] = [{"key": "t", "role": "employee", "fill": "f"}, {"key": "u", "role": "ghost"}]
    document["transitions"] = [{"key": "m", "from": ["a"], "to": "nowhere", "when": "1 +"}]
    view = pretend(lenient(document, CATALOG, {}), "f", "employee", "a", TODAY, answered=True)
    assert [each.key for each in view] == ["note_to_self"] and view.editable


SCRAPS = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from(["", "text", "a", "f", "sum("]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["key", "type", "label", "fields", "columns", "choices"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(field=SCRAPS, section=SCRAPS)
def test_whatever_is_written_can_be_looked_at(field, section):
    document = design(GOOD, field)
    document["forms"][0]["sections"].append(section)
    assert drawn(document).sections[0].questions[0].key == "note_to_self"
