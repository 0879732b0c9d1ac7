"""Nobody judges himself: rights over one's own unit, seats on one's own panel, and repairs of one's own case."""

from datetime import date

import pytest

from engine import cases, grants, repairs
from engine.core.errors import NotAllowed, NotFound, Refused
from engine.store.refs import new_ref
from tests.verbs.stage import Stage


@pytest.fixture
def stage(filled_db):
    return Stage.over(filled_db("stage", Stage))


@pytest.fixture
def case(stage):
    return stage.case()


def give(stage, name, role):
    wanted = {"person_ref": stage.ref(name), "unit_ref": stage.unit("north").ref, "starts_on": date(2026, 1, 1)}
    grants.grant(stage.rt, actor=stage.actor("alice"), role=role, **wanted)


def reassign(stage, task, name, by="alice"):
    give_to = {"actor": stage.actor(by), "reason": "Cuti besar.", "key": new_ref()}
    return repairs.reassign(stage.rt, task.ref, stage.ref(name), **give_to)


def test_a_panel_member_does_not_sit_on_his_own_case(stage):
    give(stage, "carol", "calibration_panel")
    case = stage.case()
    stage.walk(case, until="send_to_calibration")
    assert [holder.name for holder in stage.task(case, "conclude").holders] == ["Frank"]
    with pytest.raises(NotAllowed):
        stage.fire(case, "carol", "finalize")


def test_a_supervisor_on_the_panel_does_not_finalize_his_own_rating(stage):
    give(stage, "erin", "calibration_panel")
    case = stage.case()
    stage.walk(case, until="send_to_calibration")
    assert [holder.name for holder in stage.task(case, "conclude").holders] == ["Frank"]
    before = stage.trail(case)
    with pytest.raises(NotAllowed) as refused:
        stage.fire(case, "erin", "finalize")
    said = refused.value.message
    assert said.key == "machine.kept_apart"
    assert said.params["role"].en == "Calibration panel" and [each.en for each in said.params["held"]] == ["Supervisor"]
    assert stage.trail(case) == before
    stage.fire(case, "frank", "finalize")


def test_nobody_puts_the_supervisor_in_the_place_of_the_panel(stage, case):
    stage.walk(case, until="send_to_calibration")
    with pytest.raises(Refused) as refused:
        reassign(stage, stage.task(case, "conclude"), "erin")
    assert refused.value.message.key == "reassign.kept_apart"


@pytest.mark.parametrize("right", ["admin", "auditor"])
def test_rights_over_ones_own_unit_show_nothing_more_of_ones_own_case(stage, case, right):
    give(stage, "carol", right)
    found = stage.see(case, "carol")
    assert not found.oversees


def test_an_admin_neither_reassigns_nor_cancels_in_his_own_case(stage, case):
    give(stage, "carol", "admin")
    with pytest.raises(NotAllowed):
        reassign(stage, stage.task(case, "decide_plan"), "bob", by="carol")
    with pytest.raises(NotAllowed):
        repairs.cancel(stage.rt, case, actor=stage.actor("carol"), reason="Batal.", seen=1, key=new_ref())


def test_an_admin_does_not_give_a_role_to_himself(stage, case):
    with pytest.raises(NotAllowed):
        reassign(stage, stage.task(case, "decide_plan"), "alice")


def test_an_admin_gives_roles_to_people_of_his_administration_alone(stage, case):
    with pytest.raises(NotFound):
        reassign(stage, stage.task(case, "decide_plan"), "mallory", by="dan")


def test_the_role_of_the_subject_is_nobody_elses(stage, case):
    with pytest.raises(Refused) as refused:
        reassign(stage, stage.task(case, "write_plan"), "bob")
    assert refused.value.message.key == "reassign.subjects_role"


def test_the_subject_reads_his_case_whatever_happens_to_its_roles(stage, case):
    reassign(stage, stage.task(case, "decide_plan"), "bob")
    assert stage.see(case, "carol").view.state == "plan_drafted"
    cases.comment(stage.rt, case, "Terima kasih.", actor=stage.actor("carol"), key=new_ref())
