"""Poison among works: one that raises, one that ends its process, one that eats memory, one that hangs.

Three workers, started again when they end, as systemd does. To have it in minutes, the proof lets leases and retries of
the four end at once instead of after a minute each, and calls hanging what takes 4 s instead of 120. security.md R9.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select, update

import wsgi
from engine.core.case import SYSTEM
from engine.core.times import to_text
from engine.ledger import verify
from engine.runtime import Runtime
from engine.store import apply
from engine.store.queries import outbox as rows
from engine.store.tables.ledger import Event
from engine.store.tables.work import Outbox
from prove import _city as city
from tests.servers import Servers, fresh_database, new_directory

WORKS = 300
GOOD = "proof.good"
POISON = ("proof.raises", "proof.aborts", "proof.eats", "proof.hangs")
WORKER = """
import sys, wsgi
from engine import outbox
from prove import poison
outbox.LONGEST = 4.0
shipped = wsgi.build_works
wsgi.build_works = lambda: {**shipped(), **poison.works()}
sys.exit(wsgi.main(["worker"]))
"""


def works():
    """What a worker of this proof can do besides."""

    def good(rt, db, body):
        apply.append_event(db, stream=f"proof:{body['number']}", kind=GOOD, at=rt.clock(), actor=SYSTEM, public={},
                           private={}, product=rt.version)  # fmt: skip

    def eats(rt, db, body):
        kept = []
        while True:
            kept.append(b"x" * 50_000_000)

    return {
        GOOD: good, "proof.raises": lambda *asked: 1 / 0, "proof.aborts": lambda *asked: os._exit(9),
        "proof.eats": eats, "proof.hangs": lambda *asked: time.sleep(10_000),
    }  # fmt: skip


def main() -> None:
    """Print what happened."""
    print(f"Load of the machine when it began: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    servers = Servers(new_directory(durable=True), durable=True)
    try:
        prove(servers)
    finally:
        servers.stop()


def prove(servers: Servers) -> None:
    """Without poison, then with it."""
    url = fresh_database(servers.postgresql())
    rt = city.runtime(url)
    with kept_alive(url) as ends:
        ask(rt, [GOOD] * 10, 0)
        wait(rt, GOOD, 0)  # all workers have come
        without = timed(rt, WORKS)
        assert not ends
        ask(rt, list(POISON), 10**6)
        hurrying = threading.Event()
        hurry = threading.Thread(target=end_waits, args=(rt, hurrying))
        hurry.start()
        poisoned = timed(rt, 2 * WORKS)
        for kind in POISON:
            wait(rt, kind, 0)
        hurrying.set()
        hurry.join()
        ended = Counter(ends)
        after = timed(rt, 3 * WORKS)
    with rt.db.read() as db:
        state = {row.kind: row for row in db.execute(select(Outbox.__table__).where(Outbox.kind.in_(POISON)))}
        done = Counter(db.execute(select(Event.stream).where(Event.kind == GOOD)).scalars())
    assert {kind: (row.state, row.attempts) for kind, row in state.items() if row.state != "dead"} == {}
    assert len(done) == 3 * WORKS + 10 and set(done.values()) == {1}, len(done)
    verify(rt.db)
    rt.db.close()
    print("| what | figure |\n|---|---|")
    for kind in POISON:
        print(f"| {kind.removeprefix('proof.')} | dead after {min(state[kind].attempts, 8)}: {said(state[kind])} |")
    print(f"| workers that ended by it and were started again, by status | {dict(ended)} |")
    print(f"| {WORKS:,} good works without poison, with all of it at once, after it (s) | "
          f"{without:.1f}, {poisoned:.1f}, {after:.1f} |")  # fmt: skip
    print(f"| good works done, each once; trail | {len(done):,}; whole |")


def said(row) -> str:
    """The reason that the row keeps."""
    return str(row.last_error).partition(":")[0]


def ask(rt: Runtime, kinds: list[str], first: int) -> None:
    """Put works into the outbox."""
    at = to_text(rt.clock())
    with rt.db.begin() as db:
        for number, kind in enumerate(kinds, first):
            rows.add(db, kind, f'{{"number": {number}}}', f"{kind}:{number}", at)


def timed(rt: Runtime, first: int) -> float:
    """How long the workers take for so many good works."""
    ask(rt, [GOOD] * WORKS, first)
    began = time.monotonic()
    wait(rt, GOOD, 0)
    return time.monotonic() - began


def wait(rt: Runtime, kind: str, left: int) -> None:
    """Until no more than so many works of a kind are to be done."""
    until = time.monotonic() + 300
    while time.monotonic() < until:
        with rt.db.read() as db:
            ready = select(func.count()).where(Outbox.kind == kind, Outbox.state == "ready")
            if db.execute(ready).scalar_one() <= left:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{kind} still waits")


def end_waits(rt: Runtime, over: threading.Event) -> None:
    """Let the leases of the dead and the pauses before retries end now; of those that hang, a lease is longer."""
    pauses = update(Outbox).where(Outbox.kind.in_(POISON), Outbox.state == "ready")
    started: dict[str, float] = {}
    while not over.wait(0.5):
        with rt.db.begin() as db:
            now = to_text(rt.clock())
            db.execute(pauses.where(Outbox.lease_until.is_(None)).values(next_at=now))
            for row in db.execute(select(Outbox.kind, Outbox.claims).where(Outbox.lease_until.is_not(None))):
                began = started.setdefault(f"{row.kind}:{row.claims}", time.monotonic())
                if row.kind in POISON and time.monotonic() - began > (8 if row.kind == "proof.hangs" else 2):
                    db.execute(pauses.where(Outbox.kind == row.kind).values(lease_until=None))


@contextmanager
def kept_alive(url: str, count: int = 3) -> Iterator[list[int]]:
    """So many workers, each started again as soon as it ends; answers the statuses with which they ended."""
    over, ends, running = threading.Event(), list[int](), list[subprocess.Popen]()
    environment = {
        **os.environ, "SIKLUS_DATABASE_URL": url, "SIKLUS_SECRET_KEY": "x" * 40, "SIKLUS_FACTOR_KEY": "y" * 40,
        "SIKLUS_WORKER_MEMORY": "400", "PYTHONPATH": str(Path(wsgi.__file__).parent),
    }  # fmt: skip

    def keep(place: str) -> None:
        while not over.is_set():
            quiet = subprocess.DEVNULL
            process = subprocess.Popen([sys.executable, "-c", WORKER], env=environment, cwd=place, stdout=quiet,
                                       stderr=quiet)  # fmt: skip
            running.append(process)
            status = process.wait()
            if not over.is_set():
                ends.append(status)

    with tempfile.TemporaryDirectory() as place:
        threads = [threading.Thread(target=keep, args=(place,)) for _ in range(count)]
        for thread in threads:
            thread.start()
        try:
            yield ends
        finally:
            over.set()
            for process in list(running):
                process.kill()
            for thread in threads:
                thread.join()
