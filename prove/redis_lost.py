"""Valkey forgets everything, is away, accepts and never answers, takes two seconds, is full of what an enemy wrote.

In each of these ten people send forms over HTTP; two workers, the server and gunicorn are none the wiser. Then workers
that start late. security.md R5, R7, R9; issue 6, must show 3.
"""

from __future__ import annotations

import json
import os
import pickle
import threading
import time
import zlib
from contextlib import ExitStack
from pathlib import Path

import redis
from sqlalchemy import select

from engine.core.times import to_datetime
from engine.runtime import Runtime
from engine.store.tables.work import Outbox
from prove import _acts as acts
from prove import _city as city
from prove._redis import CLOSED, OPEN, SILENT, SLOW, Road
from tests.servers import Servers, fresh_database, new_directory

CASES = 60  # in each state
PACE = 12.0  # a second
SURELY = 10.0  # seconds within which an effect comes (R7)
HOSTILE = 2_000


def main() -> None:
    """Print what happened in each state."""
    print(f"Load of the machine when it began: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")
    print(f"In each state ten people carry {CASES} cases to their end, {2 * CASES} acts.\n")
    servers = Servers(new_directory(durable=True), durable=True)
    try:
        prove(servers)
    finally:
        servers.stop()


def prove(servers: Servers) -> None:
    """One installation through all states."""
    url, valkey = fresh_database(servers.postgresql()), servers.valkey()
    rt, road = city.runtime(url), Road(valkey)
    ran = servers.directory / "ran"
    cases = acts.prepare(rt, CASES * 8)
    shares = [cases[at * CASES : (at + 1) * CASES] for at in range(8)]
    print("| Valkey | acts: p50 / p99 / longest (ms) | other than 303 | effect after the act: p50 / longest (s) |")
    print("|---|---|---|---|")
    with ExitStack() as started, redis.Redis.from_url(valkey) as client:
        _, port = started.enter_context(city.served(url, REDIS_URL=road.url))
        for _ in range(2):
            worker(started, url, road.url)
        row(rt, port, "answers", shares[0])
        row(rt, port, "forgets everything (FLUSHALL, every 50 ms)", shares[1], lambda: client.flushall())
        for state, said in ((CLOSED, "away"), (SILENT, "accepts, never answers"), (SLOW, "takes 2 s a message")):
            road.become(state)
            row(rt, port, said, shares[2 + (CLOSED, SILENT, SLOW).index(state)])
        road.become(OPEN)
        time.sleep(12)  # until it is no longer left alone
        poison(client, ran)
        row(rt, port, f"holds {HOSTILE:,} keys that an enemy wrote", shares[5], lambda: poison(client, ran, 20))
        row(rt, port, "answers again", shares[6])
        assert not ran.exists(), "something that was written into Redis has run"
    with ExitStack() as started:
        _, port = started.enter_context(city.served(url, REDIS_URL=road.url))
        with acts.Crowd(rt, [port], shares[7], PACE) as crowd:
            pass
        client = redis.Redis.from_url(valkey)
        client.flushall()
        client.close()
        began = time.monotonic()
        worker(started, url, road.url)
        assert acts.drained(rt, 30), "work is left"
        late = time.monotonic() - began
        assert late <= SURELY + 5, late
        figures(crowd, "no worker there, FLUSHALL, one comes late", [late])
    acts.check(rt, cases)
    rt.db.close()
    print(
        f"\nIn all {len(cases) * 2:,} acts: none refused, none twice; {len(cases):,} effects, each once; trail whole. "
        "Of what the enemy wrote (calls, pickles, callbacks) nothing ran, and both workers lived."
    )


def worker(started: ExitStack, url: str, redis_url: str) -> None:
    """One more worker; it is there when it has said so."""
    process, _ = started.enter_context(city.served(url, command=("worker",), REDIS_URL=redis_url))
    assert process.poll() is None


def row(rt: Runtime, port: int, said: str, cases: list[tuple[str, str, int]], meanwhile=None) -> None:
    """Carry some cases to their end, and print how it was."""
    over = threading.Event()
    with rt.db.read() as db:
        before = set(db.execute(select(Outbox.id).where(Outbox.kind == acts.WORK)).scalars())
    done: dict[int, float] = {}
    watching = threading.Thread(target=watch, args=(rt, before, done, over))
    watching.start()
    with acts.Crowd(rt, [port], cases, PACE) as crowd:
        while crowd.busy:
            if meanwhile is not None:
                meanwhile()
            time.sleep(0.05)
    assert acts.drained(rt, 30), f"{said}: work is left"
    time.sleep(0.2)
    over.set()
    watching.join()
    assert len(done) == len(cases), (said, len(done))
    figures(crowd, said, list(done.values()))
    assert max(done.values()) <= SURELY, (said, max(done.values()))


def watch(rt: Runtime, before: set[int], done: dict[int, float], over: threading.Event) -> None:
    """When each new effect was seen to be done, in seconds after it was asked for."""
    while not over.wait(0.05):
        with rt.db.read() as db:
            found = select(Outbox.id, Outbox.created_at).where(Outbox.kind == acts.WORK, Outbox.state == "done")
            for row_id, at in db.execute(found):
                if row_id not in before and row_id not in done:
                    done[row_id] = (rt.clock() - to_datetime(at)).total_seconds()


def figures(crowd: acts.Crowd, said: str, done: list[float]) -> None:
    """Print one state; it holds when nobody saw an error and nobody waited long."""
    told = crowd.told
    took = [seconds * 1000 for seconds in told.took]
    others = sum(count for status, count in told.statuses.items() if status != 303) + sum(told.unanswered.values())
    print(
        f"| {said} | {acts.part(took, 0.5):.0f} / {acts.part(took, 0.99):.0f} / {max(took):.0f} | {others} | "
        f"{acts.part(done, 0.5):.1f} / {max(done):.1f} |", flush=True,
    )  # fmt: skip
    assert others == 0, told
    assert acts.part(took, 0.99) <= 1_000, "R7: p99 is a second at most"


class Bomb:
    """Runs when somebody unpickles it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self):
        return (Path.touch, (self._path,))


def poison(client: redis.Redis, ran: Path, count: int = HOSTILE) -> None:
    """What somebody who may write to Redis puts there: every way to have RQ call something."""
    call = json.dumps(["os.system", None, [f"touch {ran}"], {}]).encode()
    written = [
        {"data": zlib.compress(call)}, {"data": call}, {"data": pickle.dumps(Bomb(ran))},
        {"data": zlib.compress(pickle.dumps(Bomb(ran))), "meta": pickle.dumps(Bomb(ran))},
        {"data": call, "success_callback_name": "os.system", "failure_callback_name": "os.system"},
        {"data": b"\x00" * 5_000, "timeout": "x", "worker_name": b"\xff", "created_at": "never"},
    ]  # fmt: skip
    with client.pipeline(transaction=False) as pipe:
        for number in range(count):
            key = f"{10**12 + number}" if number % 3 else f"evil-{number}"
            pipe.hset(f"rq:job:{key}", mapping={"origin": "siklus", "status": "queued", **written[number % 6]})
            pipe.rpush("rq:queue:siklus", key)
        pipe.sadd("rq:queues", "rq:queue:siklus")
        pipe.execute()
