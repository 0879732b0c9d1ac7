"""A score of a case: published, pinned, worked out by a move, kept with its tree, and proved by the audit."""

import json
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from engine import audit_inputs, audit_scores, case_results, ledger
from engine.core.definition import ScoreUse
from engine.core.errors import Refused
from engine.core.proof.canonical import canonical
from engine.core.scoring.nodes import adds_up
from engine.core.scoring.using import again
from engine.store.queries import definitions, ledger_scores
from engine.store.tables import Case
from tests.verbs.stage import SHIPPED, Stage

WORKFLOW = """
kind: workflow
format: 1
key: weighed
name: {id: Penilaian berbobot, en: Weighted evaluation}
roles: {employee: subject}
states:
  rated:
    initial: true
    label: {id: Dinilai, en: Rated}
    tasks:
      rate: {role: employee, fill: rating}
      end: {role: employee, decide: settle}
  settled:
    final: true
    label: {id: Ditetapkan, en: Settled}
transitions:
  settle: {label: {id: Tetapkan, en: Settle}, from: rated, to: settled}
forms:
  rating:
    label: {id: Penilaian, en: Rating}
    sections:
      all:
        title: {id: Nilai, en: Scores}
        fields:
          productivity: {type: number, label: {id: Produktivitas, en: Productivity}}
          quality: {type: number, label: {id: Mutu, en: Quality}}
          communication: {type: number, label: {id: Komunikasi, en: Communication}}
visible: {rating: {employee: [rated, settled]}}
scores:
  final_score:
    score: weighted_indicators
    at: settle
    inputs:
      productivity: rating.productivity
      quality: rating.quality
      communication: rating.communication
"""
ANSWERS = {"productivity": "80", "quality": "90", "communication": "70"}


class Weighed(Stage):
    """The town with a published score, and a workflow that uses it."""

    def __init__(self, db):
        super().__init__(db)
        self.publish((SHIPPED / "scores/weighted_indicators.yaml").read_bytes(), "weighted_indicators.yaml")
        self.publish(WORKFLOW.encode())


@pytest.fixture
def stage(filled_db):
    stage = Stage.over(filled_db("weighed", Weighed))
    with stage.rt.db.read() as db:
        stage.version = next(row for row in definitions.published(db, "workflow") if row.key == "weighed")
    return stage


def settled(stage, answers=ANSWERS):
    case = stage.case()
    stage.send(case, "carol", "rate", answers)
    stage.fire(case, "carol", "settle")
    return case


def test_a_move_works_the_score_out_and_the_case_keeps_how(stage):
    case = settled(stage)
    found = stage.see(case).view.results["final_score"]
    assert (found.value, found.derivation["value"]) == ("good", "82.00")
    assert adds_up(found.derivation["tree"])
    source = found.derivation["inputs"]["quality"]["from"][0]
    assert source["by"] == stage.ref("carol")
    assert source["submission"]
    ledger.verify(stage.rt.db)


def test_lists_tell_the_number_and_the_band_to_whoever_oversees_the_case_and_not_to_whom_it_is_about(stage):
    case = settled(stage)
    with stage.rt.db.read() as db:
        row = db.execute(select(Case.id, Case.definition_digest, Case.subject_id).where(Case.ref == case)).one()
        (told,) = case_results.of_cases(stage.rt, db, stage.actor("alice"), [row])[row.id]
        assert case_results.of_cases(stage.rt, db, stage.actor("carol"), [row]) == {}
        names = [name for name, _ in case_results.columns(stage.see(case).workflow)]
    assert (str(told.number), told.band.id, told.by_hand) == ("82.00", "Baik", False)
    cells = case_results.cells([replace(told, by_hand=True)], names, "id", "diubah orang")
    assert [cells[name] for name in names] == ["82.00", "Baik", "diubah orang"]
    assert cells["results"].endswith("82,00 – Baik (diubah orang)")


def test_without_a_part_the_case_stays_where_it_is_and_says_why(stage):
    case = stage.case()
    stage.send(case, "carol", "rate", {**ANSWERS, "quality": ""})
    with pytest.raises(Refused) as refused:
        stage.fire(case, "carol", "settle")
    assert [each.key for each in refused.value.refusals] == ["score.refused"]
    assert stage.see(case).view.state == "rated"


