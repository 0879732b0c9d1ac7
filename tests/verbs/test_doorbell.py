"""Redis as a doorbell: rung for, the same work is done by the same code; written to by an enemy, it runs nothing."""

import json
import pickle
import socket
import time
import zlib
from dataclasses import replace

import pytest
import redis
from sqlalchemy import select, update

from engine import doorbell, jobs, outbox
from engine.core.jobs import Finished, More
from engine.core.messages import Message
from engine.store.queries import outbox as rows
from engine.store.tables.jobs import Job
from engine.store.tables.work import Outbox
from tests.verbs.stage import Stage

TITLE = Message("jobs.over")
RAN = []


@pytest.fixture
def stage(filled_db, redis_url):
    stage = Stage.over(filled_db("stage", Stage))
    stage.rt = replace(stage.rt, queue=doorbell.Bell(redis_url).ring)
    with stage.rt.db.begin() as db:
        db.execute(update(Outbox.__table__).values(state="done"))
    stage.redis = redis.Redis.from_url(redis_url)
    yield stage
    stage.redis.close()


def count(rt, db, job, found):
    here = job.cursor or 0
    return More(here + 1, done=here + 1) if here < 4 else Finished()


WORKS = jobs.works({"count": jobs.Kind(count), "dies": jobs.Kind(lambda *_: 1 / 0)})


def ask(stage, kind="count"):
    with stage.rt.db.begin() as db:
        asked = jobs.ask(stage.rt, db, kind=kind, title=TITLE, body={})
    stage.rt.queue([asked.row])
    return asked


def answer(stage):
    """What one worker does until nothing rings."""
    doorbell.worker_of(stage.redis, doorbell.job_class_for(stage.rt, WORKS)).work(burst=True, logging_level="ERROR")


def states(stage):
    with stage.rt.db.read() as db:
        return [row.state for row in db.execute(select(Job.__table__).order_by(Job.id))]


def test_a_ring_has_a_worker_do_the_whole_job(stage):
    ask(stage), ask(stage)
    answer(stage)
    assert states(stage) == ["done", "done"]
    assert stage.redis.keys("rq:job:*") == [], "nothing is left of what is done"


def test_no_word_of_what_is_asked_goes_into_redis(stage):
    with stage.rt.db.begin() as db:
        asked = jobs.ask(stage.rt, db, kind="count", title=TITLE, body={"nip": "198001012005012001"})
    stage.rt.queue([asked.row])
    (key,) = stage.redis.keys("rq:job:*")
    kept = stage.redis.hgetall(key)
    assert key == b"rq:job:%d" % asked.row
    assert json.loads(zlib.decompress(kept.pop(b"data"))) == ["engine.doorbell.run_row", None, [asked.row], {}]
    assert b"198001012005012001" not in b"".join(kept.values())


def test_a_row_that_is_rung_for_twice_is_done_once(stage):
    asked = ask(stage)
    stage.rt.queue([asked.row, asked.row])
    answer(stage)
    stage.rt.queue([asked.row])
    answer(stage)
    assert states(stage) == ["done"]


def test_a_failing_job_leaves_the_worker_alive(stage):
    ask(stage, "dies"), ask(stage)
    answer(stage)
    assert states(stage) == ["queued", "done"]


def test_a_lost_ring_is_found_by_the_sweeper(stage):
    ask(stage)
    stage.redis.flushall()
    answer(stage)
    assert states(stage) == ["queued"]
    while outbox.sweep(stage.rt, WORKS):
        pass
    assert states(stage) == ["done"]


def test_without_redis_an_act_waits_once_and_not_for_long(caplog):
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))  # nobody listens yet: refused
        url = f"redis://127.0.0.1:{place.getsockname()[1]}/0"
        ring(doorbell.Bell(url), caplog)
        place.listen()  # and never answers
        ring(doorbell.Bell(url), caplog)


def ring(bell, caplog):
    began = time.monotonic()
    bell.ring([1])
    assert time.monotonic() - began < 5
    tried = len(caplog.records)
    for number in range(100):
        bell.ring([number])
    assert len(caplog.records) == tried > 0, "it is left alone for a while"


class Bomb:
    def __reduce__(self):
        return (RAN.append, ("pickle",))


def plant(stage, key, **fields):
    """What somebody who may write to Redis puts there."""
    stage.redis.hset(f"rq:job:{key}", mapping={"origin": doorbell.QUEUE, "status": "queued", **fields})
    stage.redis.sadd("rq:queues", f"rq:queue:{doorbell.QUEUE}")
    stage.redis.rpush(f"rq:queue:{doorbell.QUEUE}", key)


EVAL = json.dumps(["builtins.eval", None, [f"__import__('{__name__}', fromlist='x').RAN.append('eval')"], {}]).encode()
CALL = json.dumps([f"{__name__}.ran", None, ["call"], {}]).encode()


def ran(*what):
    RAN.append(what)


KEYS = ("1000000", "nonsense", "-1", "1 OR 1=1", "9" * 40)
WRITTEN = (
    {"data": zlib.compress(EVAL)}, {"data": EVAL}, {"data": CALL},
    {"data": zlib.compress(pickle.dumps(Bomb()))}, {"data": pickle.dumps(Bomb())},
    {"data": CALL, "success_callback_name": "builtins.print", "failure_callback_name": "builtins.exec"},
    {"data": CALL, "result": pickle.dumps(Bomb()), "meta": pickle.dumps(Bomb())},
    {"data": CALL, "webhooks": json.dumps([{"url": "http://127.0.0.1:9/", "events": ["finished"]}])},
    {"data": CALL, "status": "nonsense", "created_at": "never", "timeout": "x", "worker_name": b"\xff\xfe"},
    {"status": "queued"}, {"data": b"\x00" * 100_000, "enqueued_at": "9" * 5000, "origin": b"\xff"},
)  # fmt: skip


def test_what_an_enemy_writes_into_redis_runs_nothing_and_stops_nobody(stage):
    RAN.clear()
    for number, fields in enumerate(WRITTEN):
        for key in KEYS:
            plant(stage, f"{key}{number}" if key.isdecimal() else key, **fields)
    ask(stage)
    answer(stage)
    assert RAN == []
    assert states(stage) == ["done"]


def test_a_row_that_nobody_asked_for_cannot_be_made_by_ringing(stage):
    with stage.rt.db.begin() as db:
        row = rows.add(db, "job:count", "{}", "later", "2026-03-02T02:00:00.000Z", due="2026-04-01T00:00:00.000Z")
    plant(stage, str(row), data=b"")
    answer(stage)
    with stage.rt.db.read() as db:
        assert db.execute(select(Outbox.attempts).where(Outbox.id == row)).scalar_one() == 0, "its time has not come"
