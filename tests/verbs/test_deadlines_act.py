"""What a deadline does at the midnight after it: it fires, makes final, reminds; once, whoever sleeps or goes back."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from engine import due_days, expiry, holders, jobs, ledger, outbox, schedule
from engine.core import machine
from engine.core.errors import NotAllowed
from engine.store.queries import case_lists, clocks
from engine.store.tables.deadlines import DueAct
from engine.store.tables.ledger import Event
from engine.store.tables.work import Outbox
from tests.verbs.stage import Stage
from tests.verbs.test_midnight import forget
from tests.verbs.test_rewinding import agree, look, propose

RATED = """
kind: workflow
format: 1
key: KEY
name: {id: Penilaian, en: Rating}
due: {on: "03-31", of: period, remind: [{when: on}]}
roles:
  employee: subject
  rater: {rule: superior_of, role: employee}
  second: {rule: superior_of, role: employee, steps: 2}
states:
  rated:
    label: {id: Dinilai, en: Rated}
    initial: true
    tasks:
      rate:
        role: rater
        decide: [tell]
        due:
          {on: "01-31", of: period, passes_to: second, final: true, remind: [{working_days: 3, when: before},
          {when: on}, {working_days: 2, when: after}]}
  told:
    label: {id: Diberitahukan, en: Told}
    due: {working_days: 14, after: entered, fire: lapse}
    tasks:
      object: {role: employee, decide: [object], MORE}
  settled: {label: {id: Selesai, en: Settled}, final: true}
  objected: {label: {id: Keberatan, en: Objected}, final: true}
transitions:
  tell: {label: {id: Beritahukan, en: Tell}, from: rated, to: told}
  object: {label: {id: Ajukan keberatan, en: Object}, from: told, to: objected, guards: [not_final_by_rule]}
  lapse: {label: {id: Lewat waktu, en: Lapse}, from: told, to: settled, LAPSE}
"""
RATE_DUE = RATED[RATED.index('{on: "01-31"') : RATED.index("  told:")].rstrip()
KINDS = {due_days.KIND: jobs.Kind(due_days.chunk, due_days.look)}
DAILIES = {"deadlines": schedule.Daily("deadlines", due_days.begin, each_zone=True)}
TOLD = []
WORKS = {
    "holders.rehold": holders.rehold,
    "deadlines.act": expiry.act,
    "notices.remind": lambda rt, db, body: TOLD.append(dict(body)),
    schedule.KIND: lambda *asked: schedule.begin(DAILIES, *asked),
    **jobs.works(KINDS),
}


@pytest.fixture
def stage(filled_db):
    return scene(filled_db)


def scene(filled_db):
    """Erin, Carol's superior in Makassar, has not rated her; it is the 20th of January."""
    stage = Stage.over(filled_db("stage", Stage))
    stage.now = datetime(2026, 1, 20, 3, tzinfo=UTC)
    stage.ref_of_case = opened(stage)
    forget(stage)
    TOLD.clear()
    return stage


def opened(stage, key="rated", more="optional: false", lapse="reason: none", due=None):
    text = RATED if due is None else RATED.replace(RATE_DUE, due)
    text = text.replace("KEY", key).replace("MORE", more).replace("LAPSE", lapse)
    cycle = stage.open(version_ref=stage.publish(text).ref)
    with stage.rt.db.read() as db:
        return case_lists.case_of(db, cycle.ref, stage.person("carol").id)


def night(stage, *moment):
    """What the outbox does at a moment (UTC), by a process that has just begun."""
    stage.now = datetime(*moment, tzinfo=UTC)
    schedule.Clock(lambda: DAILIES, every=0).tick(stage.rt)
    while outbox.sweep(stage.rt, WORKS):
        pass


def kinds(stage, case=None):
    return [kind for kind, *_ in stage.trail(case or stage.ref_of_case)]


def leaf_of(stage, kind):
    with stage.rt.db.read() as db:
        row = db.execute(select(Event.leaf).where(Event.kind == kind).order_by(Event.seq.desc()).limit(1)).scalar_one()
    return json.loads(row)


def test_a_missed_rating_becomes_final_at_midnight_by_one_event_and_shuts_the_objection(stage):
    night(stage, 2026, 1, 31, 15, 59)
    assert "case.final" not in kinds(stage)
    for _ in range(2):
        night(stage, 2026, 1, 31, 16, 1)
    assert kinds(stage).count("case.final") == 1
    assert leaf_of(stage, "case.final")["public"]["due"] == "2026-01-31T16:00:00.000Z"
    stage.fire(stage.ref_of_case, "bob", "tell")
    assert not stage_offers(stage)[0].allowed
    ledger.verify(stage.rt.db)


def stage_offers(stage):
    found = stage.see(stage.ref_of_case, "carol")
    return machine.available(found.workflow, found.view, stage.actor("carol"))


def test_what_a_deadline_made_final_is_open_again_once_the_case_was_taken_back_to_before_it(stage):
    stage.now = datetime(2026, 1, 20, 3, tzinfo=UTC)
    stage.ref_of_case = opened(stage, "by_days", due="{working_days: 5, after: entered, final: true}")
    night(stage, 2026, 1, 27, 17, 0)
    stage.fire(stage.ref_of_case, "erin", "tell")
    assert stage.see(stage.ref_of_case).view.final_by_rule
    assert look(stage, stage.ref_of_case, 1).finals == 1
    agree(stage, stage.ref_of_case, propose(stage, stage.ref_of_case, to="rated"))
    assert not stage.see(stage.ref_of_case).view.final_by_rule
    night(stage, 2026, 2, 4, 17, 0)
    assert kinds(stage).count("case.final") == 2 and stage.see(stage.ref_of_case).view.final_by_rule
    ledger.verify(stage.rt.db)


