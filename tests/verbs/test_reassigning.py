"""A role of one case is given to somebody, back to its rule, and each such act can be taken back; it is verified."""

import pytest
from sqlalchemy import text

from engine import ledger, reassigning
from engine.core.errors import NotAllowed, NotFound, Refused, TamperedLedger
from engine.store.refs import new_ref
from tests.verbs.stage import PLAN, Stage

ROLE = "supervisor"


@pytest.fixture
def stage(filled_db):
    return Stage.over(filled_db("stage", Stage))


@pytest.fixture
def case(stage):
    return stage.case()


def give(stage, case, name, by="alice", role=ROLE):
    told = {"actor": stage.actor(by), "reason": "Atasan cuti.", "key": new_ref()}
    return reassigning.reassign_role(stage.rt, case, role, stage.ref(name), **told)


def back(stage, case, by="alice", role=ROLE):
    return reassigning.give_back(stage.rt, case, role, actor=stage.actor(by), reason="Kembali.", key=new_ref())


def undo(stage, case, event, by="alice"):
    told = {"actor": stage.actor(by), "reason": "Keliru.", "key": new_ref()}
    return reassigning.take_back(stage.rt, case, event, **told)


def holders(stage, case):
    task = stage.task(case, "decide_plan")
    by_rule = [holder.name for holder in stage.see(case).view.roles[ROLE]]
    assert [holder.name for holder in task.holders] == by_rule
    return by_rule


def test_a_role_is_given_by_its_key_and_back_to_its_rule_with_its_open_tasks(stage, case):
    assert holders(stage, case) == ["Erin"]
    give(stage, case, "bob")
    assert holders(stage, case) == ["Bob"]
    back(stage, case)
    assert holders(stage, case) == ["Erin"]
    assert [row[0] for row in stage.trail(case)][1:] == ["case.reassigned", "case.given_back", "case.reheld"]
    ledger.verify(stage.rt.db)
    with pytest.raises(Refused) as refused:
        back(stage, case)
    assert refused.value.message.key == "reassign.by_rule_already"
    stage.send(case, "carol", "write_plan", PLAN)
    stage.fire(case, "erin", "approve")


def test_an_act_is_taken_back_to_whoever_was_there_before_or_to_the_rule(stage, case):
    first, second = give(stage, case, "bob"), give(stage, case, "dan", by="gina")
    with pytest.raises(Refused) as refused:
        undo(stage, case, first.event)
    assert refused.value.message.key == "reassign.changed_since"
    undo(stage, case, second.event)
    assert holders(stage, case) == ["Bob"]
    third = give(stage, case, "dan", by="gina")
    back(stage, case)
    with pytest.raises(Refused):
        undo(stage, case, third.event)
    fourth = give(stage, case, "bob")
    undo(stage, case, fourth.event)
    assert holders(stage, case) == ["Erin"]
    with pytest.raises(NotFound):
        undo(stage, case, "no-such-event")
    ledger.verify(stage.rt.db)


def test_what_a_reassignment_would_do_is_told_before_and_refused_as_it_would_be(stage, case):
    with stage.rt.db.read() as db:
        asked = {"actor": stage.actor("alice"), "at": stage.now}
        would = reassigning.would(stage.rt, db, case, ROLE, stage.ref("bob"), **asked)
        assert (would.held_by, would.person, would.tasks) == (("Erin",), "Bob", ("decide_plan",))
        for name, key in (("erin", "reassign.holds_it_already"), ("carol", "reassign.subject")):
            with pytest.raises(Refused) as refused:
                reassigning.would(stage.rt, db, case, ROLE, stage.ref(name), **asked)
            assert refused.value.message.key == key
        with pytest.raises(NotFound):
            reassigning.would(stage.rt, db, case, "no_role", stage.ref("bob"), **asked)
    assert len(stage.trail(case)) == 1


def test_only_an_admin_of_the_case_does_so_and_nobody_in_his_own(stage, case):
    for name in ("erin", "carol", "frank"):
        with pytest.raises(NotAllowed):
            give(stage, case, "bob", by=name)
    with pytest.raises(NotFound):
        give(stage, case, "bob", by="mallory")
    with pytest.raises(Refused):
        give(stage, case, "bob", role="employee")
    with pytest.raises(NotAllowed):
        give(stage, case, "alice")
    give(stage, case, "bob")
    with pytest.raises(NotAllowed):
        back(stage, case, by="bob")


def test_a_giving_back_that_was_forged_is_found(stage, case):
    give(stage, case, "bob")
    guard = "case_role_no_update"
    with stage.rt.db.begin() as db:
        sqlite = db.dialect.name == "sqlite"
        db.execute(text(f"DROP TRIGGER {guard}" + ("" if sqlite else " ON case_role")))
        db.execute(text("UPDATE case_role SET given_back = true"))
    with pytest.raises(TamperedLedger) as found:
        ledger.verify(stage.rt.db)
    assert found.value.message.params["what"].key == "ledger.what.reassignment"
