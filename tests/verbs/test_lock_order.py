"""Works that take many cases in one transaction take them in one order: on PostgreSQL two never wait in a ring."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text

from engine import deadlines, extensions, jobs, outbox
from engine.extensions import Longer
from engine.store.tables.cases import Task
from engine.store.tables.work import Outbox
from tests.verbs.crowd import Crowd

EXTENDING = jobs.works({extensions.KIND: jobs.Kind(extensions.chunk)})
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


@pytest.mark.parametrize("filled_db", ["postgresql"], indirect=True)
def test_an_extension_and_a_calendar_over_the_same_cases_wait_for_each_other_and_both_end(filled_db, monkeypatch):
    stage = Crowd.over(filled_db("bulk_crowd", Crowd))
    monkeypatch.setattr(extensions, "AT_ONCE", 1)
    refs = sorted(stage.cases)
    about = {"reason": "Jaringan putus.", "actor": stage.actor("alice"), "key": "many-cases"}
    extensions.extend(stage.rt, refs[::-1], Longer(days=2), **about)  # the page orders by name, the other work by ref
    with ThreadPoolExecutor(2) as pool:
        # Somebody writes to a case in the middle: each of the two takes what it can, and waits there.
        with stage.rt.db.begin() as db:
            db.execute(text("SELECT id FROM cas WHERE ref = :ref FOR UPDATE"), {"ref": refs[len(refs) // 2]})
            works = [pool.submit(outbox.sweep, stage.rt, EXTENDING), pool.submit(recount, stage, refs)]
            until_both_wait(stage)
        for work in works:
            work.result(timeout=30)
    while outbox.sweep(stage.rt, EXTENDING):
        pass
    with stage.rt.db.read() as db:
        failed = db.execute(select(Outbox.last_error).where(Outbox.last_error.is_not(None))).scalars().all()
        dues = set(db.execute(select(Task.due).where(Task.key == "check")).scalars())
    assert failed == []
    assert {due[:10] for due in dues} == {"2026-03-18"}


def recount(stage, refs):
    with stage.rt.db.begin() as db:
        deadlines.recount_cases(stage.rt, db, {"cases": refs, "because": "a-calendar"})


def until_both_wait(stage):
    for _ in range(200):
        with stage.rt.db.read() as db:
            if db.execute(WAITING).scalar_one() >= 2:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits for the case that is taken")
