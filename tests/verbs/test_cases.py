"""Cases: the whole road, and everybody and everything that must not get on it."""

import threading

import pytest

from engine import cases, repairs
from engine.core.errors import (
    BadRequest,
    InvalidSubmission,
    KeyReused,
    NotAllowed,
    NotFound,
    Refused,
    StaleCase,
)
from engine.store import apply
from engine.store.queries import case_lists
from engine.store.refs import new_ref
from engine.store.tables.cases import Draft, Submission
from tests.verbs.stage import PLAN, ROW, Stage


@pytest.fixture
def stage(filled_db):
    return Stage.over(filled_db("stage", Stage))


@pytest.fixture
def case(stage):
    return stage.case()


def test_four_people_carry_an_evaluation_from_plan_to_result(stage, case):
    stage.send(case, "carol", "write_plan", PLAN)
    stage.fire(case, "erin", "return_plan", reason="Bobot belum sesuai.")
    stage.walk(case)
    found = stage.see(case).view
    assert found.state == "finalized"
    assert found.results["predicate"].value == "good"
    assert found.results["predicate"].derivation["row"]["key"] == "above"
    assert stage.trail(case)[:5] == [
        ("case.started", "start", None, "plan_drafted", None),
        ("form.submitted", None, None, None, "employee"),
        ("case.moved", "return_plan", "plan_drafted", "plan_drafted", "supervisor"),
        ("form.submitted", None, None, None, "employee"),
        ("case.moved", "approve", "plan_drafted", "approved", "supervisor"),
    ]
    assert stage.trail(case)[-1] == ("case.moved", "finalize", "calibrated", "finalized", "panel")


def test_a_stranger_finds_nothing(stage, case):
    before = stage.count()
    for act in (
        lambda: stage.see(case, "mallory"),
        lambda: stage.send(case, "mallory", "write_plan", PLAN),
        lambda: stage.fire(case, "mallory", "approve"),
        lambda: cases.comment(stage.rt, case, "Halo", actor=stage.actor("mallory"), key=new_ref()),
        lambda: repairs.cancel(stage.rt, case, actor=stage.actor("mallory"), reason="x", seen=1, key=new_ref()),
    ):
        with pytest.raises(NotFound):
            act()
    assert stage.count() == before


def test_an_act_by_the_wrong_person_is_not_allowed_and_leaves_nothing(stage, case):
    stage.send(case, "carol", "write_plan", PLAN)
    before = stage.count()
    for name in ("carol", "frank", "alice"):
        with pytest.raises(NotAllowed):
            stage.fire(case, name, "approve")
    with pytest.raises(NotAllowed):
        stage.fire(case, "erin", "finalize")
    assert stage.count() == before


def test_a_refusal_names_every_reason(stage, case):
    with pytest.raises(Refused) as refused:
        stage.fire(case, "erin", "approve")
    assert len(refused.value.refusals) >= 2
    with pytest.raises(Refused) as refused:
        stage.fire(case, "erin", "return_plan", reason="  ")
    assert "machine.reason_required" in {message.key for message in refused.value.refusals}


def test_wrong_answers_are_named_field_by_field_and_nothing_is_kept(stage, case):
    wrong = {"targets": [{**ROW, "weight": "banyak", "target": "x" * 9000}, {**ROW, "weight": "40"}], "surprise": "1"}
    with pytest.raises(InvalidSubmission) as refused:
        stage.send(case, "carol", "write_plan", wrong)
    assert {"targets.0.weight", "targets.0.target", "surprise"} <= set(refused.value.errors)
    assert stage.count(Submission) == 0


def test_a_check_across_fields_speaks_at_the_field(stage, case):
    with pytest.raises(InvalidSubmission) as refused:
        stage.send(case, "carol", "write_plan", {"targets": [ROW]})
    assert set(refused.value.errors) == {"targets"}


def test_the_same_key_has_one_effect_and_one_answer(stage, case):
    key, task = new_ref(), stage.task(case, "write_plan")
    again = {"actor": stage.actor("carol"), "seen": task.version, "key": key}
    first = cases.submit(stage.rt, task.ref, PLAN, **again)
    before = stage.count()
    assert cases.submit(stage.rt, task.ref, PLAN, **again) == first
    assert stage.count() == before
    with pytest.raises(KeyReused):
        cases.submit(stage.rt, task.ref, {"targets": [{**ROW, "weight": "100"}]}, **again)


def test_the_answer_to_a_key_survives_the_case_moving_on(stage, case):
    stage.send(case, "carol", "write_plan", PLAN)
    key, seen = new_ref(), stage.see(case).view.version
    first = stage.fire(case, "erin", "approve", seen=seen, key=key)
    stage.fire(case, "carol", "begin_evidence")
    assert stage.fire(case, "erin", "approve", seen=seen, key=key) == first