def test_who_acts_between_the_deadline_and_the_midnights_job_makes_it_final_himself(stage):
    stage.now = datetime(2026, 1, 31, 16, 0, tzinfo=UTC)
    with pytest.raises(NotAllowed):
        stage.fire(stage.ref_of_case, "erin", "tell")
    stage.fire(stage.ref_of_case, "bob", "tell")
    assert kinds(stage)[-2:] == ["case.final", "case.moved"]
    assert stage.see(stage.ref_of_case).view.final_by_rule
    ledger.verify(stage.rt.db)


def told(stage):
    """Erin rates in time, on Friday the 30th of January: 14 working days later is Thursday, 19 February."""
    stage.now = datetime(2026, 1, 30, 3, tzinfo=UTC)
    stage.fire(stage.ref_of_case, "erin", "tell")


def test_a_state_that_nobody_leaves_in_time_is_left_by_the_system_the_midnight_after(stage):
    told(stage)
    assert [clock.due for clock in stage.see(stage.ref_of_case).view.clocks if not clock.whole] == [
        datetime(2026, 2, 19, 16, tzinfo=UTC)
    ]
    night(stage, 2026, 2, 19, 15, 59)
    assert stage.see(stage.ref_of_case).view.state == "told"
    for _ in range(3):
        night(stage, 2026, 2, 19, 16, 1)
    assert stage.see(stage.ref_of_case).view.state == "settled"
    moved = leaf_of(stage, "case.moved")
    assert (moved["by"], moved["transition"]) == ("system", "lapse")
    assert moved["public"]["because"]["due"] == "2026-02-19T16:00:00.000Z"
    ledger.verify(stage.rt.db)


def test_what_nobody_was_awake_for_is_done_when_somebody_wakes_four_hundred_days_later(stage):
    told(stage)
    night(stage, 2027, 3, 6, 3, 0)
    assert stage.see(stage.ref_of_case).view.state == "settled"


def test_who_objects_in_time_stops_it(stage):
    told(stage)
    stage.fire(stage.ref_of_case, "carol", "object")
    night(stage, 2026, 3, 1, 16, 1)
    assert stage.see(stage.ref_of_case).view.state == "objected"
    assert "case.fire_refused" not in kinds(stage)


def test_what_a_guard_refuses_is_recorded_once_listed_and_tried_again_each_midnight(stage):
    stage.now = datetime(2026, 1, 20, 3, tzinfo=UTC)
    stage.ref_of_case = opened(stage, "held_back", lapse="when: period_start < today, guards: [final_by_rule]")
    told(stage)
    for day in (19, 20, 21):
        night(stage, 2026, 2, day, 16, 1)
    assert kinds(stage).count("case.fire_refused") == 1
    with stage.rt.db.read() as db:
        row = clocks.refused(db, [stage.see(stage.ref_of_case).unit_id], 10)[0]
        asked = db.execute(select(Outbox.effect_key).where(Outbox.kind == "deadlines.act")).scalars()
    tried = [key for key in asked if row.of_ref in key]
    assert (row.ref, "guard.final_by_rule" in row.body, len(tried)) == (stage.ref_of_case, True, 3)
    ledger.verify(stage.rt.db)


def test_reminders_come_before_on_and_after_each_once_and_on_waking_only_the_newest(stage):
    for moment in (
        (2026, 1, 27, 16, 1),
        (2026, 1, 28, 17),
        (2026, 1, 30, 16, 1),
        (2026, 1, 30, 17),
        (2026, 2, 2, 16, 1),
    ):
        night(stage, *moment)
    assert [each["which"] for each in TOLD] == ["before:3", "on", "after:2"]
    assert TOLD[0] == {
        "case": stage.ref_of_case, "task": stage.task(stage.ref_of_case, "rate").ref, "which": "before:3",
        "due": "2026-01-31T16:00:00.000Z",
    }  # fmt: skip


def test_a_server_that_slept_through_all_reminders_sends_the_newest_alone(stage):
    night(stage, 2026, 2, 20, 3)
    assert [each["which"] for each in TOLD] == ["after:2"]
    night(stage, 2026, 3, 30, 17)
    night(stage, 2026, 6, 30, 17)
    assert [each["which"] for each in TOLD] == ["after:2", "on"], "and of the deadline of the whole"


def test_a_clock_that_is_set_back_neither_loses_a_deadline_nor_does_it_twice(stage):
    told(stage)
    stage.now = datetime(2026, 2, 19, 16, 1, tzinfo=UTC)
    schedule.Clock(lambda: DAILIES, every=0).tick(stage.rt)
    outbox.sweep(stage.rt, {kind: work for kind, work in WORKS.items() if kind != "deadlines.act"})
    outbox.sweep(stage.rt, {kind: work for kind, work in WORKS.items() if kind != "deadlines.act"})
    stage.now -= timedelta(hours=1)
    outbox.sweep(stage.rt, WORKS)
    assert stage.see(stage.ref_of_case).view.state == "told"
    for hours in (1, 25):
        stage.now += timedelta(hours=hours)
        night(stage, *stage.now.timetuple()[:5])
    with stage.rt.db.read() as db:
        acts = db.execute(select(DueAct.act).where(DueAct.act == "fired")).scalars().all()
    assert (stage.see(stage.ref_of_case).view.state, acts) == ("settled", ["fired"])
