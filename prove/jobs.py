"""Workers that are killed, a Redis that forgets, workers that come late: a thousand works, each effect once.

Each work re-points the tasks of one case, which leaves one event; issue 6, must show 3; security.md R5, R6, R8.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import ExitStack

import redis
from sqlalchemy import func, select

from engine import doorbell
from engine import midnight as nightly
from engine.core.jobs import Job
from engine.core.proof.canonical import canonical
from engine.core.times import to_text
from engine.ledger import verify
from engine.runtime import Runtime
from engine.store.queries import outbox
from engine.store.tables.ledger import Event
from engine.store.tables.work import Outbox
from prove import _city as city
from prove import midnight
from tests.servers import Servers, new_directory

PEOPLE = 1_150
WORKS = 1_000
KIND = "holders.rehold"


def main() -> None:
    """Print what happened, on PostgreSQL and Valkey."""
    servers = Servers(new_directory(durable=True), durable=True)
    try:
        with city.databases() as each:
            url = next(found for name, found in each if name == "PostgreSQL")
            prove(url, servers.valkey())
    finally:
        servers.stop()


def prove(url: str, valkey: str) -> None:
    """One run over an empty database."""
    rt = city.runtime(url)
    midnight.CHAIRS = 22
    city.build(rt, PEOPLE)
    city.open_cycle(rt, city.publish(rt))
    midnight.forget(rt)
    midnight.replace_superiors(rt)
    midnight.forget(rt)
    midnight.mark_today(rt)
    asked, client = ask(rt), redis.Redis.from_url(valkey)
    doorbell.Bell(valkey).ring(list(asked.values()))
    time.sleep(2)  # nobody works yet
    client.flushall()  # and now nobody rings
    began = time.perf_counter()
    work(rt, url, valkey, client)
    whole = time.perf_counter() - began
    told = events(rt)
    assert sorted(told) == sorted(asked), "a case without its event, or another's"
    assert set(told.values()) == {1}, "an effect twice"
    verify(rt.db)
    rt.db.close()
    print("| what | figure |\n|---|---|")
    print(f"| works asked for, before any worker was there, every ring lost by FLUSHALL | {WORKS:,} |")
    print("| workers killed by SIGKILL in the middle, FLUSHALL in the middle | 3, 2 |")
    print(f"| effects found, each once, trail verified | {len(told):,} |")
    late = "a killed worker's row waits for its lease of 60 s"
    print(f"| seconds from the first worker to the last effect; {late} | {whole:.1f} |")


def misplaced(rt: Runtime) -> list[str]:
    """The cases in which somebody else is to hold a task, as midnight finds them."""
    found: list[str] = []
    for zone in city.ZONES:
        cursor = None
        while True:
            body = {"zone": zone, "day": str(rt.clock().date())}
            some, after, _ = nightly.look(rt, Job(0, "", "", body, cursor, 0, None, None, None))
            found += some
            if not after:
                break
            cursor = {"after": after, "moved": 0}
    return found


def ask(rt: Runtime) -> dict[str, int]:
    """Case → the row of the outbox that is to re-point it."""
    refs = misplaced(rt)[:WORKS]
    with rt.db.begin() as db:
        assert len(refs) == WORKS, len(refs)
        return {
            ref: outbox.add(db, KIND, canonical({"case": ref}).decode(), f"proof:{ref}", to_text(rt.clock()))
            for ref in refs
        }


def work(rt: Runtime, url: str, valkey: str, client: redis.Redis) -> None:
    """Two workers, of which three are killed one after the other, until everything is done."""
    with ExitStack() as started:
        for milestone in (WORKS // 4, WORKS // 2, WORKS * 3 // 4):
            one = start(started, url, valkey)
            start(started, url, valkey) if milestone == WORKS // 4 else None
            wait(rt, WORKS - milestone)
            one.kill()
            if milestone > WORKS // 4:
                client.flushall()
        start(started, url, valkey)
        wait(rt, 0)


def start(started: ExitStack, url: str, valkey: str):
    """One more worker."""
    return started.enter_context(city.served(url, command=("worker",), REDIS_URL=valkey))[0]


def wait(rt: Runtime, left: int) -> None:
    """Until no more than so many works wait."""
    until = time.monotonic() + 400
    while time.monotonic() < until:
        with rt.db.read() as db:
            waiting = db.execute(select(func.count()).where(Outbox.kind == KIND, Outbox.state == "ready")).scalar_one()
        if waiting <= left:
            return
        time.sleep(0.02)
    raise RuntimeError(f"{waiting} works still wait")


def events(rt: Runtime) -> Counter[str]:
    """Case → how often it was re-pointed."""
    with rt.db.read() as db:
        streams = db.execute(select(Event.stream).where(Event.kind == "case.reheld")).scalars()
        return Counter(stream.removeprefix("case:") for stream in streams)
