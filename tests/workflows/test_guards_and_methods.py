"""The guards and methods that this product ships."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from engine.core import machine, results
from engine.core.case import Outcome
from engine.core.definition import CodeList
from engine.core.reading.normal import normal_form
from engine.documents import read_yaml
from tests.core.tiny import actor, case, person, problems, task, workflow

BOB = actor(2)
FILE = Path(__file__).parents[2] / "workflows/codelists/predicate_matrix.yaml"
MATRIX = CodeList.model_validate(normal_form(read_yaml(FILE.read_text(), FILE.name)[0]))

# T1 of the domain: all nine cells of PermenPANRB 6/2022, printed p. 99-100 (result, behaviour → predicate).
CELLS = {
    ("above", "below"): "Kurang/Misconduct",
    ("above", "as_expected"): "Baik",
    ("above", "above"): "Sangat Baik",
    ("as_expected", "below"): "Kurang/Misconduct",
    ("as_expected", "as_expected"): "Baik",
    ("as_expected", "above"): "Baik",
    ("below", "below"): "Sangat Kurang",
    ("below", "as_expected"): "Butuh Perbaikan",
    ("below", "above"): "Butuh Perbaikan",
}
RATED = workflow(
    {
        "forms": {
            "rating": {"sections": {"s": {"fields": {"result": {"type": "text"}, "behaviour": {"type": "text"}}}}}
        },
        "results": {
            "predicate": {
                "method": "matrix",
                "rows": "rating.result",
                "columns": "rating.behaviour",
                "table": "predicate_matrix",
            }
        },
    },
    {"predicate_matrix": MATRIX},
)


def rated(result, behaviour):
    return results.evaluate(RATED, case(answers={"rating": {"result": result, "behaviour": behaviour}}))


@pytest.mark.parametrize(
    ("cell", "label"), CELLS.items(), ids=lambda each: "-".join(each) if type(each) is tuple else each
)
def test_the_quadrant_gives_the_predicate_of_the_regulation_and_keeps_the_cell(cell, label):
    outcome = rated(*cell)["predicate"]
    derivation = outcome.derivation
    assert derivation["result"]["label"]["id"] == label
    assert derivation["result"]["key"] == outcome.value
    assert (derivation["row"]["key"], derivation["column"]["key"]) == cell
    assert derivation["row"]["from"] == "rating.result"
    assert set(derivation["column"]["label"]) == {"id", "en"}
    assert derivation["table"] == "predicate_matrix"


def test_one_predicate_by_two_cells_is_two_outcomes():
    one, other = rated("above", "below")["predicate"], rated("as_expected", "below")["predicate"]
    assert one.value == other.value
    assert one != other


@pytest.mark.parametrize(
    "answers", [{}, {"rating": {"result": "above"}}, {"rating": {"result": "x", "behaviour": "above"}}]
)
def test_there_is_no_result_while_an_input_is_missing_or_none_of_the_table(answers):
    assert results.evaluate(RATED, case(answers=answers)) == {}


def test_a_later_result_reads_an_earlier_one_and_not_what_was_kept():
    flow = workflow(
        {
            "results": {
                "one": {"method": "echo", "value": "'fresh'"},
                "two": {"method": "echo", "value": "one"},
            }
        }
    )
    kept = case(results={"one": Outcome("stale", {}), "two": "stale"})
    assert {key: found.value for key, found in results.evaluate(flow, kept).items()} == {"one": "fresh", "two": "fresh"}


def guarded(*guards):
    return workflow(
        {
            "states": {
                "open": {
                    "initial": True,
                    "tasks": [
                        {"key": "write", "role": "employee", "fill": "f", "label": {"id": "Tulis", "en": "Write"}},
                        {"key": "add", "role": "employee", "fill": "f", "optional": True},
                        {"key": "d", "role": "supervisor", "decide": ["go"]},
                    ],
                },
                "closed": {"final": True},
            },
            "transitions": {"go": {"from": "open", "to": "closed", "guards": list(guards)}},
            "forms": {"f": {"label": "Rencana", "sections": {"s": {"fields": {"n": {"type": "number"}}}}}},
        }
    )


def refusals(flow, found):
    (offer,) = machine.available(flow, found, BOB)
    assert offer.allowed == (not offer.refusals)
    return [message.key for message in offer.refusals]


def test_tasks_done_waits_for_the_forms_that_are_not_optional():
    flow = guarded("tasks_done")
    waiting = case(tasks=(task("write"), task("add"), task("d")))
    assert refusals(flow, waiting) == ["guard.tasks_done"]
    (offer,) = machine.available(flow, waiting, BOB)
    assert [text.id for text in offer.refusals[0].params["tasks"]] == ["Tulis"]
    assert refusals(flow, case(tasks=(task("write", "done"), task("add"), task("d")))) == []


@pytest.mark.parametrize(
    "tasks", [(task("d"),), (task("write", "closed"), task("d")), (task("write", "done"), task("write"), task("d"))]
)
def test_a_task_that_was_closed_or_opened_again_is_not_done(tasks):
    assert refusals(guarded("tasks_done"), case(tasks=tasks)) == ["guard.tasks_done"]


def test_not_same_person_names_who_holds_both_roles():
    flow = guarded({"not_same_person": {"roles": ["employee", "supervisor"]}})
    apart = case(tasks=(task("d"),))
    assert refusals(flow, apart) == []
    both = replace(apart, roles={"employee": (person(1), person(2)), "supervisor": (person(2),)})
    assert refusals(flow, both) == ["guard.not_same_person"]
    assert machine.available(flow, both, BOB)[0].refusals[0].params["name"] == "Person 2"


def test_form_sent_wants_a_form_that_somebody_sent():
    flow = guarded({"form_sent": {"form": "f"}})
    assert refusals(flow, case(tasks=(task("d"),))) == ["guard.form_sent"]
    assert refusals(flow, case(tasks=(task("d"),), answers={"f": {"n": None}})) == []


SCORED = {
    "forms": {"f": {"sections": {"s": {"fields": {"a": {"type": "number"}, "b": {"type": "number"}}}}}},
    "results": {
        "score": {
            "method": "weighted",
            "parts": {"work": {"weight": 70, "value": "f.a"}, "behaviour": {"weight": 30, "value": "f.b"}},
            "bands": {"poor": None, "fair": {"from": 70, "label": "Cukup"}, "good": {"from": 90}},
        }
    },
}


def scored(a, b, **options):
    """The outcome for two numbers, and its derivation."""
    document = {**SCORED, "results": {"score": {**SCORED["results"]["score"], **options}}}
    answers = {"f": {name: value for name, value in (("a", a), ("b", b)) if value is not None}}
    return results.evaluate(workflow(document), case(answers=answers)).get("score")


@pytest.mark.parametrize(
    ("a", "b", "score", "band"),
    [
        ("100", "100", "100.00", "good"),
        ("90", "90", "90.00", "good"),
        ("89.99", "90", "89.99", "fair"),
        ("89.995", "90", "90.00", "good"),  # 89.9965 is rounded before its band is looked up
        ("70", "70", "70.00", "fair"),
        ("0", "0", "0.00", "poor"),
        ("-5", "0", "-3.50", "poor"),
        ("100", "0.05", "70.02", "fair"),  # 70.015: half goes up
    ],
)
def test_a_weighted_score_is_rounded_half_up_and_then_finds_its_band(a, b, score, band):
    outcome = scored(Decimal(a), Decimal(b))
    assert (outcome.derivation["score"], outcome.value) == (score, band)


def test_a_weighted_score_says_what_each_part_brought():
    derivation = scored(Decimal(80), Decimal(100)).derivation
    assert [(each["key"], each["value"], each["weight"], each["share"]) for each in derivation["parts"]] == [
        ("work", "80", "70", "56.0000"),
        ("behaviour", "100", "30", "30.0000"),
    ]
    assert derivation["result"] == {"key": "fair", "label": {"id": "Cukup", "en": "Cukup"}}


def test_a_missing_part_refuses_the_score_or_leaves_its_weight_to_the_others():
    assert scored(Decimal(80), None) is None
    shared = scored(Decimal(80), None, missing="reweight")
    assert (shared.value, shared.derivation["score"]) == ("fair", "80.00")
    assert shared.derivation["parts"][1]["share"] is None
    assert scored(None, None, missing="reweight") is None


def test_without_bands_the_score_itself_is_the_result_and_above_all_bands_there_is_none_below():
    assert scored(Decimal(80), Decimal(81), bands={}, places=1).value == "80.3"
    assert scored(Decimal(10), Decimal(10), bands={"only": {"from": 50}}) is None


@pytest.mark.parametrize(
    ("options", "path", "key"),
    [
        ({"parts": {"work": {"weight": 90, "value": "f.a"}}}, "results.score.parts", "bind.weights_total"),
        ({"parts": {}}, "results.score.parts", "bind.no_parts"),
        ({"parts": {"work": {"weight": 100, "value": "'x'"}}}, "results.score.parts.work.value", "bind.in_expression"),
        (
            {"parts": {"work": {"weight": 101, "value": "f.a"}}},
            "results.score.parts.work.weight",
            "definition.too_large",
        ),
        ({"bands": {"a": {"from": 2}, "b": {"from": 2}}}, "results.score.bands.b.from", "bind.band_order"),
        ({"bands": {"a": {"from": 2}, "b": None}}, "results.score.bands.b.from", "bind.band_begins"),
        ({"missing": "guess"}, "results.score.missing", "definition.not_allowed"),
    ],
)
def test_what_does_not_fit_together_in_a_weighted_score_is_told_before_it_runs(options, path, key):
    document = {**SCORED, "results": {"score": {**SCORED["results"]["score"], **options}}}
    assert problems(document) == {path: key}
