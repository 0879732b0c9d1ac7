"""The yearly cycle as shipped: its road, who decides where, and who reads what; the result is asked of the matrix."""

import pytest

from engine.core.reading.parse import parse
from engine.documents import read_yaml
from tests.core.definitions import PRODUCT, ROOT, shipped_codelists

CYCLE = parse(*read_yaml((ROOT / "workflows/basic_cycle.yaml").read_bytes()), PRODUCT, shipped_codelists())
ROAD = ["plan_drafted", "approved", "evidence", "rated", "calibrated", "finalized"]


def test_the_states_stand_in_the_order_of_the_year():
    assert [state.key for state in CYCLE.states] == ROAD
    assert CYCLE.initial().key == "plan_drafted"
    assert [state.key for state in CYCLE.states if state.final] == ["finalized"]


MOVES = {
    "approve": ("plan_drafted", "approved", "supervisor", "none"),
    "return_plan": ("plan_drafted", "plan_drafted", "supervisor", "required"),
    "begin_evidence": ("approved", "evidence", "employee", "none"),
    "reopen_plan": ("approved", "plan_drafted", "supervisor", "required"),
    "submit_evidence": ("evidence", "rated", "employee", "none"),
    "return_evidence": ("rated", "evidence", "supervisor", "required"),
    "send_to_calibration": ("rated", "calibrated", "supervisor", "none"),
    "return_rating": ("calibrated", "rated", "panel", "required"),
    "finalize": ("calibrated", "finalized", "panel", "optional"),
}


def test_no_move_is_missing_from_the_table_above():
    assert set(MOVES) == {transition.key for transition in CYCLE.transitions}


@pytest.mark.parametrize("key", MOVES)
def test_a_move_leads_where_it_should_and_one_role_decides_it(key):
    start, end, role, reason = MOVES[key]
    transition = CYCLE.transition(key)
    assert (transition.from_, transition.to, transition.reason) == ((start,), end, reason)
    deciders = [(state.key, task.role) for state in CYCLE.states for task in state.tasks if key in task.decide]
    assert deciders == [(start, role)]


def test_every_move_forward_that_ends_somebodys_work_asks_whether_the_forms_are_sent():
    guarded = {each.key for each in CYCLE.transitions if "tasks_done" in [call.name for call in each.guards]}
    assert guarded == {"approve", "submit_evidence", "send_to_calibration"}


def test_nobody_decides_his_own_evaluation():
    for key in ("approve", "send_to_calibration"):
        (call,) = [call for call in CYCLE.transition(key).guards if call.name == "not_same_person"]
        assert call.options == {"roles": ["employee", "supervisor"]}


READERS = {
    ("plan", "employee"): ROAD,
    ("plan", "supervisor"): ROAD,
    ("plan", "panel"): ROAD[4:],
    ("evidence", "employee"): ROAD[2:],
    ("evidence", "supervisor"): ROAD[2:],
    ("evidence", "panel"): ROAD[4:],
    ("rating", "employee"): ROAD[5:],
    ("rating", "supervisor"): ROAD[3:],
    ("rating", "panel"): ROAD[4:],
}


def test_the_employee_reads_the_rating_only_when_it_is_final():
    assert {(grant.form, grant.role): list(grant.states) for grant in CYCLE.visible} == READERS
    shown = [task.shows for state in CYCLE.states for task in state.tasks if task.role == "employee"]
    assert all("rating" not in forms for forms in shown)


def test_the_deadlines_are_those_of_the_regulation():
    due = {task.key: task.due for state in CYCLE.states for task in state.tasks if task.due is not None}
    assert (due["write_plan"].on, due["write_plan"].of) == ("01-31", "period")
    assert (due["collect"].on, due["collect"].of) == ("12-31", "period")
    assert (due["rate"].on, due["rate"].of) == ("01-31", "next_period")
    assert (due["decide_plan"].working_days, due["decide_plan"].after) == (7, "received")


def test_everything_that_people_read_is_worded_in_both_languages():
    elements = [
        *CYCLE.roles,
        *CYCLE.states,
        *(task for state in CYCLE.states for task in state.tasks),
        *CYCLE.transitions,
        *CYCLE.forms,
        *(field for form in CYCLE.forms for field in form.fields()),
        *CYCLE.results,
    ]
    assert [each.key for each in elements if each.label is None] == ["what_counts"], "a note is its own text"
    explained = [*CYCLE.states, *(task for state in CYCLE.states for task in state.tasks), *CYCLE.forms]
    assert [each.key for each in explained if each.help is None] == []
    words = [text for each in elements for text in (each.label, getattr(each, "help", None)) if text is not None]
    assert [text.id for text in words if text.id == text.en and text.id != "Target"] == []


def test_the_result_is_the_cell_of_the_quadrant():
    (result,) = CYCLE.results
    assert (result.key, result.method) == ("predicate", "matrix")
    assert result.options == {"rows": "rating.result", "columns": "rating.behaviour", "table": "predicate_matrix"}
    lists = shipped_codelists()
    rows, columns = ({item.key for item in lists[name].items} for name in ("rating_result", "rating_behaviour"))
    assert set(lists["predicate_matrix"].matrix.cells) == rows
    assert all(set(cells) == columns for cells in lists["predicate_matrix"].matrix.cells.values())
