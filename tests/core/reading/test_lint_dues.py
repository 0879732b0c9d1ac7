"""What a deadline may say where: each mistake is found at its place, and a whole one is not complained about."""

import pytest

from engine.core.reading.normal import digest, dump, load
from tests.core.definitions import look_at, read

TEXT = """
kind: workflow
format: 1
key: objection
name: {id: Penilaian, en: Rating}
WHOLE
roles:
  employee: subject
  rater: {rule: superior_of, role: employee}
  second: {rule: superior_of, role: employee, steps: 2}
states:
  rated:
    label: {id: Dinilai, en: Rated}
    initial: true
    tasks:
      rate:
        role: rater
        decide: rate
        due: {on: "01-31", of: next_period, passes_to: second, final: true, TASK}
  told:
    label: {id: Diberitahukan, en: Told}
    due: {STATE}
  done: {label: {id: Selesai, en: Done}, final: true, END}
transitions:
  rate: {label: {id: Nilai, en: Rate}, from: rated, to: told}
  accept: {label: {id: Terima, en: Accept}, from: told, to: done}
  go: {from: [rated], to: told, automatic: true, when: today is missing}
"""
STATE = "working_days: 14, after: entered, fire: accept"


def written(task="remind: [{when: on}, {working_days: 3, when: before}]", state=STATE, whole="", end="help: Selesai"):
    given = {"WHOLE": whole, "TASK": task, "STATE": state, "END": end}
    text = TEXT
    for name, words in given.items():
        text = text.replace(name, words)
    return text


def problems(text):
    return [(each.path, each.message.key) for each in look_at(text).problems]


def test_deadlines_of_tasks_states_and_the_whole_may_act():
    assert problems(written(whole='due: {on: "02-28", of: next_period, remind: [{when: on}]}')) == []


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"task": "remind: [{when: before}]"}, ("states.rated.tasks.rate.due.remind.0", "lint.remind_days")),
        ({"task": "remind: [{when: on, working_days: 1}]"},
         ("states.rated.tasks.rate.due.remind.0", "lint.remind_days")),
        ({"task": "remind: [{when: on}, {when: on}]"}, ("states.rated.tasks.rate.due.remind.1", "lint.remind_twice")),
        ({"task": "fire: accept"}, ("states.rated.tasks.rate.due.fire", "lint.fire_elsewhere")),
        ({"task": "fire: go"}, ("states.rated.tasks.rate.due.fire", "lint.fire_automatic")),
        ({"task": "fire: acept"}, ("states.rated.tasks.rate.due.fire", "lint.unknown_transition")),
        ({"state": f"{STATE}, passes_to: second"}, ("states.told.due.passes_to", "lint.passes_no_task")),
        ({"state": f"{STATE}, remind: [{{when: on}}]"}, ("states.told.due.remind", "lint.remind_nobody")),
        ({"state": "working_days: 14, fire: accept"}, ("states.told.due", "lint.due_not_whole")),
        ({"state": "working_days: 14, after: received, fire: accept"},
         ("states.told.due.after", "lint.due_received_state")),
        ({"end": 'due: {on: "01-31", of: period}'}, ("states.done.due", "lint.due_final")),
        ({"whole": "due: {working_days: 9, after: entered}"}, ("due", "lint.due_case_days")),
        ({"whole": 'due: {on: "03-31", of: period, fire: accept}'}, ("due.fire", "lint.fire_not_from")),
    ],
)  # fmt: skip
def test_what_a_deadline_cannot_say_is_found_where_it_stands(given, found):
    assert problems(written(**given)) == [found]


def test_a_transition_that_only_a_deadline_fires_needs_no_task_that_offers_it():
    assert ("transitions.accept", "lint.nobody_decides") in problems(written(state="working_days: 14, after: entered"))


def test_what_a_deadline_does_comes_back_whole_and_counts_for_the_digest():
    with_reminders, without = read(written()), read(written(task="remind: []"))
    assert load(dump(with_reminders)) == with_reminders
    assert "remind" not in str(dump(without)["states"][0]) and digest(with_reminders) != digest(without)
