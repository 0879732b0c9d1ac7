"""Two doubts: somebody decides about himself, and a task is due before it can open."""

import pytest

from engine import fields
from engine.core.catalog import Catalog
from engine.core.reading.normal import normal_form
from engine.core.reading.parse import examine
from engine.core.reading.positions import NOWHERE
from engine.documents import read_yaml
from workflows import guards

FLOW = """
kind: workflow
format: 1
key: tiny
name: {id: Kecil, en: Small}
roles: {owner: subject, boss: {rule: superior_of, role: owner}}
states:
  plan:
    label: {id: Rencana, en: Plan}
    initial: true
    tasks:
      write: {role: owner, fill: story, due: {on: 01-31, of: period}}
      hand_in: {role: owner, decide: [send, withdraw], after: [write]}
  judged:
    label: {id: Dinilai, en: Judged}
    tasks:
      look: {role: boss, fill: story, due: {on: 12-31, of: period}}
      end: {role: boss, decide: close, after: [look], due: {on: 01-31, of: next_period}}
  closed: {label: {id: Selesai, en: Closed}, final: true}
  withdrawn: {label: {id: Ditarik, en: Withdrawn}, final: true}
transitions:
  send: {label: {id: Kirim, en: Send}, from: plan, to: judged}
  withdraw: {label: {id: Tarik, en: Withdraw}, from: plan, to: withdrawn}
  close: {label: {id: Tutup, en: Close}, from: judged, to: closed}
forms: {story: {label: {id: Cerita, en: Story}, sections: {main: {fields: {words: {type: text}}}}}}
"""
CATALOG = Catalog.collect(*fields.BUILT_IN, guards)


def doubts(*changes):
    text = FLOW
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    document = normal_form(read_yaml(text, "tiny")[0])
    found = examine(document, NOWHERE, CATALOG, {}).problems
    return {(each.path, each.message.key) for each in found}


def test_a_flow_in_which_others_decide_in_time_raises_no_doubt():
    assert doubts() == set()


def test_the_subject_who_ends_his_own_case_like_his_superior_would_is_doubted():
    found = doubts(
        ("decide: [send, withdraw]", "decide: [send, withdraw, done]"),
        ("transitions:", "transitions:\n  done: {label: {id: Beres, en: Done}, from: plan, to: closed}"),
    )
    assert found == {("states.plan.tasks.hand_in.role", "lint.decides_on_himself")}


@pytest.mark.parametrize("rule", ["{rule: head_of_unit}", "{rule: holders_of_grant, grant: admin}",
                                  "{rule: superior_of, role: owner, else: {rule: head_of_unit}}"])  # fmt: skip
def test_a_role_that_may_find_the_subject_is_doubted_where_it_decides(rule):
    other = ("{rule: superior_of, role: owner}", rule)
    assert doubts(other) == {("states.judged.tasks.end.role", "lint.may_be_himself")}
    assert doubts((other[0], rule[:-1] + ", except: [owner]}")) == set()
    guarded = (
        "from: judged, to: closed}",
        "from: judged, to: closed, guards: [{not_same_person: {roles: [owner, boss]}}]}",
    )
    assert doubts(other, guarded) == set()


def test_a_task_that_is_due_before_what_comes_first_in_every_case_is_doubted():
    late = ("due: {on: 12-31, of: period}", "due: {on: 01-15, of: period}")
    assert doubts(late) == {("states.judged.tasks.look.due", "lint.due_before_open")}
    detour = ("transitions:", "transitions:\n  jump: {automatic: true, from: start, to: judged}")
    free = ("states:\n", "states:\n  start: {label: {id: Awal, en: Start}, initial: true}\n")
    begin = ("    initial: true\n", "")
    around = ("transitions:\n", "transitions:\n  enter: {automatic: true, from: start, to: plan}\n")
    assert doubts(late, begin, free, detour, around) == set()


def test_a_task_that_waits_for_one_that_is_due_later_is_doubted():
    assert doubts(("{on: 01-31, of: next_period}", "{on: 06-30, of: period}")) == {
        ("states.judged.tasks.end.due", "lint.due_before_task")
    }
