"""Deadlines put off, of one case or many; and cases that stand still: what moves by how much, and what nobody may."""

from datetime import UTC, date, datetime

import pytest

from engine import cases, deadlines, extensions, jobs, ledger, outbox, reassigning, suspensions
from engine.core import machine
from engine.core.calendar import DayEntry
from engine.core.errors import BadRequest, NotAllowed, NotFound, Refused
from engine.core.messages import Text
from engine.extensions import Longer
from engine.store.refs import new_ref
from tests.verbs.test_calendars import add, put, use
from tests.verbs.test_deadlines_act import kinds, night, scene, told

WORKS = {
    "deadlines.recount": deadlines.recount, "deadlines.recount_cases": deadlines.recount_cases,
    **jobs.works({extensions.KIND: jobs.Kind(extensions.chunk)}),
}  # fmt: skip
WHY = {"reason": "Sedang cuti melahirkan."}


@pytest.fixture
def stage(filled_db):
    return scene(filled_db)


def work(stage):
    while outbox.sweep(stage.rt, WORKS):
        pass


def extended(stage, longer, name="alice", key=None):
    who = {"actor": stage.actor(name), "key": key or new_ref()}
    return extensions.extend_case(stage.rt, stage.ref_of_case, longer, **WHY, **who)


def dues(stage):
    view = stage.see(stage.ref_of_case).view
    return {task.key: task.due for task in view.tasks if task.state == "open" and task.due} | {
        "*" if clock.whole else "": clock.due for clock in view.clocks
    }


def suspend(stage, act=suspensions.suspend):
    return act(stage.rt, stage.ref_of_case, reason="Diperbantukan.", actor=stage.actor("alice"), key=new_ref())


def test_an_extended_deadline_fires_at_the_new_one_only_and_the_preview_says_the_same(stage):
    told(stage)
    longer = Longer(days=5)
    foreseen = extensions.foresee(stage.rt, stage.ref_of_case, Longer(days=5, tasks=("",)), actor=stage.actor("alice"))
    assert {(each.was, each.now) for each in foreseen if not each.whole} == {(date(2026, 2, 19), date(2026, 2, 26))}
    receipt = extended(stage, longer, key="a-key-of-alice")
    assert extended(stage, longer, key="a-key-of-alice") == receipt
    assert dues(stage)[""] == datetime(2026, 2, 26, 16, tzinfo=UTC)
    night(stage, 2026, 2, 19, 16, 1)
    assert stage.see(stage.ref_of_case).view.state == "told"
    night(stage, 2026, 2, 26, 16, 1)
    assert stage.see(stage.ref_of_case).view.state == "settled"
    assert kinds(stage).count("case.extended") == 1
    ledger.verify(stage.rt.db)


def test_a_task_that_had_passed_goes_back_and_is_not_final(stage):
    extended(stage, Longer(until=date(2026, 2, 6), tasks=("rate",)))
    night(stage, 2026, 1, 31, 16, 1)
    assert "case.final" not in kinds(stage)
    stage.now = datetime(2026, 2, 6, 15, 59, tzinfo=UTC)
    stage.fire(stage.ref_of_case, "erin", "tell")
    assert not stage.see(stage.ref_of_case).view.final_by_rule


@pytest.mark.parametrize(
    ("longer", "now", "said"),
    [
        (Longer(until=date(2026, 1, 31), tasks=("rate",)), (2026, 1, 20), "extension.earlier"),
        (Longer(days=1, tasks=("rate",)), (2026, 2, 9), "extension.final"),
        (Longer(days=1, tasks=("other",)), (2026, 1, 20), "extension.nothing"),
    ],
)
def test_a_deadline_is_never_made_earlier_nor_put_off_into_the_past(stage, longer, now, said):
    stage.now = datetime(*now, 3, tzinfo=UTC)
    with pytest.raises(Refused) as refused:
        extended(stage, longer)
    assert refused.value.message.key == said


def test_what_is_final_by_rule_is_not_put_off_any_more(stage):
    night(stage, 2026, 1, 31, 16, 1)
    with pytest.raises(Refused) as refused:
        extended(stage, Longer(days=30, tasks=("rate",)))
    assert refused.value.message.key == "extension.final"


def test_the_job_of_midnight_being_late_puts_nothing_off_that_is_final_by_rule(stage):
    stage.now = datetime(2026, 2, 2, 3, tzinfo=UTC)
    longer = Longer(until=date(2026, 5, 1))
    foreseen = extensions.foresee(stage.rt, stage.ref_of_case, longer, actor=stage.actor("alice"))
    assert [each.whole for each in foreseen] == [True]
    extended(stage, longer)
    assert kinds(stage)[-2:] == ["case.final", "case.extended"]
    assert dues(stage)["rate"] == datetime(2026, 1, 31, 16, tzinfo=UTC)
    ledger.verify(stage.rt.db)


def test_a_deadline_that_would_still_be_over_is_not_put_off(stage):
    told(stage)
    stage.now = datetime(2026, 4, 20, 3, tzinfo=UTC)
    with pytest.raises(Refused) as refused:
        extended(stage, Longer(days=1))
    assert refused.value.message.key == "extension.still_over"


