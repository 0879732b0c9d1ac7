"""A case is taken back as two admins agree, and not otherwise: told, undone in its results, and verified."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from engine import acting, consequences, grants, ledger, outbox, repairs, rewinding
from engine.core.case import CANCELLED
from engine.core.errors import NotAllowed, NotFound, Refused, StaleCase, TamperedLedger
from engine.core.rewinding import take_back
from engine.store import apply
from engine.store.queries import rewinds, unit_pages
from engine.store.refs import new_ref
from tests.verbs.stage import RATING, WALK, Stage
from tests.verbs.test_linked import WORKS, Year

WORKS = {**WORKS, rewinding.TELL: rewinding.tell_beside}


@pytest.fixture
def stage(filled_db):
    return Stage.over(filled_db("stage", Stage))


@pytest.fixture
def case(stage):
    case = stage.case()
    stage.walk(case, until="send_to_calibration")
    return case


def where(stage, case):
    """State → the version by which the case came there last, of where it may be taken back to."""
    found = stage.see(case)
    with stage.rt.db.read() as db:
        return {place.state: place.n for place in consequences.places(found, consequences.visits_of(db, found))}


def look(stage, case, back, by="alice"):
    with stage.rt.db.read() as db:
        return rewinding.judge(db, stage.see(case, by), back, stage.actor(by))


def propose(stage, case, to="rated", by="alice", **more):
    back = where(stage, case).get(to, 1)
    shown = more.pop("shown", None) or look(stage, case, back).digest
    told = {"actor": stage.actor(by), "reason": "Nilai salah ketik.", "shown": shown, "key": new_ref(), **more}
    return rewinding.propose(stage.rt, case, back, **told)


def agree(stage, case, proposal, by="gina", **more):
    if "shown" not in more:
        with stage.rt.db.read() as db:
            more["shown"] = look(stage, case, rewinds.standing(db, stage.see(case).id).back).digest
    return rewinding.agree(stage.rt, case, proposal, **{"actor": stage.actor(by), "key": new_ref(), **more})


def refuse(stage, case, proposal, by="gina"):
    told = {"actor": stage.actor(by), "reason": "Tidak perlu.", "key": new_ref()}
    rewinding.refuse(stage.rt, case, proposal, **told)


def cancel(stage, case):
    seen = stage.see(case).view.version
    return repairs.cancel(stage.rt, case, actor=stage.actor("alice"), reason="Keliru.", seen=seen, key=new_ref())


def went_back(stage, case, end):
    """What a unit's page reads of whether a case left an end again (it tells results no more then)."""
    with stage.rt.db.read() as db:
        row = db.execute(text("SELECT id, cycle_id, unit_id FROM cas WHERE ref = :ref"), {"ref": case}).one()
        found = unit_pages.ways(db, row.cycle_id, row.unit_id, {end})
        return next(each.taken_back for each in found if each.id == row.id)


def message(call, *errors):
    with pytest.raises(errors or (NotAllowed, Refused, StaleCase, NotFound)) as refused:
        call()
    return refused.value.message.key


def test_a_case_goes_back_as_two_admins_agree_its_result_no_longer_counts_and_it_goes_on_again(stage, case):
    before = stage.see(case).view
    assert where(stage, case) == {"rated": 4, "evidence": 3, "approved": 2, "plan_drafted": 1}
    would = look(stage, case, 4)
    assert [each.key for each in would.opens] == ["rate", "decide_rating"] and would.opens[0].holders == ("Erin",)
    assert [each.key for each in would.closes] == ["conclude"]
    assert [(each.key, each.then) for each in would.withdrawn] == [("predicate", None)]
    proposal = propose(stage, case)
    assert stage.see(case).view.state == "calibrated"
    receipt = agree(stage, case, proposal)
    after = stage.see(case).view
    assert (receipt.state, after.state, after.version) == ("rated", "rated", before.version + 1)
    assert stage.trail(case)[-2:] == [
        ("case.rewind_proposed", None, None, None, None), ("case.rewound", "rewind", "calibrated", "rated", "repair"),
    ]  # fmt: skip
    assert before.results and not after.results and after.answers == before.answers
    ledger.verify(stage.rt.db)
    stage.send(case, "erin", "rate", {**RATING, "result": "as_expected"})
    stage.fire(case, "erin", "send_to_calibration")
    stage.fire(case, "frank", "finalize")
    assert stage.see(case).view.results["predicate"] != before.results["predicate"]
    ledger.verify(stage.rt.db)
    assert agree_again(stage, case, proposal) == "rewind.decided"


def agree_again(stage, case, proposal):
    return message(lambda: agree(stage, case, proposal, shown="x"), NotFound)


