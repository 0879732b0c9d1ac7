"""“My superior is wrong”: begun by whoever it is about, approved by HR, and the line of posts changes from a day on."""

from datetime import date

import pytest

from engine import appointments, corrections, ledger, starting
from engine.core.effects import Call
from engine.core.errors import NotFound, Refused
from engine.store.queries import history, people, staffing
from engine.store.refs import new_ref
from engine.store.tables.cases import Case
from tests.verbs import test_acting as orders
from tests.verbs.stage import SHIPPED, Stage

FROM = date(2026, 3, 16)


@pytest.fixture
def stage(filled_db, monkeypatch):
    monkeypatch.setitem(orders.WORKS, "verb.correct_superior", corrections.correct_superior)
    stage = Stage.over(filled_db("stage", Stage))
    stage.publish((SHIPPED / "superior_correction.yaml").read_bytes(), "superior_correction.yaml")
    return stage


def begin(stage, name="carol", key="superior_correction", once=None):
    return starting.start_own(stage.rt, actor=stage.actor(name), workflow_key=key, once=once)


def ask(stage, name="carol"):
    case = begin(stage, name)
    stage.send(case, name, "write_request", {"reason": "Atasan saya sudah pindah."})
    stage.fire(case, name, "send")
    return case


def approve(stage, case, superior="dan", starts_on=FROM, by="alice"):
    found = {"superior": stage.ref(superior), "starts_on": str(starts_on), "basis": "SK 821/4"}
    stage.send(case, by, "verify", found)
    stage.fire(case, by, "approve")
    orders.work(stage)


def superiors(stage, on, name="carol"):
    with stage.rt.db.read() as db:
        return [holder.name for holder in people.superior_holders(db, stage.person(name).id, on)]


def test_the_approval_changes_the_superior_from_its_day_on_and_open_tasks_follow(stage):
    evaluation = stage.case()
    case = ask(stage)
    approve(stage, case, starts_on=date(2026, 3, 2))
    assert superiors(stage, date(2026, 3, 2)) == ["Dan"]
    assert orders.stored(stage, evaluation, "decide_plan") == [("Dan", "superior_of")]
    assert [row[0] for row in stage.trail(case)][-2:] == ["case.moved", "case.corrected"]
    ledger.verify(stage.rt.db)


def test_what_is_to_come_changes_on_its_day(stage):
    approve(stage, ask(stage))
    assert superiors(stage, date(2026, 3, 2)) == ["Erin"]


def test_what_does_not_fit_is_told_in_the_case_and_changes_nothing(stage):
    case = ask(stage, "bob")
    approve(stage, case, superior="carol", starts_on=date(2026, 3, 2))
    assert [row[0] for row in stage.trail(case)][-1] == "case.not_corrected", "carol sits below him: a circle"
    assert superiors(stage, date(2026, 3, 2), "bob") == ["Wali Kota"]


def test_the_post_of_before_in_another_unit_is_not_reached_by_a_day_in_the_past(stage):
    here, there = stage.post("midwife").ref, stage.post("clerk_south").ref
    with stage.rt.db.read() as db:
        (held,) = staffing.live_appointments(db, stage.person("mallory").id, "2026-03-02")
    alice = {"rt": stage.rt, "actor": stage.actor("alice")}
    appointments.end_appointment(**alice, appointment_ref=held.ref, ends_on=date(2026, 3, 1))
    with stage.rt.db.read() as db:
        (other,) = staffing.live_appointments(db, stage.person("carol").id, "2026-03-02")
    appointments.end_appointment(**alice, appointment_ref=other.ref, ends_on=date(2026, 3, 1))
    seat = {"kind": "definitive", "starts_on": date(2026, 3, 1)}
    appointments.appoint(**alice, person_ref=stage.ref("mallory"), post_ref=here, **seat)
    appointments.appoint(**alice, person_ref=stage.ref("carol"), post_ref=there, **seat)
    orders.work(stage)
    case = ask(stage, "mallory")
    approve(stage, case, starts_on=date(2026, 2, 2))
    assert [row[0] for row in stage.trail(case)][-1] == "case.not_corrected"
    assert superiors(stage, date(2026, 3, 2)) == ["Wali Kota"], "Carol sits there now"


