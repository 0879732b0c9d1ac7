"""A cycle for many people is opened by a job: each person has one case, and who has none a reason."""

import json
from concurrent.futures import ThreadPoolExecutor, wait
from typing import ClassVar

import pytest
from sqlalchemy import select, update

from engine import appointments, cycle_opening, cycles, grants, jobs, ledger, outbox
from engine.core.errors import Refused, TamperedLedger
from engine.core.jobs import Job as AsSeen
from engine.core.messages import message_from_document
from engine.store.queries import cycles as queries
from engine.store.refs import new_ref
from engine.store.tables.cases import Case, Cycle
from engine.store.tables.jobs import Job
from engine.store.tables.ledger import Event
from engine.store.tables.people import Appointment
from engine.store.tables.work import Outbox
from tests.verbs.stage import Stage
from tests.verbs.town import CITY

MANY, FEW = 150, 10
WORKS = jobs.works({cycle_opening.KIND: jobs.Kind(cycle_opening.chunk)})
CROWD = "post_kind == 'pelaksana' and 'health' in units"


KEYS = [f"crowd{number:03}" for number in range(MANY)]
ABOUT = {"unit": "health", "superior": "chief_health", "class": "pelaksana"}
SINCE = {"from": "2024-01-01", "until": None, "kind": "definitive"}


class Crowd(Stage):
    """The town with a hundred and fifty more people in its health office."""

    built: ClassVar = {
        **CITY,
        "posts": [*CITY["posts"], *({"key": key, "name": key, **ABOUT} for key in KEYS)],
        "people": [*CITY["people"], *({"key": key, "name": key.title(), "kind": "official", "nip": None,
                                       "email": f"{key}@tirta.go.id"} for key in KEYS)],
        "appointments": [*CITY["appointments"], *({"person": key, "post": key, **SINCE} for key in KEYS)],
    }  # fmt: skip

    def __init__(self, db):
        super().__init__(db)
        with db.begin() as writing:
            writing.execute(update(Outbox.__table__).values(state="done"))


@pytest.fixture
def stage(filled_db):
    return Crowd.over(filled_db("town_of_many", Crowd))


def sweep(stage, times=100):
    for _ in range(times):
        if not outbox.sweep(stage.rt, WORKS):
            return


def cycle(stage):
    with stage.rt.db.read() as db:
        return db.execute(select(Cycle.__table__).order_by(Cycle.id.desc()).limit(1)).one()


def job(stage):
    with stage.rt.db.read() as db:
        return db.execute(select(Job.__table__).order_by(Job.id.desc()).limit(1)).one()


def left(stage, reader="alice"):
    with stage.rt.db.read() as db:
        found = queries.left(db, stage.actor(reader), cycle(stage).id, stage.now.date(), 20)
    return {row.name: message_from_document(json.loads(row.reason)).key for row in found}


def filled(stage):
    with stage.rt.db.read() as db:
        query = select(Event.leaf).where(Event.kind == "cycle.filled").order_by(Event.stream, Event.seq)
        leaves = db.execute(query).scalars()
        return [{name: json.loads(leaf)["public"][name] for name in ("opened", "cases", "left")} for leaf in leaves]


def leave(stage, name):
    """Somebody gives up his post today."""
    with stage.rt.db.read() as db:
        held = db.execute(select(Appointment.ref).where(Appointment.person_id == stage.person(name).id)).scalar_one()
    alice = stage.actor("alice")
    appointments.end_appointment(stage.rt, actor=alice, appointment_ref=held, ends_on=stage.now.date())


def test_for_many_people_the_cycle_is_there_at_once_and_its_cases_come_in_chunks(stage):
    opened = stage.open(CROWD, at_once=FEW)
    assert (opened.opened, opened.later, stage.count(Case)) == (0, MANY, 0)
    assert cycle(stage).status == "opening" and stage.rung
    ledger.verify(stage.rt.db)
    sweep(stage, 1)
    begun = job(stage)
    assert (begun.state, begun.done, begun.total, stage.count(Case)) == ("running", 50, MANY, 50)
    ledger.verify(stage.rt.db)
    with pytest.raises(Refused, match=r"opening\.going"):
        cycles.extend(stage.rt, opened.ref, actor=stage.actor("alice"))
    sweep(stage)
    assert (job(stage).state, stage.count(Case), cycle(stage).status) == ("done", MANY, "open")
    assert filled(stage) == [{"opened": MANY, "cases": MANY, "left": 0}]
    ledger.verify(stage.rt.db)


