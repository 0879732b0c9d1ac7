"""A task whose deadline is over passes to another role: at midnight it is in their inbox, and only they may act.

Vector T21 (PermenPANRB 6/2022, printed p.65): a plan that is not set by the end of 31 January is the superior's
superior's on 1 February.
"""

from datetime import UTC, datetime

import pytest

from engine import ledger, people
from engine.core.case import SYSTEM
from engine.core.errors import NotAllowed
from engine.store.queries import case_lists
from tests.verbs.stage import Stage
from tests.verbs.test_midnight import forget, night

PLAN = """
kind: workflow
format: 1
key: plan
name: {id: Penetapan SKP, en: Setting the plan}
roles:
  employee: subject
  rater: {rule: superior_of, role: employee}
  second: {rule: superior_of, role: employee, steps: 2}
states:
  drafted:
    label: {id: Disusun, en: Drafted}
    initial: true
    tasks:
      write: {role: employee, fill: plan}
      decide:
        role: rater
        decide: [set_plan]
        after: write
        shows: plan
        due: {on: "01-31", of: period, passes_to: second}
  done: {label: {id: Ditetapkan, en: Set}, final: true}
transitions:
  set_plan: {label: {id: Tetapkan, en: Set}, from: drafted, to: done}
forms:
  plan:
    label: {id: SKP, en: Plan}
    sections:
      main: {title: {id: Isi, en: Content}, fields: {result: {type: text, label: {id: Hasil kerja, en: Result}}}}
"""
LAST_MINUTE = datetime(2026, 1, 31, 15, 59, tzinfo=UTC)  # 23:59 in Makassar, where the office is
MIDNIGHT = datetime(2026, 1, 31, 16, 0, tzinfo=UTC)
AFTER = datetime(2026, 1, 31, 16, 1, tzinfo=UTC)


@pytest.fixture
def stage(filled_db):
    """Carol has sent her plan; Erin, whose superior is Bob, has not set it."""
    stage = Stage.over(filled_db("stage", Stage))
    stage.now = datetime(2026, 1, 20, 3, tzinfo=UTC)
    stage.ref_of_case = opened(stage, PLAN)
    stage.send(stage.ref_of_case, "carol", "write", {"result": "Ibu hamil terlayani"})
    forget(stage)
    return stage


def opened(stage, text):
    cycle = stage.open(version_ref=stage.publish(text).ref)
    with stage.rt.db.read() as db:
        return case_lists.case_of(db, cycle.ref, stage.person("carol").id)


def inbox(stage):
    return [holder.name for holder in stage.task(stage.ref_of_case, "decide").holders]


def reheld(stage):
    return [kind for kind, *_ in stage.trail(stage.ref_of_case)].count("case.reheld")


def test_until_the_end_of_the_day_it_is_the_raters_and_from_midnight_on_his_superiors(stage):
    stage.now = LAST_MINUTE
    with pytest.raises(NotAllowed):
        stage.fire(stage.ref_of_case, "bob", "set_plan")
    stage.now = MIDNIGHT
    with pytest.raises(NotAllowed):
        stage.fire(stage.ref_of_case, "erin", "set_plan")
    stage.fire(stage.ref_of_case, "bob", "set_plan")
    assert [row[4] for row in stage.trail(stage.ref_of_case) if row[1] == "set_plan"] == ["second"]
    ledger.verify(stage.rt.db)


def test_at_midnight_the_task_moves_to_the_other_inbox_by_one_event(stage):
    night(stage, LAST_MINUTE)
    assert (inbox(stage), reheld(stage)) == (["Erin"], 0)
    night(stage, AFTER)
    night(stage, AFTER)
    assert (inbox(stage), reheld(stage)) == (["Bob"], 1)
    ledger.verify(stage.rt.db)


def test_a_task_that_is_opened_after_its_deadline_is_his_at_once(stage):
    stage.now = AFTER
    stage.ref_of_case = opened(stage, PLAN.replace("key: plan\nname", "key: late_plan\nname"))
    assert inbox(stage) == ["Bob"]


def test_where_nobody_holds_the_other_role_it_stays_where_it_is(stage):
    people.set_active(stage.rt, actor=SYSTEM, person_ref=stage.ref("bob"), active=False)
    night(stage, AFTER)
    assert inbox(stage) == ["Erin"]
    stage.fire(stage.ref_of_case, "erin", "set_plan")