def test_nobody_who_approves_puts_anybody_below_himself(stage):
    case = ask(stage)
    approve(stage, case, superior="alice", starts_on=date(2026, 3, 2))
    assert [row[0] for row in stage.trail(case)][-1] == "case.not_corrected"
    assert superiors(stage, date(2026, 3, 2)) == ["Erin"]


def test_done_twice_it_is_done_once(stage):
    case = ask(stage)
    approve(stage, case, starts_on=date(2026, 3, 2))
    (event,) = [row for row in _moves(stage, case) if row.transition == "approve"]
    body = {"case": case, "event": event.ref, "arguments": {"person": stage.ref("carol"), "superior": stage.ref("dan"),
                                                            "starts_on": "2026-03-02"}}  # fmt: skip
    with stage.rt.db.begin() as db:
        corrections.correct_superior(stage.rt, db, body)
    assert [row[0] for row in stage.trail(case)].count("case.corrected") == 1


def test_work_that_names_another_event_or_person_corrects_nothing(stage):
    case = ask(stage)
    other = begin(stage, "mallory")
    told = {"person": stage.ref("carol"), "superior": stage.ref("dan"), "starts_on": "2026-03-02"}
    (sent,) = [row.ref for row in _moves(stage, case) if row.transition == "send"]
    with pytest.raises(NotFound), stage.rt.db.begin() as db:
        corrections.correct_superior(stage.rt, db, {"case": other, "event": sent, "arguments": told})
    with stage.rt.db.begin() as db:
        named = {**told, "person": stage.ref("erin")}
        corrections.correct_superior(stage.rt, db, {"case": case, "event": sent, "arguments": named})
    assert [row[0] for row in stage.trail(case)][-1] == "case.not_corrected"
    assert superiors(stage, date(2026, 3, 2), "erin") == ["Bob"]


def _moves(stage, case):
    with stage.rt.db.read() as db:
        return history.events(db, case)


def test_nobody_has_two_of_them_at_a_time_and_one_a_month(stage):
    case = begin(stage)
    assert begin(stage) == case
    stage.fire(case, "carol", "withdraw")
    with pytest.raises(Refused) as refused:
        begin(stage)
    assert refused.value.message.key == "starting.once"
    stage.wait(days=31)
    assert begin(stage) != case
    key = new_ref()
    assert begin(stage, "mallory", once=key) == begin(stage, "mallory", once=key)
    assert stage.count(Case) == 3


def test_only_what_is_offered_begins_and_only_for_whoever_has_a_post(stage):
    with pytest.raises(NotFound):
        begin(stage, key="basic_cycle")
    with pytest.raises(NotFound):
        begin(stage, key="nothing")
    with pytest.raises(Refused) as refused:
        begin(stage, "gina")
    assert refused.value.message.key == "starting.no_post"
    with stage.rt.db.read() as db:
        assert [found.key for found in starting.offered(stage.rt, db)] == ["superior_correction"]


def test_hr_does_not_decide_on_a_correction_of_its_own(stage):
    case = ask(stage, "alice")
    assert "Alice" not in [holder.name for holder in stage.see(case, "gina").view.roles["personnel"]]


def test_no_action_calls_anything_beside_the_list():
    for verb, arguments in (("drop_everything", {}), ("correct_superior", {}), ("correct_superior", {"person": "x"})):
        with pytest.raises(TypeError):
            Call(verb, arguments)


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [("year", "2026-01-01", "2026-12-31"), ("half_year", "2026-07-01", "2026-12-31"),
     ("quarter", "2026-07-01", "2026-09-30"), ("month", "2026-08-01", "2026-08-31"),
     ("none", "2026-08-01", "2026-08-31")],
)  # fmt: skip
def test_the_period_of_a_day(kind, first, last):
    assert [str(day) for day in starting.period(kind, date(2026, 8, 15))] == [first, last]
