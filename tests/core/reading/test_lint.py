"""Findings about a whole definition: one slip of the pen is one problem, and warnings keep nothing from being read."""

import pytest

from engine.core.errors import InvalidDefinition
from engine.core.reading.parse import examine
from engine.core.reading.positions import NOWHERE
from engine.documents import read_yaml
from tests.core.definitions import CATALOG, CODELISTS, CORPUS, look_at, read

WORKFLOW = """
kind: workflow
format: 1
key: tiny
name: {id: Kecil, en: Tiny}
roles: {owner: subject, boss: {rule: superior_of, role: owner}}
states:
  open:
    label: {id: Terbuka, en: Open}
    initial: true
    tasks:
      tell: {role: owner, fill: story}
      finish: {role: boss, decide: close, after: tell}
  closed: {label: {id: Tertutup, en: Closed}, final: true}
transitions:
  close: {label: {id: Tutup, en: Close}, from: open, to: closed}
forms:
  story:
    label: {id: Cerita, en: Story}
    sections: {main: {fields: {words: {type: text}}}}
"""


def told(text, warnings=False):
    return [(problem.path, problem.message.key) for problem in look_at(text).problems if problem.warning is warnings]


def changed(old, new):
    assert WORKFLOW.count(old) == 1
    return WORKFLOW.replace(old, new)


def test_nothing_is_said_about_a_sound_definition():
    assert look_at(WORKFLOW).problems == ()


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("to: closed", "to: closd", "transitions.close.to"),
        ("from: open", "from: opn", "transitions.close.from.0"),
        ("decide: close", "decide: clos", "states.open.tasks.finish.decide.0"),
        ("initial: true", "inital: true", "states.open.inital"),
        ("closed}", "closed, nots: 1}", "transitions.close.nots"),
        ("fill: story", "fil: story", "states.open.tasks.tell.fil"),
        ("rule: superior_of", "rul: superior_of", "roles.boss.rul"),
        ("role: boss", "role: bos", "states.open.tasks.finish.role"),
        ("fill: story", "fill: stori", "states.open.tasks.tell.fill"),
        ("words: {type: text}", "words: {type: txt}", "forms.story.sections.main.fields.words.type"),
    ],
)
def test_one_slip_of_the_pen_is_one_problem(old, new, path):
    text = changed(old, new)
    assert [found for found, _ in told(text)] == [path]
    assert told(text, warnings=True) == []


def test_an_unknown_state_does_not_hide_that_another_one_is_a_dead_end():
    text = changed("to: closed", "to: nowhere").replace(
        "transitions:", "  stuck: {label: {id: X, en: X}}\ntransitions:"
    )
    assert told(text) == [("transitions.close.to", "lint.unknown_state"), ("states.stuck", "lint.no_way_out")][::-1]


def test_unrelated_mistakes_are_all_told_at_once_in_the_order_of_the_document():
    text = (CORPUS / "five_mistakes.yaml").read_text(encoding="utf-8")
    found = [(problem.line, problem.column, problem.message.key) for problem in look_at(text).problems]
    assert found == [
        (14, 19, "lint.unknown_role"),
        (15, 59, "definition.unknown_key"),
        (21, 9, "lint.unknown_state"),
        (22, 11, "bind.in_expression"),
        (31, 23, "bind.unknown_field"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("label: {id: Terbuka, en: Open}", "label: {id: Terbuka}", ("states.open.label", "definition.untranslated")),
        ("    label: {id: Terbuka, en: Open}\n", "", ("states.open", "lint.no_label")),
        ("label: {id: Tutup, en: Close}, ", "", ("transitions.close", "lint.no_label")),
        ("roles: {", "roles: {chief: {rule: holders_of_grant, grant: g}, ", ("roles.chief", "lint.role_unused")),
        ("tell: {role: owner, fill: story}", "tell: {role: boss, decide: close}", ("forms.story", "lint.form_unused")),
        ("to: closed}", "to: closed, when: today is missing}", ("transitions.close.when", "lint.when_unexplained")),
    ],
)
def test_a_doubt_is_a_warning_and_the_definition_is_still_read(old, new, expected):
    text = changed(old, new)
    assert told(text) == []
    assert told(text, warnings=True) == [expected]
    assert read(text).key == "tiny"


def test_a_plain_text_speaks_for_every_language_without_a_warning():
    assert told(changed("label: {id: Terbuka, en: Open}", "label: Terbuka"), warnings=True) == []


def test_an_error_carries_no_warnings_with_it():
    text = changed("label: {id: Terbuka, en: Open}", "label: {id: Terbuka}").replace("to: closed", "to: nowhere")
    with pytest.raises(InvalidDefinition) as refused:
        read(text)
    assert [problem.message.key for problem in refused.value.problems] == ["lint.unknown_state"]


def test_a_document_without_source_has_the_same_problems_without_lines():
    document, _ = read_yaml(changed("to: closed", "to: closd"))
    (problem,) = examine(document, NOWHERE, CATALOG, CODELISTS).problems
    assert (problem.path, problem.line) == ("transitions.close.to", None)


def test_a_hint_names_what_was_meant_and_what_there_is():
    (problem,) = look_at(changed("to: closed", "to: closd")).problems
    assert problem.hint.params == {"name": "closed", "allowed": ("open", "closed")}


def test_the_name_that_mending_uses_is_no_way_to_hide_a_mistake():
    text = changed("role: boss", "role: siklus_unknown")
    assert told(text) == [("states.open.tasks.finish.role", "definition.reserved")]
    text = changed("from: open, to: closed", "from: open, to: closed, guards: siklus_unknown")
    assert told(text) == [("transitions.close.guards", "definition.reserved")]