def test_a_stale_page_is_refused(stage, case):
    stage.send(case, "carol", "write_plan", PLAN)
    seen = stage.see(case).view.version
    stage.fire(case, "erin", "return_plan", seen=seen, reason="Lengkapi.")
    before = stage.count()
    with pytest.raises(StaleCase):
        stage.fire(case, "erin", "approve", seen=seen)
    assert stage.count() == before


def test_a_task_of_a_state_that_was_left_is_stale(stage, case):
    old = stage.task(case, "write_plan")
    stage.send(case, "carol", "write_plan", PLAN)
    stage.fire(case, "erin", "return_plan", reason="Lengkapi.")
    with pytest.raises(StaleCase):
        cases.submit(stage.rt, old.ref, PLAN, actor=stage.actor("carol"), seen=old.version, key=new_ref())


def test_two_windows_cannot_overwrite_each_others_draft(stage, case):
    task = stage.task(case, "write_plan")
    first = cases.save_draft(stage.rt, task.ref, {"targets": []}, actor=stage.actor("carol"), seen=task.version)
    assert first == task.version + 1
    with pytest.raises(StaleCase):
        cases.save_draft(stage.rt, task.ref, {"targets": [ROW]}, actor=stage.actor("carol"), seen=task.version)
    assert cases.draft_of(stage.rt, task.ref, actor=stage.actor("carol")) == {"targets": []}
    stage.send(case, "carol", "write_plan", PLAN)
    assert stage.count(Draft) == 0


def test_a_draft_keeps_what_is_not_valid_yet(stage, case):
    task = stage.task(case, "write_plan")
    half = {"targets": [{"weight": "enam puluh"}], "unknown": ["?"]}
    cases.save_draft(stage.rt, task.ref, half, actor=stage.actor("carol"), seen=task.version)
    assert cases.draft_of(stage.rt, task.ref, actor=stage.actor("carol")) == half


@pytest.mark.parametrize("raw", [{"targets": [{}] * 1001}, {"targets": [{"files": [""] * 1001}]}])
def test_a_draft_holds_no_more_rows_than_a_page_can_draw(stage, case, raw):
    task, actor = stage.task(case, "write_plan").ref, stage.actor("carol")
    with pytest.raises(BadRequest, match=r"draft\.too_many_rows"):
        cases.save_draft(stage.rt, task, raw, actor=actor, seen=0)
    assert cases.draft_of(stage.rt, task, actor=actor) is None
    assert cases.save_draft(stage.rt, task, {"targets": [{}] * 1000}, actor=actor, seen=0) == 1


WIDE = """
kind: workflow
format: 1
key: wide
name: Luas
roles: {employee: subject}
states:
  open:
    initial: true
    tasks: {write: {role: employee, fill: plan}, end: {role: employee, decide: [close], after: write}}
  closed: {final: true}
transitions:
  close: {from: open, to: closed}
forms:
  plan: {sections: {all: {fields: {targets: {type: table, columns: COLUMNS}}}}}
""".replace("COLUMNS", "{" + ", ".join(f"c{at}: {{type: text}}" for at in range(40)) + "}")


def test_a_draft_of_a_wide_table_holds_fewer_rows(stage):
    opened = stage.open(version_ref=stage.publish(WIDE).ref)
    with stage.rt.db.read() as db:
        case = case_lists.case_of(db, opened.ref, stage.person("carol").id)
    task, actor = stage.task(case, "write").ref, stage.actor("carol")
    with pytest.raises(BadRequest, match=r"draft\.too_many_rows"):
        cases.save_draft(stage.rt, task, {"targets": [{}] * 251}, actor=actor, seen=0)
    assert cases.save_draft(stage.rt, task, {"targets": [{}] * 250}, actor=actor, seen=0) == 1


def test_nobody_but_its_author_reads_a_draft(stage, case):
    task = stage.task(case, "write_plan")
    cases.save_draft(stage.rt, task.ref, PLAN, actor=stage.actor("carol"), seen=task.version)
    for name in ("erin", "alice", "frank"):
        with pytest.raises(NotAllowed):
            cases.draft_of(stage.rt, task.ref, actor=stage.actor(name))


