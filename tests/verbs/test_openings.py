"""What stands in a form before somebody types: first answers, last year's, and what he may not edit."""

from datetime import date

import pytest

from engine import cases, grants, openings, snapshot
from engine.core.errors import InvalidSubmission
from engine.store.queries import case_lists
from engine.store.queries import definitions as published
from tests.verbs.stage import Stage

WORKFLOW = """
kind: workflow
format: 1
key: talk
name: Dialog
roles:
  employee: {rule: subject}
  boss: {rule: superior_of, role: employee}
states:
  open:
    initial: true
    tasks:
      write: {role: employee, fill: plan}
      answer: {role: boss, fill: plan, after: write}
      judge: {role: boss, fill: verdict, after: answer, shows: plan}
      finish: {role: boss, decide: [close], after: judge}
  closed: {final: true}
transitions:
  close: {from: open, to: closed}
visible:
  plan: {employee: [open, closed], boss: [open, closed]}
forms:
  plan:
    prefill: {goal: previous.plan.goal, steps: previous.plan.steps, advice: previous.plan.advice}
    sections:
      own:
        edited_by: employee
        fields:
          goal: {type: text, default: Sehat}
          told: {type: date, default: = today}
          kind: {type: choice, default: plain, choices: {plain: Biasa, other: Lain}}
          why: {type: text, editable_when: kind == "other"}
          steps: {type: table, columns: {step: {type: text}, share: {type: percent}}}
      office:
        edited_by: boss
        seen_by: boss
        fields:
          advice: {type: text}
  verdict:
    prefill: {steps: plan.steps, before: previous.verdict.before}
    sections:
      all:
        fields:
          before: {type: text, default: "= plan.goal"}
          steps: {type: table, columns: {step: {type: text}, done: {type: percent}}}
"""
PLAN = {"goal": "Turun", "told": "2025-03-01", "kind": "plain", "steps": [{"step": "A", "share": "40"}, {"step": "B"}]}


class Talking(Stage):
    """A town with a workflow of talks in force."""

    def __init__(self, db):
        super().__init__(db)
        self.talk = self.publish(WORKFLOW)

    @classmethod
    def over(cls, db):
        stage = super().over(db)
        with db.read() as reading:
            stage.talk = next(row for row in published.published(reading, "workflow") if row.key == "talk")
        return stage


@pytest.fixture
def stage(filled_db):
    return Talking.over(filled_db("talking", Talking))


def case_in(stage, year, workflow=None):
    opened = stage.open(
        name=f"Dialog {year}", version_ref=(workflow or stage.talk).ref,
        period_start=date(year, 1, 1), period_end=date(year, 12, 31),
    )  # fmt: skip
    with stage.rt.db.read() as db:
        return case_lists.case_of(db, opened.ref, stage.person("carol").id)


def begun(stage, case, who, form):
    with stage.rt.db.read() as db:
        actor = stage.actor(who)
        found = snapshot.load(stage.rt, db, case, actor, stage.rt.clock())
        return openings.opening(stage.rt, db, found, found.workflow.forms[form], actor)


def finish(stage, case, plan=PLAN):
    stage.send(case, "carol", "write", plan)
    stage.send(case, "erin", "answer", {"advice": "teruskan"})
    stage.send(case, "erin", "judge", {"before": "baik"})
    stage.fire(case, "erin", "close")


def answers(stage, case, who="erin", form="plan"):
    with stage.rt.db.read() as db:
        return snapshot.load(stage.rt, db, case, stage.actor(who), stage.rt.clock()).view.answers[form]


def test_a_form_begins_with_its_defaults_until_somebody_has_sent_it(stage):
    case = case_in(stage, 2026)
    assert begun(stage, case, "carol", "plan").raw == {"goal": "Sehat", "told": "2026-03-02", "kind": "plain"}
    stage.send(case, "carol", "write", {"goal": ""})
    assert begun(stage, case, "erin", "plan").raw == {}


def test_it_begins_with_what_was_sent_in_the_period_before(stage):
    finish(stage, case_in(stage, 2025))
    found = begun(stage, case_in(stage, 2026), "carol", "plan")
    assert (found.raw["goal"], found.origins["goal"]) == ("Turun", "previous")
    assert [row["step"] for row in found.raw["steps"]] == ["A", "B"]
    assert "advice" not in found.raw
    assert begun(stage, case_in(stage, 2027), "carol", "plan").raw["goal"] == "Sehat"


def test_what_is_not_finished_or_of_another_workflow_counts_for_nothing(stage):
    before = case_in(stage, 2025)
    stage.send(before, "carol", "write", PLAN)
    other = case_in(stage, 2025, stage.publish(WORKFLOW.replace("key: talk", "key: other")))
    finish(stage, other)
    assert begun(stage, case_in(stage, 2026), "carol", "plan").raw["goal"] == "Sehat"


def test_nobody_gets_from_before_what_he_may_not_read(stage):
    finish(stage, case_in(stage, 2025))
    case = case_in(stage, 2026)
    assert begun(stage, case, "carol", "verdict").raw.get("before") is None
    stage.send(case, "carol", "write", PLAN)
    stage.send(case, "erin", "answer", {"advice": "x"})
    found = begun(stage, case, "erin", "verdict")
    assert found.raw == {"before": "baik", "steps": [{"step": "A", "done": None}, {"step": "B", "done": None}]}
    assert found.origins == {"before": "previous", "steps": "form"}