@pytest.mark.parametrize("day", [date.max, date.min, date(2201, 1, 1)])
def test_a_day_of_no_sense_is_refused_with_words(day):
    with pytest.raises(BadRequest) as refused:
        Longer(until=day)
    assert refused.value.message.key == "extension.no_such_day"


@pytest.mark.parametrize(("name", "error"), [("erin", NotAllowed), ("carol", NotAllowed), ("mallory", NotFound)])
def test_only_an_admin_of_the_case_puts_off_or_suspends(stage, name, error):
    with pytest.raises(error):
        extended(stage, Longer(days=5), name)
    with pytest.raises(error):
        suspensions.suspend(stage.rt, stage.ref_of_case, reason="x", actor=stage.actor(name), key=new_ref())


def test_many_cases_are_a_job_that_leaves_those_that_refuse(stage, monkeypatch):
    monkeypatch.setattr(extensions, "AT_ONCE", 1)
    refs = [stage.ref_of_case, new_ref()]
    asked = extensions.extend(stage.rt, refs, Longer(days=2), actor=stage.actor("alice"), key="many-cases", **WHY)
    again = extensions.extend(stage.rt, refs, Longer(days=2), actor=stage.actor("alice"), key="many-cases", **WHY)
    assert again == asked
    work(stage)
    assert dues(stage)["rate"] == datetime(2026, 2, 3, 16, tzinfo=UTC)
    monkeypatch.setattr(extensions, "AT_ONCE", 2)
    done = extensions.extend(stage.rt, refs, Longer(days=2), actor=stage.actor("alice"), key="a-few-cases", **WHY)
    assert (done.done, [ref for ref, _ in done.left], kinds(stage).count("case.extended")) == (1, refs[1:], 2)


def test_while_a_case_stands_still_nobody_acts_and_nothing_fires_and_then_its_clock_goes_on(stage):
    told(stage)
    stage.now = datetime(2026, 2, 17, 3, tzinfo=UTC)  # Tuesday: the 18th and 19th remain
    suspend(stage)
    with pytest.raises(Refused) as refused:
        stage.fire(stage.ref_of_case, "carol", "object")
    assert "case.suspended" in [each.key for each in refused.value.refusals]
    with pytest.raises(Refused):
        suspend(stage)
    night(stage, 2026, 3, 2, 3, 0)
    assert stage.see(stage.ref_of_case).view.state == "told"
    stage.now = datetime(2026, 3, 3, 3, tzinfo=UTC)  # Tuesday, ten working days later
    suspend(stage, suspensions.resume)
    assert dues(stage)[""] == datetime(2026, 3, 5, 16, tzinfo=UTC)
    assert dues(stage)["*"] == datetime(2026, 3, 31, 16, tzinfo=UTC), "a date stays"
    night(stage, 2026, 3, 5, 16, 1)
    assert stage.see(stage.ref_of_case).view.state == "settled"
    ledger.verify(stage.rt.db)


def test_while_a_case_stands_still_nothing_passes_nor_becomes_final_but_a_date_stays(stage):
    suspend(stage)
    night(stage, 2026, 1, 31, 16, 1)
    view = stage.see(stage.ref_of_case).view
    assert ("case.final" not in kinds(stage), view.final_by_rule) == (True, False)
    assert not [offer for offer in machine.available(stage.see(stage.ref_of_case, "erin").workflow, view,
                                                     stage.actor("erin")) if offer.allowed]  # fmt: skip
    suspend(stage, suspensions.resume)
    assert stage.see(stage.ref_of_case).view.final_by_rule, "it was a date, and is over"


def test_while_a_case_stands_still_it_is_spoken_of_and_given_to_others_and_put_off_but_not_filled(stage):
    case, who = stage.ref_of_case, {"actor": stage.actor("alice"), "reason": "Cuti."}
    suspend(stage)
    cases.comment(stage.rt, case, "Kapan dilanjutkan?", actor=stage.actor("carol"), key=new_ref())
    reassigning.reassign_role(stage.rt, case, "rater", stage.ref("dan"), key=new_ref(), **who)
    extended(stage, Longer(until=date(2026, 3, 6), tasks=("rate",)))
    with pytest.raises(Refused) as refused:
        stage.fire(case, "dan", "tell")
    assert "case.suspended" in [each.key for each in refused.value.refusals]
    suspend(stage, suspensions.resume)
    stage.fire(case, "dan", "tell")
    assert kinds(stage)[-1] == "case.moved"
    ledger.verify(stage.rt.db)


def test_a_calendar_that_changes_counts_working_days_again_and_leaves_a_named_day(stage):
    told(stage)
    extended(stage, Longer(days=5, tasks=("",)))
    nation = add(stage)
    put(stage, nation, DayEntry(date(2026, 2, 23), "holiday", Text("Libur", "Off"), "Keppres 1"))
    use(stage, "health", nation)
    work(stage)
    assert dues(stage)[""] == datetime(2026, 2, 27, 16, tzinfo=UTC)
    extended(stage, Longer(until=date(2026, 3, 6), tasks=("",)))
    put(stage, nation, DayEntry(date(2026, 2, 24), "holiday", Text("Libur", "Off"), "Keppres 2"))
    work(stage)
    assert dues(stage)[""] == datetime(2026, 3, 6, 16, tzinfo=UTC)
    ledger.verify(stage.rt.db)