def test_an_end_and_a_cancellation_are_taken_back_too(stage, case):
    stage.fire(case, "frank", "finalize")
    assert "finalized" not in where(stage, case) and went_back(stage, case, "finalized") == 0
    agree(stage, case, propose(stage, case, "calibrated"))
    assert (went_back(stage, case, "finalized"), went_back(stage, case, CANCELLED)) == (1, 0)
    assert stage.see(case).view.results and stage.task(case, "conclude").holders[0].name == "Frank"
    cancel(stage, case)
    assert stage.see(case).view.state == CANCELLED
    agree(stage, case, propose(stage, case, "calibrated"))
    assert stage.see(case).view.state == "calibrated" and went_back(stage, case, CANCELLED) == 1
    stage.fire(case, "frank", "finalize")
    ledger.verify(stage.rt.db)


def test_where_it_is_it_may_begin_anew_once_something_is_done_there(stage):
    case = stage.case()
    assert where(stage, case) == {}
    stage.send(case, *WALK[0])
    assert where(stage, case) == {"plan_drafted": 1}
    agree(stage, case, propose(stage, case, "plan_drafted"))
    assert stage.task(case, "write_plan").state == "open"
    with pytest.raises(Refused):
        look(stage, case, 7)


def test_nobody_agrees_with_himself_not_even_in_the_place_of_another(stage, case):
    proposal = propose(stage, case)
    assert message(lambda: agree(stage, case, proposal, by="alice")) == "rewind.own"
    acting.record_order(
        stage.rt, actor=stage.actor("gina"), person_ref=stage.ref("bob"), deputy_ref=stage.ref("alice"), kind="plh",
        number="800/1", starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 9),
    )  # fmt: skip
    instead = replace(stage.actor("alice"), acting_for=stage.ref("bob"))
    assert message(lambda: agree(stage, case, proposal, actor=instead)) == "rewind.own"
    assert stage.see(case).view.state == "calibrated"


def test_neither_the_subject_nor_whoever_only_reads_proposes_or_agrees(stage, case):
    wanted = {"person_ref": stage.ref("carol"), "unit_ref": stage.unit("north").ref, "starts_on": date(2026, 1, 1)}
    grants.grant(stage.rt, actor=stage.actor("gina"), role="admin", **wanted)
    shown = look(stage, case, 4).digest
    for name, key in (("carol", "case.not_oneself"), ("frank", "case.admins_only"), ("mallory", "case.not_found")):
        told = {"actor": stage.actor(name), "reason": "Saya mau.", "shown": shown, "key": new_ref()}
        assert message(lambda told=told: rewinding.propose(stage.rt, case, 4, **told)) == key
    proposal = propose(stage, case)
    for name, key in (("carol", "case.not_oneself"), ("frank", "case.admins_only"), ("mallory", "case.not_found")):
        assert message(lambda name=name: agree(stage, case, proposal, by=name)) == key
        assert message(lambda name=name: refuse(stage, case, proposal, by=name)) == key


def test_the_right_of_the_proposer_must_still_be_there_and_not_be_what_the_other_stands_on(stage, case):
    wanted = {"unit_ref": stage.unit("north").ref, "starts_on": date(2026, 1, 1), "role": "admin"}
    grants.grant(stage.rt, actor=stage.actor("alice"), person_ref=stage.ref("bob"), **wanted)
    proposal = propose(stage, case)
    assert message(lambda: agree(stage, case, proposal, by="bob")) == "rewind.made_by_proposer"
    refuse(stage, case, proposal)
    proposal = propose(stage, case, by="bob")
    assert message(lambda: agree(stage, case, proposal, by="alice")) == "rewind.made_proposer"
    refuse(stage, case, proposal)
    grants.grant(stage.rt, actor=stage.actor("gina"), person_ref=stage.ref("erin"), **wanted)
    grants.grant(stage.rt, actor=stage.actor("gina"), person_ref=stage.ref("frank"), **wanted)
    proposal = propose(stage, case, by="erin")
    assert message(lambda: agree(stage, case, proposal, by="frank")) == "rewind.one_maker"
    refuse(stage, case, proposal)
    proposal = propose(stage, case, by="dan")
    with stage.rt.db.read() as db:
        held = db.execute(text("SELECT ref FROM access_grant WHERE person_id = :id"), {"id": stage.person("dan").id})
        grant = held.scalar_one()
    grants.revoke_grant(stage.rt, actor=stage.actor("gina"), grant_ref=grant)
    assert message(lambda: agree(stage, case, proposal)) == "rewind.proposer_gone"
    assert stage.see(case).view.state == "calibrated"


def test_a_proposal_lapses_and_is_overtaken_and_gives_way_to_a_new_one(stage, case):
    proposal = propose(stage, case)
    assert message(lambda: propose(stage, case, by="gina"), Refused) == "rewind.waits_already"
    stage.now += rewinding.LASTS
    assert message(lambda: agree(stage, case, proposal), Refused) == "rewind.lapsed"
    proposal = propose(stage, case)
    stage.fire(case, "frank", "return_rating", reason="Periksa lagi.")
    stage.send(case, "erin", "rate", RATING)
    stage.fire(case, "erin", "send_to_calibration")
    assert message(lambda: agree(stage, case, proposal, shown="x"), StaleCase) == "rewind.moved"
    later = propose(stage, case, by="gina")
    assert message(lambda: agree(stage, case, proposal, by="alice", shown="x"), NotFound) == "rewind.decided"
    agree(stage, case, later, by="alice")
    ledger.verify(stage.rt.db)


