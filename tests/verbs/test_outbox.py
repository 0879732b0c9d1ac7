"""The outbox: work happens once, survives a failure, and re-points tasks when people change."""

import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from engine import appointments, grants, holders, ledger, outbox, people
from engine.core.case import SYSTEM
from engine.core.errors import NotFound
from engine.core.times import to_text
from engine.store.queries import outbox as queue
from engine.store.queries import people_lists
from engine.store.tables.cases import Task, TaskHolder
from engine.store.tables.people import Person
from engine.store.tables.work import Outbox
from tests.verbs.stage import PLAN, Stage

WORKS = {"holders.reresolve": holders.reresolve, "holders.rehold": holders.rehold}


@pytest.fixture
def stage(filled_db):
    stage = Stage.over(filled_db("stage", Stage))
    drain(stage)
    return stage


def drain(stage):
    done = 0
    while swept := outbox.sweep(stage.rt, WORKS):
        done += swept
    return done


def rows(stage):
    with stage.rt.db.read() as db:
        return db.execute(select(Outbox.__table__).order_by(Outbox.id)).all()


def replace_erin_by_bob(stage):
    held = next(row for row in _appointments(stage, "erin") if row.post_name == "Kapus")
    appointments.end_appointment(
        stage.rt, actor=stage.actor("alice"), appointment_ref=held.ref, ends_on=date(2026, 3, 2)
    )
    appointments.appoint(
        stage.rt, actor=stage.actor("alice"), person_ref=stage.ref("bob"),
        post_ref=stage.post("chief_health").ref, kind="plt", starts_on=date(2026, 3, 2),
    )  # fmt: skip


def _appointments(stage, name):
    with stage.rt.db.read() as db:
        return people_lists.appointments(db, stage.person(name).id)


def test_open_tasks_follow_the_chair(stage):
    case = stage.case()
    stage.send(case, "carol", "write_plan", PLAN)
    replace_erin_by_bob(stage)
    assert drain(stage) >= 1
    task = stage.task(case, "decide_plan")
    assert [holder.name for holder in task.holders] == ["Bob"]
    assert "case.reheld" in [kind for kind, *_ in stage.trail(case)]
    with pytest.raises(NotFound):
        stage.fire(case, "erin", "approve", seen=1)
    stage.fire(case, "bob", "approve")


def test_the_right_is_asked_on_the_day_even_before_the_work_has_run(stage):
    case = stage.case()
    stage.send(case, "carol", "write_plan", PLAN)
    replace_erin_by_bob(stage)
    stage.fire(case, "bob", "approve")


def test_work_that_runs_twice_leaves_one_event(stage):
    case = stage.case()
    replace_erin_by_bob(stage)
    drain(stage)
    before = stage.trail(case)
    with stage.rt.db.begin() as db:
        db.execute(update(Outbox.__table__).values(state="ready", lease_until=None))
    drain(stage)
    assert stage.trail(case) == before


def test_a_new_panel_member_finds_the_case_in_his_inbox(stage):
    case = stage.case()
    stage.walk(case, until="send_to_calibration")
    grants.grant(
        stage.rt, actor=stage.actor("alice"), person_ref=stage.ref("bob"), role="calibration_panel",
        unit_ref=stage.unit("north").ref, starts_on=date(2026, 3, 1),
    )  # fmt: skip
    drain(stage)
    assert {holder.name for holder in stage.task(case, "conclude").holders} == {"Frank", "Bob"}


def test_a_panel_larger_than_a_leaf_holds_the_task(stage):
    case = stage.case()
    stage.walk(case, until="send_to_calibration")
    for number in range(60):
        ref = people.add_person(
            stage.rt, actor=SYSTEM, name=f"Panel {number}", kind="official", nip=None, email=f"p{number}@kota.example"
        )
        grants.grant(
            stage.rt, actor=SYSTEM, person_ref=ref, role="calibration_panel", unit_ref=stage.unit("north").ref,
            starts_on=date(2026, 3, 1),
        )  # fmt: skip
    drain(stage)
    assert len(stage.task(case, "conclude").holders) == 61
    assert {row.state for row in rows(stage)} == {"done"}
    ledger.verify(stage.rt.db)