def test_the_same_key_asks_for_one_job_and_few_people_are_not_kept_waiting(stage):
    key = new_ref()
    assert stage.open(CROWD, key=key, at_once=FEW) == stage.open(CROWD, key=key, at_once=FEW)
    assert (stage.count(Cycle), stage.count(Job)) == (1, 1)
    assert stage.open("post == 'midwife'", at_once=FEW).opened == 1
    assert (cycle(stage).status, stage.count(Job)) == ("open", 1)


class Killed(BaseException):
    """The process is gone: nothing of ours gets to catch it."""


def test_killed_inside_and_between_chunks_nobody_gets_two_cases(stage, monkeypatch):
    stage.open(CROWD, at_once=FEW)
    sweep(stage, 1)
    start, started = cycle_opening.start, []

    def dies(*asked):
        started.append(asked)
        if len(started) == 20:
            raise Killed
        start(*asked)

    monkeypatch.setattr(cycle_opening, "start", dies)
    with pytest.raises(Killed):
        sweep(stage, 1)
    assert (stage.count(Case), job(stage).done) == (50, 50), "what the chunk had done is gone with it"
    assert not outbox.sweep(stage.rt, WORKS), "its lease runs"
    stage.wait(seconds=61)
    sweep(stage)
    assert (stage.count(Case), job(stage).state) == (MANY, "done")
    assert filled(stage) == [{"opened": MANY, "cases": MANY, "left": 0}]
    ledger.verify(stage.rt.db)


def test_a_chunk_that_is_done_twice_opens_nobody_twice(stage):
    stage.open(CROWD, at_once=FEW)
    sweep(stage, 1)
    row = job(stage)
    again = AsSeen(row.id, row.ref, row.kind, json.loads(row.body), None, 0, MANY, row.asked_by, row.unit_id)
    with stage.rt.db.begin() as db:
        assert cycle_opening.chunk(stage.rt, db, again, None).cursor == {"at": 50, "opened": 0}
    assert stage.count(Case) == 50


def test_who_has_left_meanwhile_is_named_with_the_reason_and_comes_later(stage):
    stage.open(CROWD, at_once=FEW)
    leave(stage, "crowd149")
    sweep(stage)
    assert left(stage) == {"Crowd149": "opening.left.no_post"}
    assert filled(stage) == [{"opened": MANY - 1, "cases": MANY - 1, "left": 1}]
    assert job(stage).words is not None and "opening.done_but" in job(stage).words


def test_a_right_that_ended_stops_the_job_and_it_goes_on_when_it_is_back(stage):
    stage.open(CROWD, at_once=FEW)
    sweep(stage, 1)
    right = next(right for right in stage.actor("alice").rights if right.role == "admin")
    grants.revoke_grant(stage.rt, actor=stage.actor("gina"), grant_ref=right.ref)
    sweep(stage)
    assert (job(stage).state, cycle(stage).status, stage.count(Case)) == ("failed", "opening", 50)
    given = {"person_ref": stage.ref("alice"), "role": "admin", "unit_ref": stage.unit("city").ref}
    grants.grant(stage.rt, actor=stage.actor("gina"), starts_on=stage.now.date(), **given)
    jobs.try_again(stage.rt, job(stage).ref, actor=stage.actor("alice"))
    sweep(stage)
    assert (job(stage).state, cycle(stage).status, stage.count(Case)) == ("done", "open", MANY)


def test_a_cycle_is_extended_by_the_same_job(stage):
    opened = stage.open(CROWD, at_once=FEW)
    sweep(stage, 1)
    jobs.cancel(stage.rt, job(stage).ref, actor=stage.actor("alice"))
    later = cycles.extend(stage.rt, opened.ref, actor=stage.actor("alice"), at_once=FEW)
    assert (later.opened, later.already, later.later) == (0, 50, 100)
    sweep(stage)
    assert (job(stage).state, cycle(stage).status, stage.count(Case)) == ("done", "open", MANY)
    again = cycles.extend(stage.rt, opened.ref, actor=stage.actor("alice"), at_once=FEW)
    assert (again.opened, again.already, again.later) == (0, MANY, 0)
    ledger.verify(stage.rt.db)


