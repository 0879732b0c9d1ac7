"""A workflow works a score out as part of a move: pinned, refused with its reason, kept with all that it came from."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.core.case import Actor, CaseView, Figure, Holder, Submitted, TaskView
from engine.core.effects import SetValue
from engine.core.errors import Refused
from engine.core.machine import available, cascade, fire, settle
from engine.core.proof.canonical import canonical, digest
from engine.core.proof.evidence import private_part
from engine.core.reading.compiled import bind
from engine.core.reading.known import Known
from engine.core.reading.normal import references
from engine.core.reading.parse import examine
from engine.core.results import evaluate
from engine.core.scope import names
from engine.core.scoring.nodes import adds_up
from engine.core.scoring.using import again
from engine.documents import read_yaml
from tests.core.definitions import PRODUCT
from tests.core.scoring.shipped import LISTS, shipped

KNOWN = Known(LISTS, {}).scoring({"weighted_indicators": shipped("weighted_indicators")})
YAML = """
kind: workflow
format: 1
key: report
name: {id: Laporan, en: Report}
roles: {employee: subject}
states:
  rated:
    initial: true
    label: {id: Dinilai, en: Rated}
  settled:
    label: {id: Ditetapkan, en: Settled}
  praised:
    final: true
    label: {id: Pengakuan, en: Recognition}
transitions:
  settle: {from: rated, to: settled, automatic: true}
  praise: {from: settled, to: praised, automatic: true, when: final_score.value >= 80 and final_score.band == "good"}
forms:
  rating:
    label: {id: Penilaian, en: Rating}
    sections:
      all:
        fields:
          quality: {type: number, label: {id: Mutu, en: Quality}}
          communication: {type: number, label: {id: Komunikasi, en: Communication}}
          other: {type: number, label: {id: Nilai lain, en: Another score}}
          why: {type: text, label: {id: Alasan, en: Reason}}
figures: {}
scores:
  final_score:
    label: {id: Nilai akhir, en: Final score}
    score: weighted_indicators
    at: settle
    inputs:
      productivity: rating.quality
      quality: rating.quality
      communication: rating.communication
    by_hand: {value: rating.other, reason: rating.why}
