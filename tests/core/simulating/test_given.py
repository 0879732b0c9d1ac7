"""Figures in a simulation: missing until somebody says a number, kept with the walk, read by rules and by forms."""

from decimal import Decimal

from engine.core.definition import IndicatorDefinition, Step, WorkflowDefinition
from engine.core.reading.compiled import bind
from engine.core.reading.known import Known
from engine.core.reading.lint import lint
from engine.core.reading.normal import digest, dump, load, normal_form
from engine.core.simulating.carrying import carried, walk_from
from engine.core.simulating.exploring import run_all_paths
from engine.core.simulating.play import start
from engine.core.simulating.testing import kept, run_all, worded
from engine.core.simulating.walking import take, walk
from tests.core.definitions import PRODUCT
from tests.core.simulating.test_play import MONDAY

HOURS = IndicatorDefinition.model_validate(
    {
        "kind": "indicator",
        "format": 1,
        "key": "hours",
        "name": "Jam",
        "register": "training",
        "method": "count",
        "window": {"length": "year"},
    }
)
PLAN = {"which": {"type": "indicator", "target_in": "target"}, "target": {"type": "number"}}
DOCUMENT = {
    "kind": "workflow",
    "format": 1,
    "key": "trained",
    "name": "Pelatihan",
    "roles": {"employee": "subject"},
    "figures": {"hours": {"indicator": "hours", "label": "Jam"}, "chosen": {"chosen": "plan.goals.which"}},
    "states": {
        "open": {
            "initial": True,
            "tasks": {
                "write": {"role": "employee", "fill": "plan"},
                "end": {"role": "employee", "decide": ["finish", "fail"], "after": "write"},
            },
        },
        "done": {"final": True},
        "failed": {"final": True},
    },
    "transitions": {
        "finish": {"from": "open", "to": "done", "when": "figures.hours >= 120"},
        "fail": {"from": "open", "to": "failed", "when": "max(figures.chosen.achieved) < 90"},
    },
    "forms": {
        "plan": {
            "prefill": {"before": "figures.hours"},
            "sections": {"s": {"fields": {"before": {"type": "number"}, "goals": {"type": "table", "columns": PLAN}}}},
        }
    },
}
SCENARIO = {
    "key": "enough",
    "on": "2026-01-05",
    "steps": [
        {"figures": {"hours": 120, "chosen": "80.5"}},
        {"role": "employee", "fill": "write", "answers": {"goals": [{"which": "indicator"}]}},
        {"role": "employee", "fire": "fail"},
    ],
    "ends": {"state": "failed"},
}


def trained(**changes):
    definition = WorkflowDefinition.model_validate(normal_form({**DOCUMENT, **changes}))
    assert [each for each in lint(definition) if not each.warning] == []
    bound = bind(definition, PRODUCT, Known({}, {}).beside({}, {"hours": HOURS}))
    assert bound.workflow is not None, bound.problems
    return bound.workflow


def test_a_figure_is_missing_until_somebody_says_what_it_comes_to():
    play = start(trained(), MONDAY).fill("employee", "write")
    assert [each.allowed for each in play.available("employee")] == [False, False]
    given = play.give({"hours": Decimal(120)})
    assert {each.transition: each.allowed for each in given.available("employee")} == {"finish": True, "fail": False}
    assert take(play, Step(figures={"nobody": Decimal(1)})).reasons[0].key == "indicator.not_found"


def test_each_chosen_indicator_comes_to_the_number_beside_its_own_target():
    play = start(trained(), MONDAY).give({"chosen": Decimal(76)})
    assert play.case.figures["chosen"].value == ()
    play = play.fill("employee", "write", {"goals": [{"which": "indicator"}, {"which": "indicator", "target": "80"}]})
    rows = play.case.figures["chosen"].value
    assert [(row["target"], row["achieved"]) for row in rows] == [(95, Decimal("80.00")), (80, Decimal("95.00"))]


def test_a_form_begins_with_a_figure_that_was_said():
    assert start(trained(), MONDAY).give({"hours": Decimal(30)}).example("write")["before"] == "30"


def test_a_scenario_says_figures_as_a_step_and_is_kept_with_them():
    workflow = trained(scenarios=[SCENARIO])
    (ran,) = run_all(workflow)
    assert ran.passed, ran.told()
    again = walk_from(carried(ran.play))
    assert walk(start(workflow, MONDAY), again.steps).play.case.state == "failed"
    assert kept(ran.play, "again", "Lagi")["steps"][0] == {"figures": {"hours": "120", "chosen": "80.5"}}
    whole = workflow.definition
    assert load(dump(whole)) == whole and digest(whole) != digest(trained().definition)
    assert worded(whole, whole.scenarios[0].steps[0]).key == "play.step.figures"


def test_a_figure_that_the_workflow_does_not_read_is_told_with_its_place():
    steps = [{"figures": {"hour": 1}}]
    definition = WorkflowDefinition.model_validate(
        normal_form({**DOCUMENT, "scenarios": [{**SCENARIO, "steps": steps}]})
    )
    found = {each.path: each.message.key for each in lint(definition)}
    assert found["scenarios.enough.steps.0.figures.hour"] == "lint.unknown_figure"


def test_all_paths_are_found_by_numbers_that_the_rules_over_figures_name():
    paths = run_all_paths(trained(), MONDAY)
    assert paths.is_whole and set(paths.taken) == {"finish", "fail"}
