"""Scenarios: kept walks that are walked again; each change that matters makes one fail, by its step and in words."""

from datetime import date

import pytest

from engine.core.definition import Expected, Scenario, Step, WorkflowDefinition
from engine.core.messages import Text
from engine.core.reading.compiled import bind
from engine.core.reading.normal import digest, dump, load, normal_form
from engine.core.reading.parse import examine
from engine.core.reading.positions import NOWHERE
from engine.core.simulating.play import start
from engine.core.simulating.testing import kept, run, run_all
from engine.core.simulating.walking import walk
from tests.core.definitions import PRODUCT, shipped_codelists
from tests.core.simulating.test_play import CYCLE, MONDAY, YEAR

LISTS = shipped_codelists()
LABEL = Text("Setahun penuh", "A whole year")


def cycle_with(scenario, change=lambda document: None):
    """The shipped cycle with a scenario, its document changed."""
    document = dump(CYCLE.definition)
    change(document)
    return bind(load({**document, "scenarios": [scenario]}), PRODUCT, LISTS).workflow


def a_year():
    return kept(walk(start(CYCLE, MONDAY), YEAR).play, "whole_year", LABEL)


def test_a_walk_that_is_kept_passes_and_says_where_it_ends():
    scenario = a_year()
    assert scenario["ends"] == {"state": "finalized", "open": [], "results": {"predicate": "very_good"}}
    (ran,) = run_all(cycle_with(scenario))
    assert ran.passed and ran.play.is_over


def test_a_document_without_scenarios_keeps_its_digest_and_one_with_them_its_form():
    without = dump(CYCLE.definition)
    assert "scenarios" not in without
    whole = cycle_with(a_year()).definition
    assert load(dump(whole)) == whole and digest(whole) != digest(CYCLE.definition)
    assert normal_form(dump(whole)) == dump(whole)


def test_authors_may_write_scenarios_as_a_map():
    document = {**dump(CYCLE.definition), "scenarios": {"s": {"on": "2026-01-05", "steps": [{"until": "2026-02-01"}]}}}
    examined = examine(document, NOWHERE, PRODUCT, LISTS)
    assert examined.problems == ()
    assert examined.definition.scenarios == (Scenario(key="s", on=MONDAY, steps=(Step(until=date(2026, 2, 1)),)),)


def harder(document):
    document["transitions"][0]["when"] = "sum(plan.targets.weight) == 90"


def without_panel(document):
    document["states"][4]["tasks"][0]["role"] = "supervisor"


@pytest.mark.parametrize(
    ("change", "at", "reason"),
    [(harder, 1, "machine.otherwise"), (without_panel, 7, "machine.not_yours")],
    ids=["condition", "who decides"],
)
def test_a_change_that_matters_fails_at_its_step(change, at, reason):
    ran = run(cycle_with(a_year(), change), Scenario.model_validate(a_year()))
    assert (ran.at, ran.reasons[0].key) == (at, reason)
    told = ran.told()
    assert told.key == "scenario.step_fails"
    assert (told.params["scenario"], told.params["number"]) == (LABEL, at + 1)


def scenario(*steps, **other):
    return Scenario(key="s", on=MONDAY, steps=steps, **other)


def test_a_scenario_that_ends_elsewhere_fails_at_its_end():
    ran = run(CYCLE, scenario(*YEAR, ends=Expected(state="calibrated", results={"predicate": "good"})))
    assert (ran.at, [reason.key for reason in ran.reasons]) == (8, ["play.other_state", "play.other_result"])
    assert ran.told().key == "scenario.ends_otherwise"


def test_what_is_expected_on_the_way_is_looked_at():
    assert run(CYCLE, scenario(Step(expect=Expected(state="plan_drafted", open=("write_plan", "decide_plan"))))).passed
    ran = run(CYCLE, scenario(YEAR[0], Step(expect=Expected(open=("write_plan",)))))
    assert (ran.at, [reason.key for reason in ran.reasons]) == (1, ["play.not_open", "play.open_too"])


def test_an_act_that_must_be_refused_is_a_step_like_any_other():
    early = Step(role="supervisor", fire="approve", refused=True)
    assert run(CYCLE, scenario(early, *YEAR)).passed
    ran = run(CYCLE, scenario(YEAR[0], early))
    assert (ran.at, ran.reasons[0].key) == (1, "play.not_refused")


def test_no_further_scenario_is_walked_once_time_is_up():
    workflow = cycle_with(a_year())
    assert list(run_all(workflow, lambda: False)) == []


WRONG = [
    ({"steps": [{"role": "nobody", "fire": "approve"}]}, "steps.0.role", "lint.unknown_role"),
    ({"steps": [{"role": "employee", "fire": "approve_it"}]}, "steps.0.fire", "lint.unknown_transition"),
    ({"steps": [{"role": "employee", "fill": "approve"}]}, "steps.0.fill", "lint.unknown_any_task"),
    (
        {"steps": [{"role": "employee", "fill": "write_plan", "answers": {"tragets": []}}]},
        "steps.0.answers.tragets",
        "lint.unknown_field",
    ),
    ({"steps": [{"role": "employee"}]}, "steps.0", "lint.scenario_step"),
    ({"steps": [{"fire": "approve"}]}, "steps.0", "lint.scenario_needs"),
    ({"steps": [{"until": "2026-02-01", "reason": "x"}]}, "steps.0.reason", "lint.scenario_takes_no"),
    ({"steps": [{"until": "2026-01-01"}]}, "steps.0.until", "lint.scenario_backwards"),
    ({"steps": [{"expect": {"state": "done"}}]}, "steps.0.expect.state", "lint.unknown_state"),
    ({"ends": {"open": ["x"]}}, "ends.open.0", "lint.unknown_any_task"),
    ({"ends": {"results": {"x": "y"}}}, "ends.results.x", "lint.unknown_result"),
    ({"same": ["x"]}, "same.0", "lint.unknown_role"),
    ({"on": "soon"}, "on", "definition.wrong_value"),
    ({"steps": [{"until": "2026-02-01"}] * 61}, "steps", "definition.too_many"),
]


@pytest.mark.parametrize(("parts", "path", "key"), WRONG, ids=[key for _, _, key in WRONG])
def test_what_a_scenario_names_is_declared(parts, path, key):
    document = {**dump(CYCLE.definition), "scenarios": [{"key": "s", "on": "2026-01-05", **parts}]}
    problems = examine(document, NOWHERE, PRODUCT, LISTS).problems
    assert [(each.path, each.message.key) for each in problems] == [(f"scenarios.s.{path}", key)]


def test_a_definition_takes_no_two_scenarios_of_one_key():
    one = {"key": "s", "on": "2026-01-05"}
    problems = examine({**dump(CYCLE.definition), "scenarios": [one, one]}, NOWHERE, PRODUCT, LISTS).problems
    assert [each.message.key for each in problems] == ["lint.twice"]
    assert isinstance(CYCLE.definition, WorkflowDefinition)