def test_neither_a_draft_nor_a_submission_takes_what_its_sender_may_not_fill(stage):
    case = case_in(stage, 2026)
    task, carol = stage.task(case, "write").ref, stage.actor("carol")
    smuggled = {**PLAN, "why": "diselundupkan", "advice": "diselundupkan"}
    cases.save_draft(stage.rt, task, smuggled, actor=carol, seen=0)
    assert cases.draft_of(stage.rt, task, actor=carol).keys() == PLAN.keys()
    stage.send(case, "carol", "write", smuggled)
    kept = answers(stage, case)
    assert (kept["why"], kept["advice"], kept["goal"]) == (None, None, "Turun")
    stage.send(case, "erin", "answer", {"advice": "teruskan", "goal": "diubah", "kind": "other", "why": "x"})
    kept = answers(stage, case)
    assert (kept["why"], kept["advice"], kept["goal"], kept["kind"]) == (None, "teruskan", "Turun", "plain")


def test_a_field_that_is_unlocked_by_another_is_taken(stage):
    case = case_in(stage, 2026)
    stage.send(case, "carol", "write", {**PLAN, "kind": "other", "why": "karena"})
    assert answers(stage, case)["why"] == "karena"


def test_wrong_answers_are_refused_as_ever(stage):
    case = case_in(stage, 2026)
    with pytest.raises(InvalidSubmission) as caught:
        stage.send(case, "carol", "write", {**PLAN, "told": "kemarin", "advice": ["x"]})
    assert set(caught.value.errors) == {"told"}


SHARED = """
kind: workflow
format: 1
key: shared
name: Bersama
roles:
  employee: {rule: subject}
  boss: {rule: superior_of, role: employee}
  panel: {rule: holders_of_grant, grant: calibration_panel}
states:
  open:
    initial: true
    tasks: {judge: {role: panel, fill: verdict}, finish: {role: boss, decide: [close], after: judge}}
  closed: {final: true}
transitions:
  close: {from: open, to: closed}
visible:
  verdict: {boss: [open, closed]}
forms:
  verdict:
    sections:
      all: {fields: {said: {type: text}, kept: {type: text, seen_by: boss}, told: {type: text, seen_by: boss}}}
"""


def test_what_one_holder_of_a_task_drafted_stays_when_another_who_does_not_see_it_saves(stage):
    for name in ("erin", "frank"):
        grants.grant(
            stage.rt, actor=stage.actor("alice"), person_ref=stage.ref(name), role="calibration_panel",
            unit_ref=stage.unit("health").ref, starts_on=date(2026, 1, 1),
        )  # fmt: skip
    case = case_in(stage, 2026, stage.publish(SHARED))
    task, erin, frank = stage.task(case, "judge").ref, stage.actor("erin"), stage.actor("frank")
    cases.save_draft(stage.rt, task, {"said": "satu", "kept": "rahasia"}, actor=erin, seen=0)
    assert cases.draft_of(stage.rt, task, actor=frank) == {"said": "satu"}
    cases.save_draft(stage.rt, task, {"said": "dua", "kept": "tebakan", "told": "x"}, actor=frank, seen=1)
    assert cases.draft_of(stage.rt, task, actor=erin) == {"said": "dua", "kept": "rahasia"}
    stage.send(case, "frank", "judge", {"said": "tiga", "kept": "tebakan"})
    assert answers(stage, case, form="verdict") == {"said": "tiga", "kept": "rahasia", "told": None}


NAMING = """
kind: workflow
format: 1
key: naming
name: Penamaan
roles: {employee: subject}
states:
  open:
    initial: true
    tasks:
      plan: {role: employee, fill: plan}
      tell: {role: employee, fill: report, after: plan}
      finish: {role: employee, decide: [close], after: tell}
  closed: {final: true}
transitions:
  close: {from: open, to: closed}
forms:
  plan:
    prefill: {helper: previous.plan.helper, place: previous.plan.place, team: previous.plan.team}
    sections: {all: {fields: {
      helper: {type: person}, place: {type: unit}, team: {type: table, columns: {who: {type: person}}}}}}
  report:
    prefill: {helper: plan.helper, place: plan.place, team: plan.team}
    sections: {all: {fields: {
      helper: {type: person}, place: {type: unit}, team: {type: table, columns: {who: {type: person}}}}}}
"""


def test_people_and_units_stay_that_a_form_begins_with(stage):
    workflow = stage.publish(NAMING)
    who, where = stage.ref("erin"), stage.unit("health").ref
    plan = {"helper": who, "place": where, "team": [{"who": stage.ref("bob")}, {"who": who}]}

    def refs(begun):
        raw = begun.raw
        return raw["helper"]["ref"], raw["place"]["ref"], [row["who"]["ref"] for row in raw["team"]]

    expected = (who, where, [stage.ref("bob"), who])
    before = case_in(stage, 2025, workflow)
    assert begun(stage, before, "carol", "plan").raw == {}
    stage.send(before, "carol", "plan", plan)
    found = begun(stage, before, "carol", "report")
    assert refs(found) == expected and set(found.origins.values()) == {"form"}
    stage.send(before, "carol", "tell", dict(found.raw))
    stage.fire(before, "carol", "close")
    found = begun(stage, case_in(stage, 2026, workflow), "carol", "plan")
    assert refs(found) == expected and set(found.origins.values()) == {"previous"}
