"""Who may see or fill which form, and what a form shows to whom."""

import pytest

from engine.core.case import SYSTEM
from engine.core.errors import NotFound
from engine.core.filling import forms
from engine.core.filling.forms import access, view
from engine.core.messages import Message
from tests.core.tiny import actor, case, person, task, workflow

CAROL, BOB, ERIN, MALLORY = actor(1), actor(2), actor(3), actor(9)
ROLES = {"employee": (person(1),), "supervisor": (person(2),), "panel": (person(3),)}

FLOW = workflow(
    {
        "roles": {
            "employee": "subject",
            "supervisor": {"rule": "superior_of", "role": "employee"},
            "panel": {"rule": "holders_of_grant", "grant": "panel"},
        },
        "states": {
            "open": {
                "initial": True,
                "tasks": [
                    {"key": "write", "role": "employee", "fill": "plan"},
                    {"key": "judge", "role": "supervisor", "fill": "rating", "after": ["write"], "shows": ["plan"]},
                ],
            },
            "closed": {"final": True},
        },
        "forms": {
            "plan": {
                "sections": {
                    "s": {
                        "title": "Rencana",
                        "fields": {
                            "goal": {"type": "text", "required": True, "label": {"id": "Sasaran", "en": "Goal"}},
                            "secret": {"type": "text", "shown_when": "goal == 'x'"},
                            "rows": {
                                "type": "table",
                                "columns": {
                                    "name": {"type": "text", "required": True},
                                    "weight": {"type": "percent"},
                                    "half": {"type": "computed", "value": "weight / 2"},
                                },
                            },
                            "total": {"type": "computed", "value": "sum(rows.weight)"},
                            "hint": {"type": "note", "text": "Petunjuk"},
                            "colour": {"type": "choice", "list": "colours"},
                        },
                    }
                }
            },
            "rating": {"sections": {"s": {"fields": {"level": {"type": "number"}}}}},
        },
        "visible": {"rating": {"employee": ["closed"]}},
    }
)
RAW = {"goal": "Sehat", "rows": [{"name": "A", "weight": "12,5"}], "colour": "red"}
PLAN = FLOW.forms["plan"].judge(RAW, forms.facts(case())).values
SENT = {"answers": {"plan": PLAN, "rating": {"level": None}}, "sent_by": {"plan": 1, "rating": 2}}


def standing(state="open", write="open", judge="open", **facts):
    return case(roles=ROLES, state=state, tasks=(task("write", write), task("judge", judge)), **facts)


def test_an_own_open_task_may_be_filled_and_nothing_else_is_seen():
    assert access(FLOW, standing(), CAROL) == {"plan": "edit"}


def test_a_task_that_waits_for_another_cannot_be_filled_yet():
    assert access(FLOW, standing(), BOB) == {}


def test_a_task_shows_the_forms_it_names_once_they_are_sent():
    assert access(FLOW, standing(write="done"), BOB) == {"rating": "edit"}
    assert access(FLOW, standing(write="done", answers={"plan": PLAN}), BOB) == {"plan": "read", "rating": "edit"}


def test_who_sent_a_form_may_read_it_and_who_holds_the_role_after_him_may_not():
    sent = standing(write="done", answers={"plan": PLAN}, sent_by={"plan": 1})
    assert access(FLOW, sent, CAROL) == {"plan": "read"}
    followed = standing(write="done", answers={"plan": PLAN}, sent_by={"plan": 77})
    assert access(FLOW, followed, CAROL) == {}


def test_a_grant_opens_a_form_to_a_role_in_its_states_only():
    assert access(FLOW, standing(write="done", judge="done", **SENT), CAROL) == {"plan": "read"}
    assert access(FLOW, standing("closed", "closed", "closed", **SENT), CAROL) == {"plan": "read", "rating": "read"}


@pytest.mark.parametrize("who", [ERIN, MALLORY, SYSTEM])
def test_to_everybody_else_everything_is_closed(who):
    for state in ("open", "closed"):
        found = standing(state, "done", "open", **SENT)
        assert access(FLOW, found, who) == {}
        for form in ("plan", "rating", "no_such_form"):
            with pytest.raises(NotFound):
                view(FLOW, found, who, form)


def test_who_may_see_all_reads_what_was_sent_and_fills_nothing():
    assert access(FLOW, standing(), ERIN, see_all=True) == {}
    assert access(FLOW, standing(**SENT), ERIN, see_all=True) == {"plan": "read", "rating": "read"}
    assert not view(FLOW, standing(**SENT), ERIN, "rating", see_all=True).editable


def test_a_form_to_read_shows_what_was_asked_and_answered_in_words():
    seen = view(FLOW, standing(write="done", **SENT), BOB, "plan")
    assert {each.key: each.shown for each in seen} == {
        "goal": True,
        "secret": False,
        "rows": True,
        "total": True,
        "hint": True,
        "colour": True,
    }
    assert not any(each.editable for each in seen)
    assert (seen["goal"].label.en, seen["goal"].text("id")) == ("Goal", "Sehat")
    assert seen["total"].text("id") == "12,5"
    assert seen["colour"].text("en") == "Red"
    assert seen["hint"].field.text.id == "Petunjuk"
    assert [[cell.text("en") for cell in row] for row in seen["rows"].rows] == [["A", "12.5%", "6.25"]]
    assert [cell.path for cell in seen["rows"].rows[0]] == ["rows.0.name", "rows.0.weight", "rows.0.half"]
    assert [each.key for each in seen["rows"].columns] == ["name", "weight", "half"]


def test_an_answer_stays_readable_when_its_condition_would_no_longer_hold():
    kept = {**PLAN, "secret": "S"}
    seen = view(FLOW, standing(write="done", answers={"plan": kept}), BOB, "plan")
    assert (seen["secret"].shown, seen["secret"].text("id")) == (True, "S")


def test_a_form_to_fill_starts_from_the_last_submission():
    seen = view(FLOW, standing(answers={"plan": PLAN}), CAROL, "plan")
    assert seen.editable
    assert seen["goal"].typed("id") == "Sehat"
    assert seen["rows"].rows[0][1].typed("id") == "12,5"
    assert {each.key: each.editable for each in seen}["total"] is False
    assert [option.key for option in seen["colour"].options] == ["red", "blue"]


def test_a_draft_stands_as_it_was_typed_with_what_follows_from_it():
    raw = {"goal": "x", "rows": [{}, {"name": "", "weight": "much"}, {"name": "B", "weight": "40"}]}
    errors = {"rows.1.weight": Message("field.number.unreadable", found="much"), "goal": Message("field.required")}
    seen = view(FLOW, standing(), CAROL, "plan", raw=raw, errors=errors)
    assert seen["secret"].shown
    assert seen["goal"].required
    assert seen["goal"].error == errors["goal"]
    assert seen["total"].text("id") == "40"
    rows = seen["rows"].rows
    assert [row[1].typed("id") for row in rows] == [None, "much", "40"]
    assert rows[1][1].error == errors["rows.1.weight"]
    assert rows[2][2].text("id") == "20"
    assert rows[1][0].required


def test_a_draft_of_any_shape_can_be_shown():
    for raw in ({"rows": "x"}, {"rows": [1, None]}, {"goal": ["x"], "unknown": 1}, {"rows": {"0": {}}}):
        assert view(FLOW, standing(), CAROL, "plan", raw=raw).editable


def test_a_field_without_a_label_is_called_by_its_key():
    assert view(FLOW, standing(), CAROL, "plan")["colour"].label.id == "Colour"
