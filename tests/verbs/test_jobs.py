"""Jobs: long work in chunks that commit with their effects, whatever stops in between; and what is due by the clock."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from engine import grants, jobs, ledger, outbox, schedule, tidying
from engine.core.case import SYSTEM
from engine.core.errors import NotFound, Refused, StaleCase, Unavailable
from engine.core.jobs import Finished, Made, More
from engine.core.messages import Message
from engine.store.queries import jobs as queries
from engine.store.queries import units
from engine.store.tables.jobs import Job, JobPart
from engine.store.tables.people import Person
from engine.store.tables.work import Outbox
from tests.verbs.stage import Stage

TITLE = Message("jobs.over")


@pytest.fixture
def stage(filled_db):
    stage = Stage.over(filled_db("stage", Stage))
    with stage.rt.db.begin() as db:
        db.execute(update(Outbox.__table__).values(state="done"))
    return stage


def count_to(most, at=None):
    """A job that writes one line a chunk into its file; `at` may raise or look at what happens."""

    def chunk(rt, db, job, found):
        here = job.cursor or 0
        line = f"{here}\n".encode()
        if at is not None:
            at(job, here)
        if here + 1 == most:
            return Finished(Message("jobs.over"), file=Made("lines.txt", "text/plain"), part=line)
        return More(here + 1, done=here + 1, total=most, part=line)

    return jobs.Kind(chunk)


def ask(stage, *, name=None, kind="count", **more):
    actor = stage.actor(name) if name else SYSTEM
    with stage.rt.db.begin() as db:
        return jobs.ask(stage.rt, db, kind=kind, title=TITLE, body={"n": 1}, actor=actor, **more)


def works(kind):
    return jobs.works({"count": kind})


def drain(stage, kind, most=100):
    for _ in range(most):
        if not outbox.sweep(stage.rt, works(kind)):
            return


def row_of(stage, asked):
    with stage.rt.db.read() as db:
        return db.execute(select(Job.__table__).where(Job.ref == asked.ref)).one()


def lines(stage, asked):
    with stage.rt.db.read() as db:
        return queries.bytes_of(db, row_of(stage, asked).id, "made").decode().split()


def test_a_job_runs_chunk_by_chunk_and_keeps_its_progress_and_its_file(stage):
    asked = ask(stage)
    assert row_of(stage, asked).state == "queued"
    outbox.sweep(stage.rt, works(count_to(3)))
    begun = row_of(stage, asked)
    assert (begun.state, begun.done, begun.total, begun.cursor) == ("running", 1, 3, "1")
    assert begun.started_at is not None
    drain(stage, count_to(3))
    ended = row_of(stage, asked)
    assert (ended.state, ended.done, ended.result) == ("done", 3, '{"name":"lines.txt","type":"text/plain"}')
    assert lines(stage, asked) == ["0", "1", "2"]


def test_a_chunk_that_dies_is_done_again_and_no_other_twice(stage):
    died = []

    def dies(job, here):
        if here in (0, 2, 3) and here not in died:
            died.append(here)
            raise RuntimeError("power cut")

    asked = ask(stage)
    for _ in range(20):
        drain(stage, count_to(5, dies))
        stage.wait(minutes=1)
    assert died == [0, 2, 3]
    assert lines(stage, asked) == ["0", "1", "2", "3", "4"]
    assert row_of(stage, asked).reason is None


def test_an_error_with_words_for_people_ends_the_job_and_it_can_go_on_from_there(stage):
    broken = [True]

    def refuses(job, here):
        if here == 2 and broken:
            raise Refused(Message("jobs.not_failed"))

    asked = ask(stage, name="alice")
    drain(stage, count_to(4, refuses))
    failed = row_of(stage, asked)
    assert (failed.state, failed.reason) == ("failed", '{"key": "jobs.not_failed", "params": {}}')
    with pytest.raises(Refused):
        jobs.cancel(stage.rt, asked.ref, actor=stage.actor("alice"))
    broken.clear()
    jobs.try_again(stage.rt, asked.ref, actor=stage.actor("alice"))
    assert row_of(stage, asked).state == "queued"
    drain(stage, count_to(4, refuses))
    assert row_of(stage, asked).state == "done"
    assert lines(stage, asked) == ["0", "1", "2", "3"]
    with pytest.raises(Refused):
        jobs.try_again(stage.rt, asked.ref, actor=stage.actor("alice"))
    ledger.verify(stage.rt.db)


@pytest.mark.parametrize("passing", [Unavailable, StaleCase, RuntimeError])
def test_what_may_pass_by_itself_is_tried_again_until_the_job_has_failed(stage, passing):
    def breaks(job, here):
        raise passing(Message("jobs.over"))

    asked = ask(stage)
    for attempt in range(outbox.ATTEMPTS):
        assert row_of(stage, asked).state == "queued", attempt
        drain(stage, count_to(2, breaks))
        assert row_of(stage, asked).reason is not None
        stage.wait(minutes=10)
    assert row_of(stage, asked).state == "failed"
    drain(stage, count_to(2))
    assert row_of(stage, asked).state == "failed", "the last attempt was the last"


def test_a_cancelled_job_stops_where_it_stands(stage):
    asked = ask(stage, name="alice")
    outbox.sweep(stage.rt, works(count_to(5)))
    jobs.cancel(stage.rt, asked.ref, actor=stage.actor("alice"))
    drain(stage, count_to(5))
    assert row_of(stage, asked).state == "cancelled"
    assert lines(stage, asked) == ["0"]


def test_jobs_of_others_are_not_found(stage):
    mine = ask(stage, name="dan", unit_id=stage.unit("north").id)
    systems = ask(stage)
    for name in ("bob", "mallory", "carol"):
        with pytest.raises(NotFound):
            jobs.cancel(stage.rt, mine.ref, actor=stage.actor(name))
    with pytest.raises(NotFound):
        jobs.cancel(stage.rt, systems.ref, actor=stage.actor("dan"))
    jobs.cancel(stage.rt, systems.ref, actor=stage.actor("alice"))
    jobs.cancel(stage.rt, mine.ref, actor=stage.actor("alice"))


def test_what_a_job_was_given_is_read_back_and_forgotten_after_thirty_days(stage):
    sheet = bytes(range(256)) * 9000  # more than one piece
    asked = ask(stage, name="alice", given=sheet)
    read = []

    def chunk(rt, db, job, found):
        read.append(jobs.given(db, job))
        return Finished(path="/admin/people/")

    drain(stage, jobs.Kind(chunk))
    assert read == [sheet]
    with stage.rt.db.begin() as db:
        tidying.tidy(stage.rt, db, "UTC", stage.now.date())
    assert parts(stage) > 1
    stage.wait(days=31)
    with stage.rt.db.begin() as db:
        tidying.tidy(stage.rt, db, "UTC", stage.now.date())
    assert parts(stage) == 0
    assert row_of(stage, asked).state == "done"


def parts(stage):
    with stage.rt.db.read() as db:
        return len(db.execute(select(JobPart.number)).all())


def test_who_asked_acts_with_the_rights_of_today(stage):
    ask(stage, name="dan")
    acted = []

    def chunk(rt, db, job, found):
        acted.append(jobs.asker(rt, db, job))
        return More(1, done=1)

    outbox.sweep(stage.rt, works(jobs.Kind(chunk)))
    right = next(right for right in acted[0].rights if right.role == "admin")
    grants.revoke_grant(stage.rt, actor=stage.actor("alice"), grant_ref=right.ref)
    stage.wait(days=1)
    outbox.sweep(stage.rt, works(jobs.Kind(chunk)))
    assert [actor.has("admin") for actor in acted] == [True, False]
    assert acted[1].ref == stage.ref("dan")


def test_what_takes_long_is_outside_any_transaction_and_its_find_is_handed_on(stage):
    asked, seen = ask(stage), []

    def before(rt, job):
        with rt.db.begin() as db:  # would wait for itself if a transaction were open
            units.zones(db)
        seen.append(row_of(stage, asked).state)
        return 42

    def chunk(rt, db, job, found):
        seen.append(found)
        return Finished()

    drain(stage, jobs.Kind(chunk, before))
    assert seen == ["running", 42]


def test_the_lease_of_slow_work_is_renewed_while_it_lasts(stage, monkeypatch):
    monkeypatch.setattr(outbox, "RENEWED_EVERY", 0.01)
    asked, until = ask(stage), threading.Event()
    first = []

    def before(rt, job):
        first.append(lease())
        stage.wait(seconds=50)
        for _ in range(300):
            if lease() != first[0]:
                break
            until.wait(0.01)
        first.append(lease())

    def lease():
        with stage.rt.db.read() as db:
            return db.execute(select(Outbox.lease_until).where(Outbox.id == asked.row)).scalar_one()

    drain(stage, jobs.Kind(lambda *_: Finished(), before))
    assert first[1] > first[0]


def test_who_lost_his_lease_commits_nothing(stage):
    asked = ask(stage)
    kind = count_to(2)
    slept = []

    def sleeps(rt, job):
        if not slept:
            slept.append(True)
            stage.wait(minutes=5)
            assert outbox.run(stage.rt, asked.row, works(kind)), "somebody else takes the row meanwhile"
            assert outbox.run(stage.rt, asked.row, works(kind))

    assert not outbox.run(stage.rt, asked.row, works(replace(kind, before=sleeps)))
    assert lines(stage, asked) == ["0", "1"]
    assert row_of(stage, asked).state == "done"


def test_a_slow_job_holds_up_no_other_work(stage):
    slow, waits = ask(stage, kind="slow"), threading.Event()
    kinds = {"count": count_to(2), "slow": jobs.Kind(lambda *_: Finished(), lambda rt, job: waits.wait(10))}
    runner = outbox.Runner(lambda: jobs.works(kinds))
    runner.start(stage.rt)
    try:
        quick = ask(stage)
        runner.ring([])
        for _ in range(500):
            if row_of(stage, quick).state == "done":
                break
            threading.Event().wait(0.01)
        assert row_of(stage, quick).state == "done"
        assert row_of(stage, slow).state != "done"
    finally:
        waits.set()
        runner.stop()
    assert row_of(stage, slow).state == "done"


def test_work_of_a_kind_that_this_version_does_not_know_ends_as_dead_and_names_it(stage):
    asked = ask(stage, kind="forgotten")
    for _ in range(outbox.ATTEMPTS):
        drain(stage, count_to(1))
        stage.wait(minutes=10)
    with stage.rt.db.read() as db:
        row = db.execute(select(Outbox.__table__).where(Outbox.id == asked.row)).one()
    assert (row.state, row.last_error) == ("dead", "KeyError: 'job:forgotten'")


def test_a_person_who_left_asks_for_nothing_more(stage):
    asked = ask(stage, name="dan")
    with stage.rt.db.begin() as db:
        db.execute(update(Person.__table__).where(Person.id == stage.person("dan").id).values(active=False))

    def chunk(rt, db, job, found):
        jobs.asker(rt, db, job)
        return Finished()

    drain(stage, jobs.Kind(chunk))
    assert (row_of(stage, asked).state, "jobs.asker_gone" in row_of(stage, asked).reason) == ("failed", True)


@pytest.fixture
def happened():
    return []


@pytest.fixture
def dailies(happened):
    def begin(rt, db, zone, day):
        happened.append((zone, str(day)))

    return {"midnight": schedule.Daily("midnight", begin, each_zone=True), "tidy": schedule.Daily("tidy", begin)}


def sweep_schedule(stage, dailies):
    outbox.sweep(stage.rt, {schedule.KIND: lambda *asked: schedule.begin(dailies, *asked)})


def tick(stage, dailies):
    schedule.Clock(lambda: dailies, every=0).tick(stage.rt)
    sweep_schedule(stage, dailies)


def test_each_zone_has_its_own_midnight(stage, dailies, happened):
    del dailies["tidy"]
    tick(stage, dailies)
    today = stage.now.date()
    assert sorted(happened) == [("Asia/Jakarta", str(today)), ("Asia/Makassar", str(today))]
    happened.clear()
    stage.now = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)  # 23:30 in Jakarta, 00:30 in Makassar
    tick(stage, dailies)
    assert happened == [("Asia/Makassar", "2026-03-03")]
    stage.wait(hours=1)
    tick(stage, dailies)
    assert happened[1:] == [("Asia/Jakarta", "2026-03-03")]


def test_many_processes_that_look_at_once_begin_a_day_once(stage, dailies, happened):
    clocks = [schedule.Clock(lambda: dailies, every=0) for _ in range(6)]
    first = []
    threads = [threading.Thread(target=lambda clock=clock: first.append(clock.tick(stage.rt))) for clock in clocks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(first) == 3, "two zones, and once for all"
    for _ in range(3):
        sweep_schedule(stage, dailies)
    assert len(happened) == 3
    assert [clock.tick(stage.rt) for clock in clocks] == [0] * 6


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=400)])
def test_a_clock_that_jumps_and_comes_back_begins_no_day_twice(stage, dailies, happened, jump):
    clock = schedule.Clock(lambda: dailies, every=0)
    clock.tick(stage.rt)
    stage.wait(seconds=jump.total_seconds())
    clock.tick(stage.rt)
    tick(stage, dailies)
    stage.wait(seconds=-jump.total_seconds())
    clock.tick(stage.rt)
    tick(stage, dailies)
    stage.wait(days=401)
    for _ in range(4):
        sweep_schedule(stage, dailies)
    assert len(happened) == len(set(happened)) >= 3


def test_rows_of_the_schedule_outlive_the_tidying(stage, dailies, happened):
    tick(stage, dailies)
    first = stage.now
    stage.wait(days=60)
    with stage.rt.db.begin() as db:
        tidying.tidy(stage.rt, db, "UTC", stage.now.date())
    stage.now = first
    tick(stage, dailies)
    assert len(happened) == len(set(happened)) == 3
