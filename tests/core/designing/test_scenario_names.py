"""Scenarios follow when what they name gets another key, and lose what is removed."""

import pytest

from engine.core.designing.acts import Rename
from engine.core.designing.draft import begun
from engine.core.designing.edits import change
from engine.core.designing.uses import removal, uses
from engine.core.reading.compiled import bind
from engine.core.reading.normal import dump
from engine.core.reading.parse import parse
from engine.core.reading.positions import NOWHERE
from engine.core.simulating.testing import run
from tests.core.definitions import PRODUCT, shipped_codelists
from tests.core.simulating.test_play import CYCLE, YEAR
from tests.core.simulating.test_scenarios import LABEL, MONDAY, kept, start, walk

ROWS = [{"result": "A", "indicator": "B", "target": "C", "kind": "main", "weight": "100"}]


def draft():
    """The basic cycle with a whole year as its scenario, with typed answers."""
    steps = [YEAR[0].model_copy(update={"answers": {"targets": ROWS, "resources": "Dua bidan"}}), *YEAR[1:]]
    scenario = kept(walk(start(CYCLE, MONDAY), steps).play, "year", LABEL)
    return begun({**dump(CYCLE.definition), "scenarios": [scenario]})


RENAMED = [
    "roles.employee",
    "states.finalized",
    "states.plan_drafted.tasks.write_plan",
    "transitions.approve",
    "forms.plan",
    "forms.plan.sections.results.fields.targets",
    "forms.plan.sections.results.fields.targets.columns.weight",
    "results.predicate",
]


@pytest.mark.parametrize("path", RENAMED)
def test_a_scenario_still_passes_after_what_it_names_got_another_key(path):
    lists = shipped_codelists()
    changed = change(draft(), [Rename(path, "new_name")], PRODUCT, frozenset())
    definition = parse(changed.draft.document, NOWHERE, PRODUCT, lists)
    (scenario,) = definition.scenarios
    assert run(bind(definition, PRODUCT, lists).workflow, scenario).passed
    back = change(changed.draft, changed.inverse, PRODUCT, frozenset())
    assert back.draft.document == draft().document


def test_a_field_that_is_named_in_answers_is_told_and_its_answer_goes_with_it():
    document = draft().document
    path = "forms.plan.sections.attachments.fields.resources"
    assert "scenarios.year.steps.0.answers.resources" in {use.path for use in uses(document, path, PRODUCT)}
    after = change(draft(), removal(document, path, PRODUCT).edits, PRODUCT, frozenset()).draft.document
    assert "resources" not in after["scenarios"][0]["steps"][0]["answers"]
