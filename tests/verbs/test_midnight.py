"""At midnight open tasks go to whoever should hold them on the day that begins, without anybody having asked."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, select, update

from engine import appointments, holders, jobs, ledger, midnight, outbox, schedule
from engine.store.tables.cases import Task, TaskHolder
from engine.store.tables.jobs import Job
from engine.store.tables.people import Person
from engine.store.tables.work import Outbox
from tests.verbs.stage import PLAN, Stage

KINDS = {midnight.KIND: jobs.Kind(midnight.chunk, midnight.look)}
DAILIES = {"midnight": schedule.Daily("midnight", midnight.begin, each_zone=True)}
WORKS = {
    "holders.rehold": holders.rehold,
    schedule.KIND: lambda *asked: schedule.begin(DAILIES, *asked),
    **jobs.works(KINDS),
}


@pytest.fixture
def stage(filled_db):
    """A plan waits for Erin in Makassar; Mallory sits in her chair as plt from the 4th on, and no work is planned."""
    stage = Stage.over(filled_db("stage", Stage))
    stage.ref_of_case = stage.case()
    stage.send(stage.ref_of_case, "carol", "write_plan", PLAN)
    appointments.appoint(
        stage.rt, actor=stage.actor("alice"), person_ref=stage.ref("mallory"), kind="plt",
        post_ref=stage.post("chief_health").ref, starts_on=date(2026, 3, 4), ends_on=date(2026, 3, 6),
    )  # fmt: skip
    forget(stage)
    return stage


def forget(stage):
    with stage.rt.db.begin() as db:
        db.execute(update(Outbox.__table__).values(state="done"))


def night(stage, moment):
    stage.now = moment
    schedule.Clock(lambda: DAILIES, every=0).tick(stage.rt)
    while outbox.sweep(stage.rt, WORKS):
        pass


def names(stage):
    query = select(Person.name).join(TaskHolder, TaskHolder.person_id == Person.id).join(Task)
    with stage.rt.db.read() as db:
        return sorted(db.execute(query.where(Task.key == "decide_plan", Task.state == "open")).scalars())


def last_job(stage):
    with stage.rt.db.read() as db:
        return db.execute(select(Job.__table__).order_by(Job.id.desc()).limit(1)).one()


def test_a_task_changes_hands_at_the_midnight_of_its_own_zone(stage):
    night(stage, datetime(2026, 3, 3, 15, 59, tzinfo=UTC))  # 23:59 in Makassar
    assert names(stage) == ["Erin"]
    night(stage, datetime(2026, 3, 3, 16, 1, tzinfo=UTC))  # 00:01 there, 23:01 in Jakarta
    assert names(stage) == ["Erin", "Mallory"]
    assert "case.reheld" in [kind for kind, *_ in stage.trail(stage.ref_of_case)]
    assert (last_job(stage).state, last_job(stage).done, last_job(stage).total) == ("done", 1, 1)
    assert '"changed": 1' in last_job(stage).words
    night(stage, datetime(2026, 3, 5, 16, 1, tzinfo=UTC))
    assert names(stage) == ["Erin"], "the day after his last"
    ledger.verify(stage.rt.db)


def test_a_midnight_that_changes_nothing_writes_nothing_to_any_case(stage):
    before = stage.trail(stage.ref_of_case)
    night(stage, datetime(2026, 3, 2, 16, 1, tzinfo=UTC))
    assert stage.trail(stage.ref_of_case) == before
    assert '"changed": 0' in last_job(stage).words


def test_a_server_that_slept_at_midnight_makes_up_for_it_when_it_wakes(stage):
    night(stage, datetime(2026, 3, 4, 9, 0, tzinfo=UTC))
    assert names(stage) == ["Erin", "Mallory"]


def test_many_cases_take_as_many_questions_as_one(stage, monkeypatch):
    asked = []
    event.listen(stage.rt.db.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    job = jobs.Job(1, "r", midnight.KIND, {"zone": "Asia/Makassar", "day": "2026-03-04"}, None, 0, None, None, None)
    midnight.look(stage.rt, job)
    asked.clear()
    midnight.look(stage.rt, job)
    few = len(asked)
    for _ in range(6):
        stage.case()
    monkeypatch.setattr(midnight, "BATCH", 3)
    asked.clear()
    changed, after, seen = midnight.look(stage.rt, job)
    assert (seen, after > 0, len(changed)) == (3, True, 3)
    assert len(asked) == few