def test_a_case_that_fails_holds_up_no_other(stage):
    first, second = stage.case(), stage.case()
    broken = min(first, second)

    def all_but_one(rt, db, body):
        if body["case"] == broken:
            raise RuntimeError("this case cannot be read")
        holders.rehold(rt, db, body)

    replace_erin_by_bob(stage)
    for _ in range(3):
        outbox.sweep(stage.rt, {**WORKS, "holders.rehold": all_but_one})
    heard = {case: "case.reheld" in [kind for kind, *_ in stage.trail(case)] for case in (first, second)}
    assert heard == {case: case != broken for case in (first, second)}


def test_a_person_with_two_grants_of_a_role_holds_the_task_once(stage):
    case = stage.case()
    stage.walk(case, until="send_to_calibration")
    for unit in ("north", "city"):
        grants.grant(
            stage.rt, actor=SYSTEM, person_ref=stage.ref("bob"), role="calibration_panel",
            unit_ref=stage.unit(unit).ref, starts_on=date(2026, 3, 1),
        )  # fmt: skip
    drain(stage)
    assert {holder.name for holder in stage.task(case, "conclude").holders} == {"Frank", "Bob"}
    assert {row.state for row in rows(stage)} == {"done"}


def test_a_failing_job_backs_off_and_ends_as_dead_with_its_reason(stage):
    stage.case()
    replace_erin_by_bob(stage)

    def breaks(rt, db, body):
        raise RuntimeError("printer on fire")

    broken = {**WORKS, "holders.rehold": breaks}
    for _ in range(outbox.ATTEMPTS):
        outbox.sweep(stage.rt, broken)
        assert outbox.sweep(stage.rt, broken) == 0
        stage.wait(minutes=10)
    dead = [row for row in rows(stage) if row.state == "dead"]
    assert dead
    assert all(row.attempts == outbox.ATTEMPTS and "printer on fire" in row.last_error for row in dead)


def test_the_runner_lives_on_whatever_happens_and_says_how_it_is(stage):
    swept = threading.Event()

    @contextmanager
    def gone():
        swept.set()
        raise MemoryError
        yield

    runner = outbox.Runner(lambda: WORKS)
    assert not runner.works
    away = replace(stage.rt, db=SimpleNamespace(read=gone))
    runner.start(away)
    try:
        assert swept.wait(5)
        assert until(lambda: not runner.works)
        assert all(thread.is_alive() for thread in runner._threads)
    finally:
        runner.stop()
    assert not runner.works
    healthy = outbox.Runner(lambda: WORKS)
    healthy.start(stage.rt)
    try:
        assert until(lambda: healthy.works)
    finally:
        healthy.stop()