"""


def workflow(text=YAML):
    found = bind(examine(*read_yaml(text), PRODUCT, KNOWN).definition, PRODUCT, KNOWN)
    assert found.problems == ()
    return found.workflow


WORKFLOW = workflow()


def a_case(**answers):
    now = datetime(2026, 3, 2, 3, tzinfo=UTC)
    values = {"quality": Decimal(85), "communication": Decimal(70), "other": None, "why": None, **answers}
    return CaseView(
        ref="case-1", state="rated", version=1, subject_id=1, subject_ref="p1", unit_id=1, entered_at=now,
        period_start=date(2026, 1, 1), period_end=date(2026, 12, 31), now=now, today=now.date(),
        answers={"rating": values}, submitted={"rating": Submitted("sub-1", "boss-ref", "2026-03-01T01:00:00Z")},
    )  # fmt: skip


def test_the_move_works_the_score_out_and_the_next_one_reads_it():
    decisions, after = cascade(WORKFLOW, a_case())
    assert [each.transition for each in decisions] == ["settle", "praise"]
    # 40% × 85 + 40% × 85 + 20% × 70 = 34 + 34 + 14
    assert names(after)["final_score"] == {"value": Decimal("82.00"), "band": "good", "cell": None, "by_hand": False}


def test_what_is_kept_tells_who_said_what_and_adds_up():
    outcome = evaluate(WORKFLOW, a_case(), WORKFLOW.moves["settle"].spec, "settled")["final_score"]
    how = json.loads(canonical(outcome.derivation))
    assert adds_up(how["tree"])
    assert how["tree_digest"] == digest(how["tree"])
    assert how["digest"] == shipped("weighted_indicators").digest
    assert how["inputs"]["communication"] == {
        "value": "70",
        "formula": "rating.communication",
        "read": {"rating": {"communication": "70"}},
        "from": [{"kind": "answer", "path": "rating.communication", "form": "rating", "submission": "sub-1",
                  "by": "boss-ref", "at": "2026-03-01T01:00:00Z"}],
    }  # fmt: skip
    assert how["result"]["label"] == {"id": "82,00 – Baik", "en": "82.00 – Good"}


def test_whoever_doubts_works_it_out_again_from_what_was_kept():
    outcome = evaluate(WORKFLOW, a_case(), WORKFLOW.moves["settle"].spec, "settled")["final_score"]
    kept = json.loads(canonical(outcome.derivation))
    assert canonical(again(shipped("weighted_indicators"), kept).derivation) == canonical(kept)
    kept["inputs"]["communication"]["value"] = "71"
    assert canonical(again(shipped("weighted_indicators"), kept).derivation) != canonical(kept)
    kept["inputs"]["communication"]["value"] = "many"
    assert again(shipped("weighted_indicators"), kept) is None


def test_the_event_commits_to_the_tree_without_telling_it():
    decision = settle(WORKFLOW, a_case())
    effect = next(each for each in decision.effects if isinstance(each, SetValue))
    told = private_part(decision, None)["result.final_score"]
    assert told == {"value": "good", "derivation": digest(effect.derivation)}


def test_without_a_part_the_move_is_held_back_and_says_which():
    case = a_case(communication=None)
    assert settle(WORKFLOW, case) is None
    document = YAML.replace("to: settled, automatic: true", "to: settled")
    human = workflow(
        document.replace(
            "    label: {id: Dinilai, en: Rated}\n",
            "    label: {id: Dinilai, en: Rated}\n    tasks: {end: {role: employee, decide: settle}}\n",
        )
    )
    held = {"employee": (_holder(),)}
    open_case = replace(case, roles=held, tasks=(_task(held),))
    offer = available(human, open_case, _actor())[0]
    assert not offer.allowed
    with pytest.raises(Refused) as refused:
        fire(human, open_case, _actor(), "settle")
    reason = refused.value.refusals[0]
    assert (reason.key, reason.params["why"].key) == ("score.refused", "score.why.input_missing")
    assert reason.params["why"].params["name"].en == "Communication"


def _holder():
    return Holder(1, "p1", "Carol", "subject")


def _task(held):
    now = datetime(2026, 3, 2, 3, tzinfo=UTC)
    return TaskView("t1", "end", "open", now, None, 0, held["employee"])


def _actor():
    return Actor(1, "p1")


def test_a_number_set_by_hand_finds_its_band_and_keeps_what_was_worked_out():
    outcome = evaluate(WORKFLOW, a_case(other=Decimal("91.255"), why="Memimpin posko banjir."),
                       WORKFLOW.moves["settle"].spec, "settled")["final_score"]  # fmt: skip
    how = outcome.derivation
    assert (how["value"], how["band"], how["by_hand"]["reason"]) == ("91.26", "very_good", "Memimpin posko banjir.")
    assert how["tree"]["rule"] == {"name": "by_hand"}
    assert how["tree"]["children"][0]["value"] == "82.00"
    assert adds_up(json.loads(canonical(how["tree"])))
    kept = json.loads(canonical(how))
    assert canonical(again(shipped("weighted_indicators"), kept).derivation) == canonical(kept)


def test_a_number_set_by_hand_without_a_reason_holds_the_move_back():
    assert settle(WORKFLOW, a_case(other=Decimal(91), why=" ")) is None


def test_at_other_moves_a_score_stays_what_it_is():
    decisions, after = cascade(WORKFLOW, a_case())
    assert not any(isinstance(each, SetValue) for each in decisions[1].effects)
    assert evaluate(WORKFLOW, after, WORKFLOW.moves["praise"].spec, "praised") == {}


def test_a_figure_reaches_the_score_with_its_source():
    text = YAML.replace("productivity: rating.quality", "productivity: figures.done")
    source = {"figure": "fig-1", "n": "50"}
    found = examine(*read_yaml(text), PRODUCT, KNOWN)
    assert found.definition is None  # no such figure is declared
    case = replace(a_case(), figures={"done": Figure(Decimal(90), source)})
    assert names(case)["figures"] == {"done": Decimal(90)}


def test_the_score_is_pinned_with_the_workflow():
    assert references(WORKFLOW.definition, PRODUCT) == ("score:weighted_indicators",)


@pytest.mark.parametrize(
    ("old", "new", "path", "key"),
    [
        ("score: weighted_indicators", "score: weighted_indicator", "scores.final_score.score", "bind.no_such_score"),
        ("at: settle", "at: settled", "scores.final_score.at.0", "lint.unknown_transition"),
        ("    at: settle\n", "", "scores.final_score", "lint.score_never"),
        ("      quality: rating.quality\n", "", "scores.final_score.inputs", "bind.inputs_missing"),
        ("communication: rating.communication", "communication: rating.why",
         "scores.final_score.inputs.communication.value", "bind.in_expression"),
        ("value: rating.other, ", "", "scores.final_score.by_hand", "lint.score_by_hand_what"),
    ],
)  # fmt: skip
def test_a_use_that_does_not_fit_is_told_at_its_place(old, new, path, key):
    found = examine(*read_yaml(YAML.replace(old, new)), PRODUCT, KNOWN)
    errors = [each for each in found.problems if not each.warning]
    assert [(each.path, each.message.key) for each in errors] == [(path, key)]
    assert errors[0].line is not None


def test_a_document_without_scores_keeps_its_digest():
    text = YAML[: YAML.index("scores:")].replace(', when: final_score.value >= 80 and final_score.band == "good"', "")
    definition = examine(*read_yaml(text), PRODUCT, KNOWN).definition
    assert "scores" not in definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
