"""The picture of a draft that its designer works on: all there is can be opened, problems are counted in words."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import g
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.core.designing.draft import Draft, begun
from engine.documents import read_yaml
from engine.web.canvas import canvas, standing
from tests.web.site import WORKFLOW

YEAR = Path(__file__).parent.parent / "corpus/definitions/valid/year_of_quarters.yaml"


@pytest.fixture
def speaking(site):
    with site.test_request_context("/", base_url="http://localhost"):
        g.signed_in = None
        yield


def cycle():
    return begun(read_yaml(WORKFLOW.read_text(), "cycle.yaml")[0])


def said(words):
    return [each.text for each in words]


def test_every_state_task_and_transition_of_a_draft_can_be_opened(speaking):
    draft = cycle()
    stages = canvas(draft).stages
    paths = {item.path for stage in stages for item in (stage.item, *stage.tasks)}
    paths |= {item.path for stage in stages for arrow in stage.arrows for item in arrow.items}
    document = draft.document
    wanted = {f"transitions.{each['key']}" for each in document["transitions"]}
    for state in document["states"]:
        wanted |= {
            f"states.{state['key']}",
            *(f"states.{state['key']}.tasks.{t['key']}" for t in state.get("tasks", ())),
        }
    assert paths == wanted


def test_a_box_says_what_is_to_be_done_until_when_and_by_whom(speaking):
    first = canvas(cycle()).stages[0]
    assert said(first.item.words) == ["Penyusunan SKP", "Tahap awal"]
    assert said(first.tasks[0].words) == ["Susun SKP", "s.d. 31 Jan · Pegawai"]


def test_problems_stand_at_their_elements_in_words(speaking):
    found = [SimpleNamespace(at=at) for at in ("states.approved", "states.approved", "transitions.approve")]
    stages = {stage.key: stage for stage in canvas(cycle(), found).stages}
    assert stages["approved"].badge.text == "2 masalah" and said(stages["approved"].far)[-1] == "2 masalah"
    (approve,) = [i for a in stages["plan_drafted"].arrows for i in a.items if i.path == "transitions.approve"]
    assert approve.words[-1].text == "1 masalah" and approve.words[-1].tone == "move-bad"


def test_a_placed_box_stands_in_its_cell_and_the_others_where_they_were(speaking):
    before = standing(cycle())
    assert standing(Draft(cycle().document, {"approved": (4, 3)})) == before | {"approved": (4, 3)}


def test_cases_inside_and_after_are_boxes_of_their_own_that_nobody_moves(speaking):
    draft = begun(read_yaml(YEAR.read_text(), "year.yaml")[0])
    linked = [stage for stage in canvas(draft).stages if stage.linked]
    assert {stage.item.path for stage in linked} == {
        f"{listed}.{each['key']}" for listed in ("children", "follow_ups") for each in draft.document.get(listed, ())
    }
    assert linked and any("triwulan" in text for text in said(linked[0].item.words))
    assert not {stage.key for stage in linked} & set(standing(draft))


ANYTHING = st.recursive(
    st.none() | st.integers(-9, 40) | st.text("ab.-1", max_size=6),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)
MAPS = st.dictionaries(
    st.sampled_from(
        ["key", "label", "from", "to", "tasks", "role", "due", "on", "working_days", "guards", "in", "every", "decide"]
    ),
    ANYTHING,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.lists(MAPS | ANYTHING, max_size=4) | ANYTHING
            for name in ("states", "transitions", "roles", "forms", "children", "follow_ups")
        },
    )
)
def test_whatever_a_draft_holds_it_is_drawn(speaking, document):
    assert canvas(Draft({"kind": "workflow", **document})).size.width > 0