def test_a_new_version_of_a_score_changes_nothing_for_a_case_under_way(stage):
    case = stage.case()
    text_of = (SHIPPED / "scores/weighted_indicators.yaml").read_text()
    changed = text_of.replace("weight: 20", "weight: 60").replace("40, value: quality", "0, value: quality")
    stage.publish(changed.encode(), "weighted_indicators.yaml")
    stage.send(case, "carol", "rate", ANSWERS)
    stage.fire(case, "carol", "settle")
    assert stage.see(case).view.results["final_score"].derivation["value"] == "82.00"


def test_the_audit_finds_a_score_that_is_not_what_its_inputs_come_to(stage):
    settled(stage)
    ledger.verify(stage.rt.db)
    with stage.rt.db.read() as db:
        row = next(ledger_scores.scores(db))
        known = audit_scores.Scores(partial(definitions.body, db))
        score = known.of(json.loads(row.body)["digest"])
        sent = partial(ledger_scores.sent, db)

        def is_wrong(change):
            kept = change(json.loads(row.body))
            forged = SimpleNamespace(**{**row._mapping, "body": canonical(kept).decode()})
            return list(audit_scores.wrong(iter([forged]), known, sent, partial(ledger_scores.answered, db)))

        assert is_wrong(lambda kept: kept) == []
        assert is_wrong(lambda kept: {**kept, "value": "83.00"})
        assert is_wrong(lambda kept: {**kept, "tree": {**kept["tree"], "value": "83.00"}})
        assert is_wrong(lambda kept: _answered(kept, "95"))
        # A forger who works everything out again from an answer that nobody gave is found by the submission.
        assert is_wrong(lambda kept: dict(again(score, _answered(kept, "95")).derivation))
        # Nor does it help to say that nothing was read, that something else was, or that another formula was used.
        for changed in (
            {"value": "95"},
            {"value": "95", "from": [], "read": {}},
            {"value": "95", "formula": "rating.quality + 5"},
            {"value": "95", "read": {"rating": {"quality": "95"}}, "from": OTHER},
        ):
            assert is_wrong(lambda kept, changed=changed: dict(again(score, _given(kept, changed)).derivation))
        by_hand = {"value": "99", "band": None, "reason": "Tambahan"}
        assert is_wrong(lambda kept: dict(again(score, {**kept, "by_hand": by_hand}).derivation))


OTHER = [{"kind": "other", "path": "rating.quality"}]


def _given(kept, changed):
    return {**kept, "inputs": {**kept["inputs"], "quality": {**kept["inputs"]["quality"], **changed}}}


def test_the_audit_finds_a_value_that_a_formula_of_several_answers_does_not_make():
    given = {"formula": "f.a + f.b", "read": {"f": {"a": "1", "b": "2"}}, "value": "3", "from": []}
    same = audit_scores._same
    assert audit_inputs.comes_to(given, same)
    assert not audit_inputs.comes_to({**given, "value": "99"}, same)
    text_of = {"formula": 'f.a == "1" and f.b > 1', "read": given["read"], "value": True}
    assert audit_inputs.comes_to(text_of, same)
    assert not audit_inputs.comes_to({**text_of, "value": False}, same)


def test_the_audit_finds_a_score_set_by_hand_that_nobody_answered():
    use = ScoreUse.model_validate(
        {"key": "total", "score": "weighted", "by_hand": {"value": "panel.mark", "reason": "panel.why"}}
    )
    sent, same = [{"mark": "88.0", "why": "Luar biasa"}], audit_scores._same
    kept = {"value": "88", "band": None, "reason": "Luar biasa"}
    assert audit_inputs.is_by_hand(kept, use, lambda form: sent, same)
    assert audit_inputs.is_by_hand(kept, use, lambda form: [None], same)
    for forged in ({**kept, "value": "99"}, {**kept, "band": "good"}, {**kept, "reason": "Lain"}):
        assert not audit_inputs.is_by_hand(forged, use, lambda form: sent, same)
    assert not audit_inputs.is_by_hand(kept, use.model_copy(update={"by_hand": None}), lambda form: sent, same)
    assert not audit_inputs.is_by_hand(kept, use, lambda form: [], same)