def until(true, seconds=5.0):
    """Whether it became true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


def test_a_row_that_somebody_works_on_is_left_alone_until_its_lease_ends(stage):
    stage.case()
    replace_erin_by_bob(stage)
    waiting = [row.id for row in rows(stage) if row.state == "ready"]
    with stage.rt.db.begin() as db:
        db.execute(update(Outbox.__table__).values(lease_until="2026-03-02T02:00:30.000Z"))
    assert outbox.sweep(stage.rt, WORKS) == 0
    stage.wait(minutes=1)
    assert outbox.sweep(stage.rt, WORKS) == len(waiting)


def test_the_embedded_runner_drains_what_was_asked_for_before_it_started(stage):
    stage.case()
    replace_erin_by_bob(stage)
    runner = outbox.Runner(lambda: WORKS)
    runner.start(stage.rt)
    runner.ring([])
    for _ in range(200):
        if all(row.state == "done" for row in rows(stage)):
            break
        time.sleep(0.02)
    runner.stop()
    assert {row.state for row in rows(stage)} == {"done"}


def test_tasks_follow_the_chair_when_the_day_comes(stage):
    case = stage.case()
    stage.send(case, "carol", "write_plan", PLAN)
    appointments.appoint(
        stage.rt, actor=stage.actor("alice"), person_ref=stage.ref("mallory"), kind="plt",
        post_ref=stage.post("chief_health").ref, starts_on=date(2026, 3, 4), ends_on=date(2026, 3, 6),
    )  # fmt: skip
    assert holders_after(stage, case, hours=1) == ["Erin"]
    assert holders_after(stage, case, days=2) == ["Erin", "Mallory"], "his first day"
    assert holders_after(stage, case, days=2) == ["Erin"], "the day after his last"


def test_tasks_follow_a_right_when_its_days_come(stage):
    case = stage.case()
    stage.walk(case, until="send_to_calibration")
    grants.grant(
        stage.rt, actor=stage.actor("alice"), person_ref=stage.ref("bob"), role="calibration_panel",
        unit_ref=stage.unit("north").ref, starts_on=date(2026, 3, 4), ends_on=date(2026, 3, 6),
    )  # fmt: skip
    assert holders_after(stage, case, "conclude", hours=1) == ["Frank"]
    assert holders_after(stage, case, "conclude", days=2) == ["Bob", "Frank"]
    assert holders_after(stage, case, "conclude", days=2) == ["Frank"]


def test_tasks_leave_the_chair_on_the_day_that_its_holder_goes(stage):
    case = stage.case()
    stage.send(case, "carol", "write_plan", PLAN)
    held = next(row for row in _appointments(stage, "erin") if row.post_name == "Kapus")
    appointments.end_appointment(
        stage.rt, actor=stage.actor("alice"), appointment_ref=held.ref, ends_on=date(2026, 3, 4)
    )
    assert holders_after(stage, case, hours=1) == ["Erin"]
    assert holders_after(stage, case, days=2) == []


def holders_after(stage, case, key="decide_plan", **delta):
    """Who is stored as holder of a task when the outbox was swept some time later."""
    stage.wait(**delta)
    drain(stage)
    with stage.rt.db.read() as db:
        names = select(Person.name).join(TaskHolder, TaskHolder.person_id == Person.id)
        held = names.join(Task, Task.id == TaskHolder.task_id).where(Task.ref == stage.task(case, key).ref)
        return sorted(db.execute(held).scalars())


def test_a_row_whose_takers_never_come_back_gives_up_and_runs_no_more(stage):
    with stage.rt.db.begin() as db:
        row = outbox.queries.add(db, "aborts", "{}", "aborts", "2026-03-02T02:00:00.000Z")
        db.execute(
            update(Outbox.__table__)
            .where(Outbox.id == row)
            .values(attempts=outbox.ATTEMPTS, claims=outbox.ATTEMPTS, lease_until="2026-03-02T01:59:59.000Z")
        )
    ran = []
    assert outbox.run(stage.rt, row, {"aborts": lambda *asked: ran.append(asked)}) is False
    (found,) = [each for each in rows(stage) if each.id == row]
    assert (ran, found.state, found.lease_until) == ([], "dead", None) and "vanished" in found.last_error


def test_a_row_that_takes_longer_than_any_may_is_told(stage, monkeypatch):
    monkeypatch.setattr(outbox, "LONGEST", -1.0)
    told = []
    with stage.rt.db.begin() as db:
        row = outbox.queries.add(db, "hangs", "{}", "hangs", "2026-03-02T02:00:00.000Z")
    assert outbox.run(stage.rt, row, {"hangs": lambda *asked: told.extend(outbox.hanging())})
    assert told == [row] and outbox.hanging() == []


def test_a_program_that_takes_its_time_holds_up_no_letter(stage):
    asked, over = threading.Event(), threading.Event()
    works = {
        "webhooks.send": outbox.Staged(
            lambda *found: None, before=lambda *about: (asked.set(), over.wait(10)), lane="programs"
        ),
        "accounts.mail": outbox.Staged(lambda *found: None, before=lambda *about: None),
    }
    with stage.rt.db.begin() as db:
        queue.add(db, "webhooks.send", "{}", "told", to_text(stage.now))
    runner = outbox.Runner(lambda: works)
    runner.start(stage.rt)
    try:
        assert asked.wait(5)
        with stage.rt.db.begin() as db:
            letter = queue.add(db, "accounts.mail", "{}", "code", to_text(stage.now))
        runner.ring([letter])
        assert until(lambda: {row.id: row.state for row in rows(stage)}[letter] == "done")
        assert {row.kind: row.state for row in rows(stage)}["webhooks.send"] == "ready"
    finally:
        over.set()
        runner.stop()
