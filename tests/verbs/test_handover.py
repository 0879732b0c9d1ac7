"""Hand-over: what somebody leaves behind, who is proposed, what moves, and that each later act names both."""

from datetime import date

import pytest

from engine import appointments, grants, handover, ledger, people
from engine.core.case import SYSTEM
from engine.core.errors import InvalidSubmission, NotAllowed, NotFound
from engine.store.refs import new_ref
from engine.store.tables.cases import CaseRole
from tests.verbs import test_acting as orders
from tests.verbs.stage import PLAN, Stage

TODAY = date(2026, 3, 2)


@pytest.fixture
def stage(filled_db):
    return Stage.over(filled_db("stage", Stage))


@pytest.fixture(autouse=True)
def works(monkeypatch):
    monkeypatch.setitem(orders.WORKS, handover.WORK, handover.hand_over_case)


def hand_over(stage, person="erin", successor="mallory", by="alice", **rest):
    told = {"number": "BA-7/2026", "reason": "Pindah ke provinsi.", **rest}
    people_ = {"person_ref": stage.ref(person), "successor_ref": stage.ref(successor)}
    done = handover.hand_over(stage.rt, actor=stage.actor(by), **people_, **told)
    orders.work(stage)
    return done


def duties(stage, name="erin"):
    with stage.rt.db.read() as db:
        return handover.duties(db, stage.actor("alice"), stage.person(name), TODAY)


def test_every_open_duty_is_found_and_the_new_holder_of_the_post_is_proposed_before_the_superior(stage):
    stage.case()
    grants.grant(stage.rt, actor=stage.actor("alice"), person_ref=stage.ref("erin"), role="auditor",
                 unit_ref=stage.unit("health").ref, starts_on=TODAY)  # fmt: skip
    orders.order(stage)
    orders.work(stage)
    found = duties(stage)
    assert [(row.subject_name, row.tasks) for row in found.cases] == [("Carol", 0)], "the deputy has her task now"
    assert (len(found.orders), len(found.grants), len(found.appointments)) == (1, 1, 1)
    assert [(each.name, each.rule) for each in found.candidates] == [("Bob", "superior")]
    appointments.appoint(stage.rt, actor=SYSTEM, person_ref=stage.ref("dan"), post_ref=stage.post("chief_health").ref,
                         kind="plt", starts_on=TODAY)  # fmt: skip
    assert [(each.name, each.rule) for each in duties(stage).candidates] == [("Dan", "new_holder"), ("Bob", "superior")]


def test_open_tasks_and_the_role_go_to_the_successor_and_each_later_act_names_both(stage):
    case = stage.case()
    stage.send(case, "carol", "write_plan", PLAN)
    done = hand_over(stage)
    assert (done.cases, done.orders, done.grants) == (1, 0, 0)
    assert orders.stored(stage, case, "decide_plan") == [("Mallory", "reassigned")]
    people.set_active(stage.rt, actor=SYSTEM, person_ref=stage.ref("erin"), active=False)
    orders.work(stage)
    stage.fire(case, "mallory", "approve")
    said = orders.leaf(stage, case)
    assert (said["by"], said["for"]) == (stage.ref("mallory"), stage.ref("erin"))
    assert said["right"]["rule"] == "reassigned"
    assert stage.events("erin")[-2:] == ["person.handed_over", "person.left"]
    ledger.verify(stage.rt.db)


def test_orders_and_rights_end_with_it_and_nothing_is_left(stage):
    stage.case()
    grants.grant(stage.rt, actor=stage.actor("alice"), person_ref=stage.ref("erin"), role="auditor",
                 unit_ref=stage.unit("health").ref, starts_on=TODAY)  # fmt: skip
    orders.order(stage)
    done = hand_over(stage, successor="dan")
    assert (done.cases, done.orders, done.grants) == (1, 1, 1)
    left = duties(stage)
    assert (left.tasks, left.orders, left.grants) == (0, (), ())
    ledger.verify(stage.rt.db)


def test_nobody_gets_the_role_of_his_own_judge_by_a_hand_over(stage):
    case = stage.case()
    hand_over(stage, successor="carol")
    assert stage.count(CaseRole) == 0
    assert orders.stored(stage, case, "decide_plan") == [("Erin", "superior_of")]


def test_an_order_of_somebody_elsewhere_is_not_ended_by_the_way(stage):
    orders.order(stage, person="mallory", deputy="carol")
    assert hand_over(stage, person="carol", successor="erin", by="dan").orders == 0
    assert hand_over(stage, person="carol", successor="erin").orders == 1


def test_nobody_gets_another_judge_of_himself_by_handing_over_what_his_superior_holds(stage):
    stage.case()
    alice = {"rt": stage.rt, "actor": stage.actor("alice"), "starts_on": TODAY}
    grants.grant(**alice, person_ref=stage.ref("carol"), role="admin", unit_ref=stage.unit("health").ref)
    appointments.appoint(**alice, person_ref=stage.ref("mallory"), post_ref=stage.post("vacant").ref, kind="plt")
    assert hand_over(stage, by="carol").cases == 0, "it is her own"
    assert hand_over(stage).cases == 1


def test_the_same_confirmation_twice_is_one_hand_over(stage):
    stage.case()
    key = new_ref()
    assert hand_over(stage, once=key) == hand_over(stage, once=key)
    assert stage.count(CaseRole) == 1


def test_what_must_not_be_handed_over_is_refused(stage):
    for changes, error in (
        ({"successor": "erin"}, InvalidSubmission), ({"number": " "}, InvalidSubmission),
        ({"reason": " "}, InvalidSubmission), ({"person": "alice"}, NotAllowed), ({"successor": "alice"}, NotAllowed),
        ({"by": "frank"}, NotAllowed), ({"by": "dan", "successor": "mallory"}, NotFound),
    ):  # fmt: skip
        with pytest.raises(error):
            hand_over(stage, **changes)
    assert stage.count(CaseRole) == 0