def test_the_audit_finds_that_what_was_set_by_hand_was_taken_away():
    use = ScoreUse.model_validate(
        {"key": "total", "score": "weighted", "by_hand": {"value": "panel.mark", "reason": "panel.why"}}
    )
    same = audit_scores._same
    for sent in ([{"mark": "88.0", "why": "Luar biasa"}], [{"mark": "88.0"}, {"mark": "70"}]):
        assert not audit_inputs.is_by_hand(None, use, lambda form, sent=sent: sent, same)
    for sent in ([], [None], [{"mark": None, "why": "Lain"}], [{"mark": "88.0"}, {"why": "Lain"}]):
        assert audit_inputs.is_by_hand(None, use, lambda form, sent=sent: sent, same)


def _answered(kept, value):
    quality = {**kept["inputs"]["quality"], "value": value, "read": {"rating": {"quality": value}}}
    return {**kept, "inputs": {**kept["inputs"], "quality": quality}}


def test_two_cycles_with_different_methods_run_over_the_same_person_at_the_same_time(stage):
    weighted = stage.case()
    stage.publish((SHIPPED / "scores/pp30_70_30.yaml").read_bytes(), "pp30_70_30.yaml")
    uses = WORKFLOW[WORKFLOW.index("scores:") :]
    other = WORKFLOW.replace("key: weighed", "key: by_plan").replace(
        uses,
        "scores:\n  final_score:\n    score: pp30_70_30\n    at: settle\n    inputs:\n"
        "      plan: rating.productivity\n      behaviour: rating.quality\n      new_idea: rating.communication > 60\n",
    )
    stage.version = stage.publish(other.encode())
    by_plan = stage.case()
    for case in (by_plan, weighted):
        stage.send(case, "carol", "rate", ANSWERS)
        stage.fire(case, "carol", "settle")
    found = [stage.see(case).view.results["final_score"].derivation for case in (weighted, by_plan)]
    # 40% × 80 + 40% × 90 + 20% × 70 = 82; 70% × 80 + 30% × 90 = 83
    assert [(each["value"], each["band"]) for each in found] == [("82.00", "good"), ("83.00", "fair")]
    assert found[1]["inputs"]["new_idea"]["value"] is True
    ledger.verify(stage.rt.db)


def test_a_score_that_somebody_set_by_hand_holds_and_a_forged_one_does_not(stage):
    fields = "          communication: {type: number, label: {id: Komunikasi, en: Communication}}\n"
    mark = fields.replace("communication", "mark").replace("Komunikasi", "Penetapan")
    why = mark.replace("mark", "why").replace("type: number", "type: text")
    set_by = "    by_hand: {value: rating.mark, reason: rating.why}\n    inputs:\n"
    changed = WORKFLOW.replace("key: weighed", "key: by_hand").replace(fields, fields + mark + why)
    stage.version = stage.publish(changed.replace("    inputs:\n", set_by).encode())
    settled(stage, {**ANSWERS, "mark": "91.0", "why": "Luar biasa"})
    ledger.verify(stage.rt.db)
    with stage.rt.db.read() as db:
        (row,) = ledger_scores.scores(db)
        known, kept = audit_scores.Scores(partial(definitions.body, db)), json.loads(row.body)
        assert kept["by_hand"]["reason"] == "Luar biasa"
        looked_up = partial(ledger_scores.sent, db), partial(ledger_scores.answered, db)
        for by_hand in ({**kept["by_hand"], "value": "99"}, None):  # another number, or none at all
            found = again(known.of(kept["digest"]), {**kept, "by_hand": by_hand})
            forged = SimpleNamespace(
                **{**row._mapping, "body": canonical(dict(found.derivation)).decode(), "value": found.value}
            )
            assert list(audit_scores.wrong(iter([forged]), known, *looked_up))
        assert not list(audit_scores.wrong(iter([row]), known, *looked_up))