def test_of_many_who_approve_at_once_one_wins_and_the_others_learn_it(stage, case):
    stage.send(case, "carol", "write_plan", PLAN)
    seen, before, outcomes = stage.see(case).view.version, stage.count(), []

    def approve():
        try:
            stage.fire(case, "erin", "approve", seen=seen)
            outcomes.append("accepted")
        except StaleCase:
            outcomes.append("stale")

    threads = [threading.Thread(target=approve) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["accepted", *["stale"] * 11]
    assert stage.count() == before + 1


def test_whoever_is_overtaken_between_reading_and_writing_acts_again_under_the_lock(stage, case, monkeypatch):
    """Somebody comments on the case after the act has read it: on PostgreSQL nothing keeps him out."""
    stage.send(case, "carol", "write_plan", PLAN)
    seen, written, written_move = stage.see(case).view.version, [], apply.write_move

    def interrupted(db, **move):
        written.append(move["place"].seq)
        if len(written) == 1 and not stage.rt.db.locks_all:
            cases.comment(stage.rt, case, "Sudah dibaca.", actor=stage.actor("carol"), key=new_ref())
        return written_move(db, **move)

    monkeypatch.setattr(apply, "write_move", interrupted)
    stage.fire(case, "erin", "approve", seen=seen)
    assert written in ([3], [3, 4])
    assert len(written) == (1 if stage.rt.db.locks_all else 2)
    assert [kind for kind, *_ in stage.trail(case)][-1] == "case.moved"


def test_a_draft_saved_meanwhile_is_not_lost_to_an_older_page(stage, case, monkeypatch):
    task, written, written_submission = stage.task(case, "write_plan"), [], apply.write_submission

    def interrupted(db, **sent):
        written.append(sent["seen"])
        if len(written) == 1 and not stage.rt.db.locks_all:
            cases.save_draft(stage.rt, task.ref, PLAN, actor=stage.actor("carol"), seen=0)
        return written_submission(db, **sent)

    monkeypatch.setattr(apply, "write_submission", interrupted)
    if stage.rt.db.locks_all:
        stage.send(case, "carol", "write_plan", PLAN, seen=0)
    else:
        with pytest.raises(StaleCase):
            stage.send(case, "carol", "write_plan", PLAN, seen=0)
        assert stage.task(case, "write_plan").version == 1
    assert written == [0]


def test_what_is_over_takes_remarks_of_its_admin_alone(stage, case):
    stage.walk(case)
    before = stage.trail(case)
    for name in ("carol", "erin"):
        with pytest.raises(Refused) as refused:
            cases.comment(stage.rt, case, "Masih ada yang kurang.", actor=stage.actor(name), key=new_ref())
        assert refused.value.message.key == "comment.over"
    assert stage.trail(case) == before
    cases.comment(stage.rt, case, "Dicatat atas permintaan.", actor=stage.actor("alice"), key=new_ref())
    assert stage.trail(case)[-1][0] == "case.commented"


def test_a_comment_is_an_event_and_moves_nothing(stage, case):
    before = stage.see(case).view.version
    cases.comment(stage.rt, case, "Sudah saya baca.", actor=stage.actor("erin"), key=new_ref())
    assert stage.trail(case)[-1][0] == "case.commented"
    assert stage.see(case).view.version == before
    with pytest.raises(BadRequest):
        cases.comment(stage.rt, case, "   ", actor=stage.actor("erin"), key=new_ref())


def test_a_reassigned_role_acts_and_the_former_holder_does_not(stage, case):
    stage.send(case, "carol", "write_plan", PLAN)
    task = stage.task(case, "decide_plan")
    give = {"actor": stage.actor("alice"), "reason": "Atasan cuti.", "key": new_ref()}
    repairs.reassign(stage.rt, task.ref, stage.ref("bob"), **give)
    with pytest.raises(NotFound):
        stage.fire(case, "erin", "approve", seen=1)
    stage.fire(case, "bob", "approve")
    assert ("case.reassigned", None, None, None, None) in stage.trail(case)


def test_only_an_admin_of_the_unit_reassigns_or_cancels(stage, case):
    task = stage.task(case, "write_plan")
    for name in ("erin", "carol", "frank"):
        with pytest.raises(NotAllowed):
            repairs.reassign(
                stage.rt, task.ref, stage.ref("bob"), actor=stage.actor(name), reason="Tukar.", key=new_ref()
            )
        with pytest.raises(NotAllowed):
            repairs.cancel(stage.rt, case, actor=stage.actor(name), reason="Batal.", seen=1, key=new_ref())


def test_a_role_is_not_given_to_its_holder_nor_to_the_one_it_judges(stage, case):
    task = stage.task(case, "decide_plan")
    for name in ("erin", "carol"):
        with pytest.raises(Refused):
            repairs.reassign(
                stage.rt, task.ref, stage.ref(name), actor=stage.actor("alice"), reason="Tukar.", key=new_ref()
            )


def test_a_cancelled_case_is_over(stage, case):
    repairs.cancel(stage.rt, case, actor=stage.actor("alice"), reason="Pindah instansi.", seen=1, key=new_ref())
    found = stage.see(case).view
    assert (found.state, found.tasks) == ("cancelled", ())
    with pytest.raises(Refused):
        repairs.cancel(stage.rt, case, actor=stage.actor("alice"), reason="Lagi.", seen=2, key=new_ref())
    with pytest.raises(NotAllowed):
        stage.fire(case, "erin", "approve")


def test_the_clock_of_a_waiting_task_starts_when_it_is_received(stage, case):
    assert stage.task(case, "decide_plan").due is None
    stage.wait(days=3)  # Thursday, 5 March 2026
    stage.send(case, "carol", "write_plan", PLAN)
    zone = stage.see(case).zone
    assert stage.task(case, "decide_plan").due.astimezone(zone).isoformat() == "2026-03-17T00:00:00+08:00"
