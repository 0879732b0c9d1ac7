"""Panels are drawn from models and the catalog: every element has one, and an extension that came later as well."""

from decimal import Decimal

import pytest

from engine.core.case import CaseView, Verdict, allow
from engine.core.catalog import Catalog, EvaluatedOption, FormOption, RoleOption, guard
from engine.core.definition import CodeList, Due, FieldSpec, FormSchema
from engine.core.designing.panelparts import Label
from engine.core.designing.panels import panel, slug
from engine.core.designing.spots import elements, find
from engine.core.messages import Text
from engine.core.reading.normal import normal_form
from engine.core.reading.shapes import MODELS
from engine.documents import read_yaml
from wsgi import SHIPPED, build_catalog

CATALOG = build_catalog()


@pytest.fixture(scope="module")
def document():
    text = (SHIPPED / "basic_cycle.yaml").read_text()
    return normal_form(read_yaml(text, "basic_cycle.yaml")[0])


@guard
def full_moon(
    case: CaseView,
    *,
    roles: tuple[RoleOption, ...],
    form: FormOption,
    share: EvaluatedOption,
    at_least: Decimal = Decimal(3),
) -> Verdict:
    """The moon is full enough for these roles."""
    return allow()


def with_guard(document, call):
    moves = [{**each, "guards": [call]} if each["key"] == "approve" else each for each in document["transitions"]]
    return {**document, "transitions": moves}


def test_a_guard_that_somebody_invents_has_its_panel_by_itself(document):
    catalog = Catalog.collect(full_moon)
    found = panel(with_guard(document, {"name": "full_moon"}), "transitions.approve.guards.0", catalog, {})
    kinds = {each.name: (each.kind, each.refers, each.required) for each in found.properties}
    assert kinds == {
        "roles": ("choices", "role", True),
        "form": ("choice", "form", True),
        "share": ("expression", "", True),
        "at_least": ("decimal", "", False),
    }
    assert found.properties[0].path == "transitions.approve.guards.0.options.roles"
    assert found.property("roles").choices[0].label == Text("Pegawai", "Employee")
    assert found.title == Label("design.entry.guard.full_moon", Text("Full moon", "Full moon"))


def test_it_can_be_added_by_its_own_words(document):
    calls = panel(document, "transitions.approve", Catalog.collect(full_moon), {}).property("guards")
    assert [each.value for each in calls.addable] == ["full_moon"]
    assert calls.addable[0].help.otherwise.en == "The moon is full enough for these roles."


def test_a_call_of_an_extension_that_is_gone_can_still_be_looked_at(document):
    found = panel(with_guard(document, {"name": "gone", "options": {"a": 1}}), "transitions.approve", CATALOG, {})
    assert [each.title for each in found.property("guards").parts] == [Text("Gone", "Gone")]


def test_references_are_offered_by_label_never_by_key(document):
    task = panel(document, "states.plan_drafted.tasks.decide_plan", CATALOG, {})
    offered = {each.name: [choice.label.id for choice in each.choices] for each in task.properties if each.refers}
    assert offered["role"] == ["Pegawai", "Pejabat Penilai Kinerja", "Panel kalibrasi"]
    assert offered["decide"] == ["Tetapkan SKP", "Kembalikan SKP"]
    assert offered["after"] == ["Susun SKP"]


def test_a_rule_of_a_role_asks_only_for_what_it_takes(document):
    names = {each.name for each in panel(document, "roles.supervisor", CATALOG, {}).properties}
    assert {"role", "steps", "seat", "settled", "else"} < names
    assert not names & {"grant", "post", "by", "approved_by", "count"}


def test_an_option_of_another_rule_that_still_stands_there_can_be_taken_away(document):
    roles = [{**each, "grant": "panel"} if each["key"] == "supervisor" else each for each in document["roles"]]
    assert panel({**document, "roles": roles}, "roles.supervisor", CATALOG, {}).property("grant").value == "panel"


def test_a_question_shows_the_options_of_its_type_beside_what_every_question_has(document):
    found = panel(document, "forms.plan.sections.results.fields.targets", CATALOG, {})
    assert found.property("max_rows").value == 40 and found.property("label").kind == "text"
    assert [each.name for each in found.parts] == ["columns"]
    assert found.property("shown_when").group == "rules" and found.property("seen_by").group == "people"


def test_the_panel_of_a_deadline_shows_all_that_its_model_says_besides_its_day(document):
    task = panel(document, "states.plan_drafted.tasks.decide_plan", CATALOG, {}).property("due")
    shown = {each.name: each for each in task.parts[0].properties}
    assert set(shown) == set(Due.model_fields) - {"on", "of", "working_days", "after", "by"}
    assert [choice.value for choice in shown["passes_to"].choices] == ["employee", "supervisor", "panel"]
    assert not any(each.kind in ("list", "raw") for each in shown.values())


def paths(value, at=""):
    if isinstance(value, dict):
        yield at
        for key, inner in value.items():
            yield from paths(inner, f"{at}.{key}" if at else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            step = inner.get("key", index) if isinstance(inner, dict) else index
            yield from paths(inner, f"{at}.{step}")


def test_every_element_of_a_definition_has_a_panel_and_each_property_names_its_own_place(document):
    seen = 0
    for path in paths(document):
        spot, found = find(document, path), panel(document, path, CATALOG, {})
        assert (found is None) == (spot.model is None), path
        for each in found.properties if found else ():
            there = find(document, each.path)
            assert (there.value if there else None) == each.value
            seen += 1
    assert seen > 400


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"kind": "workflow"},
        {"kind": "workflow", "states": [{"key": "a", "tasks": "none"}, "b", {"key": "a"}], "roles": 7},
        {"kind": "workflow", "states": [{"key": "a", "label": 5, "tasks": [{"key": "t", "role": ["x"], "due": 3}]}]},
        {"kind": "workflow", "transitions": [{"key": "t", "from": None, "guards": [{}, 3, {"name": {}}]}]},
    ],
)
def test_a_draft_may_be_wrong_in_any_way(broken):
    for path in ("", "states", "states.a", "states.a.tasks.t", "transitions.t", "transitions.t.guards.1", "nowhere.x"):
        found = panel(broken, path, CATALOG, {})
        assert found is None or found.path == path


def test_each_model_is_called_differently():
    assert len({slug(model) for model in MODELS}) == len(MODELS)
    assert (slug(FieldSpec), slug(FormSchema), slug(CodeList)) == ("field", "form", "code_list")


def test_elements_of_what_is_no_list_are_none():
    assert elements({"states": "x"}, "states") == () and elements(None, "states") == ()
