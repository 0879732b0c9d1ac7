"""Who sees and fills what of a form: by section and field, by role and by state."""

import pytest

from engine.core import tasks
from engine.core.errors import InvalidSubmission
from engine.core.filling import forms
from engine.core.filling.standing import Standing
from engine.core.messages import Message
from tests.core.tiny import actor, case, form_of, person, task, workflow

CAROL, BOB, FRANK = actor(1), actor(2), actor(8)
ROLES = {"owner": (person(1),), "boss": (person(2),)}
FLOW_DOCUMENT = (
    {
        "roles": {"owner": "subject", "boss": {"rule": "superior_of", "role": "owner"}},
        "states": {
            "open": {"initial": True, "tasks": {
                "tell": {"role": "owner", "fill": "story"},
                "answer": {"role": "boss", "fill": "story", "after": "tell"},
                "end": {"role": "boss", "decide": "close"}}},
            "closed": {"final": True},
        },
        "transitions": {"close": {"from": "open", "to": "closed"}},
        "visible": {"story": {"owner": ["open", "closed"], "boss": ["open", "closed"]}},
        "forms": {"story": {"sections": {
            "own": {"edited_by": "owner", "fields": {
                "goal": {"type": "text", "required": True}, "diary": {"type": "text", "seen_by": "owner"}}},
            "office": {"seen_by": {"boss": None, "owner": "closed"}, "edited_by": "boss", "fields": {
                "remark": {"type": "text", "required": True},
                "secret": {"type": "text", "seen_by": [{"role": "boss", "states": ["open"]}], "edited_by": "boss"}}},
        }}},
    }
)  # fmt: skip
FLOW = workflow(FLOW_DOCUMENT)
STORY = FLOW.forms["story"]
ALL = {"goal": "Sehat", "diary": "pribadi", "remark": "baik", "secret": "rahasia"}
BY_OWNER = {"goal": "Sehat", "diary": "pribadi"}


def standing_in(state="open", tell="open", answer="open", answers=None, sent_by=None):
    facts = {} if answers is None else {"answers": {"story": answers}, "sent_by": {"story": sent_by or 1}}
    return case(roles=ROLES, state=state, tasks=(task("tell", tell), task("answer", answer)), **facts)


def seen(view):
    return [each.key for each in view]


def test_whoever_fills_sees_his_own_sections_and_fills_what_is_his():
    view = forms.view(FLOW, standing_in(), CAROL, "story")
    assert seen(view) == ["goal", "diary"] and all(each.editable for each in view)


def test_another_who_fills_the_same_form_reads_what_is_not_his():
    view = forms.view(FLOW, standing_in(tell="done", answers=ALL), BOB, "story")
    assert {each.key: each.editable for each in view} == {"goal": False, "remark": True, "secret": True}
    assert view["goal"].value == "Sehat"


def test_what_is_seen_changes_with_the_state():
    over = standing_in(state="closed", tell="done", answer="done", answers=ALL)
    assert seen(forms.view(FLOW, over, CAROL, "story")) == ["goal", "diary", "remark"]
    assert seen(forms.view(FLOW, over, BOB, "story")) == ["goal", "remark"]


def test_a_right_over_the_unit_opens_no_confidence():
    over = standing_in(state="closed", answers=ALL)
    assert seen(forms.view(FLOW, over, FRANK, "story", see_all=True)) == ["goal"]


def test_nothing_is_taken_for_a_field_that_is_hidden_from_its_sender_or_only_read_by_him():
    sent = tasks.submit(FLOW, standing_in(), "tell", CAROL, {**BY_OWNER, "remark": "diselundupkan", "secret": "x"})
    assert sent.answers == {**BY_OWNER, "remark": None, "secret": None}
    stands = Standing({**ALL, "remark": None, "secret": None})
    raw = {**ALL, "goal": "diubah", "diary": "diubah"}
    sent = tasks.submit(FLOW, standing_in(tell="done", answers=ALL), "answer", BOB, raw, stands)
    assert sent.answers == ALL


def test_only_what_somebody_may_fill_is_asked_of_him():
    with pytest.raises(InvalidSubmission) as caught:
        tasks.submit(FLOW, standing_in(), "tell", CAROL, {})
    assert set(caught.value.errors) == {"goal"}
    with pytest.raises(InvalidSubmission) as caught:
        tasks.submit(FLOW, standing_in(tell="done"), "answer", BOB, {}, Standing(BY_OWNER))
    assert set(caught.value.errors) == {"remark"}


def test_a_message_about_a_hidden_field_does_not_name_it():
    errors = {"remark": Message("field.required")}
    assert set(forms.view(FLOW, standing_in(), CAROL, "story", errors=errors).errors) == {"checks.remark"}


def test_what_is_known_of_a_form_for_other_forms_leaves_out_what_is_hidden():
    over = standing_in(state="closed", tell="done", answer="done", answers=ALL)
    assert set(forms.known(FLOW, over, BOB)["story"]) == {"goal", "remark"}
    assert forms.sees(FLOW, over, BOB, "story.goal") and not forms.sees(FLOW, over, BOB, "story.diary")
    assert forms.sees(FLOW, over, FRANK, "elsewhere.goal")


def test_whoever_is_in_no_circle_sees_nothing_of_it():
    assert STORY.bounds.sight((), "open").hidden == {"diary", "remark", "secret"}
    assert form_of({"a": {"type": "text"}}).is_open and not STORY.is_open


def test_a_figure_is_hidden_from_whoever_does_not_see_all_that_it_comes_from():
    fields = {
        "own": {"type": "number"},
        "kept": {"type": "number", "seen_by": "boss"},
        "twice": {"type": "computed", "value": "kept * 2"},
        "more": {"type": "computed", "value": "twice + own"},
        "told": {"type": "computed", "value": "kept + own", "seen_by": ["boss", "owner"]},
        "plain": {"type": "computed", "value": "own + 1"},
    }
    flow = workflow({**FLOW_DOCUMENT, "forms": {"story": {"sections": {"all": {"fields": fields}}}}})
    over = standing_in(state="closed", answers={"own": 1, "kept": 40, "twice": 80, "more": 81, "told": 41, "plain": 2})
    assert seen(forms.view(flow, over, CAROL, "story")) == ["own", "told", "plain"]
    assert seen(forms.view(flow, over, BOB, "story")) == list(fields)
    assert set(forms.known(flow, over, CAROL)["story"]) == {"own", "told", "plain"}
    assert not forms.sees(flow, over, CAROL, "story.more")