def test_one_agrees_to_what_he_saw_and_twice_is_once(stage):
    case = stage.case()
    stage.walk(case, until="submit_evidence")
    proposal = propose(stage, case, "approved")
    shown = look(stage, case, where(stage, case)["approved"]).digest
    stage.send(case, "erin", "rate", RATING)
    assert message(lambda: agree(stage, case, proposal, shown=shown), StaleCase) == "rewind.other_consequences"
    again = {"shown": look(stage, case, 2).digest, "key": "the-same-key-again"}
    first, second = agree(stage, case, proposal, **again), agree(stage, case, proposal, **again)
    assert first == second
    assert [row[0] for row in stage.trail(case)].count("case.rewound") == 1


def test_a_proposal_is_refused_or_taken_back_and_the_trail_says_which(stage, case):
    refuse(stage, case, propose(stage, case))
    refuse(stage, case, propose(stage, case), by="alice")
    with stage.rt.db.read() as db:
        rows = db.execute(text("SELECT decision FROM case_rewind ORDER BY id")).scalars().all()
    assert rows == ["refused", "taken_back"]
    assert [row[0] for row in stage.trail(case)][-1] == "case.rewind_refused"
    ledger.verify(stage.rt.db)


def forge(stage, case, by, proposal):
    """The move itself, written past the verb."""
    found = stage.see(case)
    taken = take_back(found.workflow, found.view, "rated", None, {})
    with stage.rt.db.begin() as db:
        apply.write_move(
            db, case_id=found.id, case_ref=found.ref, version=found.view.version, definition_digest=found.digest,
            decision=taken.decision, task_ids=found.task_ids, actor=stage.actor(by), at=stage.now, product="0",
            kind="case.rewound", public={"proposal": proposal, "proposed_by": stage.ref("alice"), "back": 4},
        )  # fmt: skip


def test_the_database_takes_no_move_back_without_the_proposal_of_another(stage, case):
    for by, proposal in (("gina", "none"), ("alice", propose(stage, case)), ("gina", "other")):
        with pytest.raises(Exception, match="refused by event_consented"):
            forge(stage, case, by, proposal)
    attacks = {
        "UPDATE case_rewind SET decision = 'agreed', decided_ref = ref": "case_rewind_decided",
        "UPDATE case_rewind SET back = 1": "case_rewind_(once|decided)",
        "DELETE FROM case_rewind": "case_rewind_no_delete",
        "INSERT INTO case_rewind (ref, case_id, n, back, to_state, by_id, until) SELECT (SELECT ref FROM event WHERE "
        "kind = 'case.started'), case_id + 1, n, back, to_state, by_id, until FROM case_rewind": "case_rewind_said",
        "INSERT INTO withdrawn (event_ref, by_ref) SELECT ref, ref FROM event WHERE n = 4": "withdrawn_said",
    }
    for attack, guard in attacks.items():
        with pytest.raises(Exception, match=f"refused by {guard}"), stage.rt.db.begin() as db:
            db.execute(text(attack))
    ledger.verify(stage.rt.db)


def without_guards(stage, *guards):
    with stage.rt.db.begin() as db:
        for guard in guards:
            where = "" if db.dialect.name == "sqlite" else f" ON {guard.partition('_')[0]}"
            db.execute(text(f"DROP TRIGGER {guard}{where}"))


def complaint(stage):
    with pytest.raises(TamperedLedger) as found:
        ledger.verify(stage.rt.db)
    return found.value.message.params["what"].key


def test_the_audit_names_a_move_back_that_one_person_made_alone(stage, case):
    proposal = propose(stage, case)
    without_guards(stage, "event_consented")
    forge(stage, case, "alice", proposal)
    assert complaint(stage) == "ledger.what.rewind"


def test_the_audit_names_a_result_that_counts_again_behind_its_back(stage, case):
    agree(stage, case, propose(stage, case))
    without_guards(stage, "withdrawn_no_delete")
    with stage.rt.db.begin() as db:
        db.execute(text("DELETE FROM withdrawn"))
    assert complaint(stage) == "ledger.what.withdrawn"


def test_the_cases_beside_it_are_told(filled_db):
    year = Year.over(filled_db("year of quarters", Year))
    case = year.begun()
    (child,) = year.children(case)
    cancel(year, case)
    work(year)
    assert [row[0] for row in year.trail(child.ref)][-1] == "case.parent_cancelled"
    would = look(year, case, where(year, case)["running"])
    assert [each.ref for each in would.children] == [child.ref]
    agree(year, case, propose(year, case, "running"))
    cancel(year, child.ref)
    work(year)
    agree(year, child.ref, propose(year, child.ref, "rated"))
    work(year)
    assert [row[0] for row in year.trail(child.ref)].count("case.parent_rewound") == 1
    assert [row[0] for row in year.trail(case)][-2:] == ["case.child_ended", "case.child_rewound"]
    ledger.verify(year.rt.db)


def work(stage):
    while outbox.sweep(stage.rt, WORKS):
        pass