def test_who_administers_a_part_does_not_end_an_opening_that_stopped(stage):
    opened = stage.open(f"{CROWD} or post == 'clerk_south'", at_once=FEW)
    given = {"person_ref": stage.ref("mallory"), "role": "admin", "unit_ref": stage.unit("south").ref}
    grants.grant(stage.rt, actor=stage.actor("alice"), starts_on=stage.now.date(), **given)
    sweep(stage, 1)
    jobs.cancel(stage.rt, job(stage).ref, actor=stage.actor("alice"))
    for at_once in (cycles.AT_ONCE, 0):
        with pytest.raises(Refused, match=r"opening\.unfinished"):
            cycles.extend(stage.rt, opened.ref, actor=stage.actor("mallory"), at_once=at_once)
    with pytest.raises(Refused, match=r"opening\.unfinished"):
        cycles.extend(stage.rt, opened.ref, actor=stage.actor("dan"))  # the crowd is his, the clerk is not
    assert (cycle(stage).status, cycle(stage).job_ref, filled(stage)) == ("opening", job(stage).ref, [])
    jobs.try_again(stage.rt, job(stage).ref, actor=stage.actor("alice"))
    leave(stage, "crowd149")
    sweep(stage)
    assert (cycle(stage).status, stage.count(Case)) == ("open", MANY)
    assert list(left(stage)) == list(left(stage, "frank")) == list(left(stage, "dan")) == ["Crowd149"]
    assert left(stage, "mallory") == {}
    cycles.extend(stage.rt, opened.ref, actor=stage.actor("mallory"))
    assert list(left(stage)) == ["Crowd149"], "it was not hers to judge"
    cycles.extend(stage.rt, opened.ref, actor=stage.actor("dan"))
    assert left(stage) == {}
    ledger.verify(stage.rt.db)


def test_who_administers_all_that_a_stopped_job_has_left_may_go_on_without_it(stage):
    opened = stage.open(CROWD, at_once=FEW)
    sweep(stage, 2)
    jobs.cancel(stage.rt, job(stage).ref, actor=stage.actor("alice"))
    assert cycles.extend(stage.rt, opened.ref, actor=stage.actor("dan")).opened == 50
    assert (cycle(stage).status, cycle(stage).job_ref) == ("open", None)
    assert filled(stage) == [{"opened": 50, "cases": MANY, "left": 0}]
    jobs.try_again(stage.rt, job(stage).ref, actor=stage.actor("alice"))
    sweep(stage)
    assert (job(stage).state, len(filled(stage))) == ("failed", 1), "there is nothing left for it"
    ledger.verify(stage.rt.db)


def test_an_extension_waits_for_the_last_chunk_instead_of_blocking_it(stage, monkeypatch):
    opened = stage.open(CROWD, at_once=FEW)
    sweep(stage, 2)
    start, alice = cycle_opening.start, stage.actor("alice")
    with ThreadPoolExecutor(1) as beside:
        waiting = []

        def meanwhile(*asked):
            if not waiting:
                waiting.append(beside.submit(cycles.extend, stage.rt, opened.ref, actor=alice))
                wait(waiting, timeout=0.3)
            start(*asked)

        monkeypatch.setattr(cycle_opening, "start", meanwhile)
        sweep(stage, 1)
        assert (waiting[0].result(10).opened, waiting[0].result().already) == (0, MANY)
    assert (job(stage).state, cycle(stage).status, stage.count(Case)) == ("done", "open", MANY)


def test_the_audit_sees_a_cycle_that_says_it_is_open_before_it_is(stage):
    stage.open(CROWD, at_once=FEW)
    with stage.rt.db.begin() as db:
        db.execute(update(Cycle.__table__).values(status="open"))
    with pytest.raises(TamperedLedger):
        ledger.verify(stage.rt.db)
