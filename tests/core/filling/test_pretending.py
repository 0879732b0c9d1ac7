"""A form as a role would see it: by the rules of real cases, over made-up answers."""

import pytest

from engine.core.filling.pretending import pretend
from tests.core.filling.test_sight import FLOW
from tests.core.tiny import TODAY, workflow
from tests.fields.strategies import KINDS

DOCUMENT = {
    "roles": {"employee": "subject", "supervisor": {"rule": "superior_of", "role": "employee"}},
    "states": {
        "open": {"initial": True, "tasks": {"t": {"role": "employee", "fill": "f"}}},
        "closed": {"final": True},
    },
}


def seen(role, state, answered=True):
    view = pretend(FLOW, "story", role, state, TODAY, answered=answered)
    return None if view is None else {each.key: each.editable for each in view}


def test_a_role_sees_what_it_would_see_in_a_case():
    assert seen("owner", "open") == {"goal": True, "diary": True}
    assert seen("boss", "open") == {"goal": False, "remark": True, "secret": True}
    assert seen("owner", "closed") == {"goal": False, "diary": False, "remark": False}
    assert seen("boss", "closed") == {"goal": False, "remark": False}


def test_what_nobody_has_sent_is_seen_by_whoever_fills_it_alone():
    assert seen("owner", "open", answered=False) == {"goal": True, "diary": True}
    assert seen("boss", "closed", answered=False) is None


def test_made_up_answers_stand_in_what_is_shown():
    view = pretend(FLOW, "story", "boss", "closed", TODAY, answered=True)
    assert view["goal"].value and view["remark"].value


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_form_with_any_type_can_be_looked_at(name):
    for options, _ in KINDS[name].examples:
        fields = {"a": {"type": name, **options}}
        flow = workflow({**DOCUMENT, "forms": {"f": {"sections": {"s": {"fields": fields}}}}})
        for answered in (True, False):
            (field,) = pretend(flow, "f", "employee", "open", TODAY, answered=answered)
            assert field.key == "a"
