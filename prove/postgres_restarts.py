"""PostgreSQL restarted every 5 to 40 seconds, up to two seconds away, while a thousand cases are carried to their end.

Every second restart is a crash (immediate). security.md R10; issue 6, must show 3.
"""

from __future__ import annotations

import os
import random
import threading
import time

from prove import _acts as acts
from prove import _city as city
from prove._postgres import Restartable
from tests.operations.processes import Visitor
from tests.servers import Servers, fresh_database, new_directory

CASES = 1_000
PACE = 10.0  # cases a second, when nothing is in the way
SEED = 6


def main() -> None:
    """Print what happened."""
    print(f"Load of the machine when it began: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    servers = Servers(new_directory(durable=True), durable=True)
    try:
        prove(servers)
    finally:
        servers.stop()


def prove(servers: Servers) -> None:
    """One run."""
    server = Restartable(servers)
    url = fresh_database(server.url)
    rt = city.runtime(url)
    cases = acts.prepare(rt, CASES)
    healthy, began = [], time.monotonic()
    with city.served(url) as (_, port):
        with acts.Crowd(rt, [port], cases, PACE) as crowd:
            disturb(server, crowd, port, healthy)
        whole = time.monotonic() - began
        assert acts.drained(rt, 90), "work is left"
        acts.check(rt, cases)
    rt.db.close()
    told = crowd.told
    assert len(healthy) >= 3 and max(healthy) <= 5.0, healthy
    assert set(told.statuses) <= {303, 503} and not told.without_retry_after and not told.unanswered, told
    print("| what | figure |\n|---|---|")
    print(f"| cases carried to their end over HTTP, by ten people at {PACE:.0f} a second | {CASES:,} |")
    print(f"| restarts of PostgreSQL meanwhile, every second one by a crash; each 0 to 2 s away | {len(healthy)} |")
    print(f"| seconds in all | {whole:.0f} |")
    print(f"| answers by status; each 503 with Retry-After | {acts.told(told.statuses)} |")
    print("| other answers, connections without one | 0, 0 |")
    print("| acts twice or lost, effects twice or lost, after all | 0, 0 |")
    print(f"| from PostgreSQL's return to the first /readyz that is ready: longest (s) | {max(healthy):.2f} |")
    print(f"| from the first try of an act to its acknowledgement: p99, longest (s) | "
          f"{acts.part(told.waited, 0.99):.1f}, {max(told.waited):.1f} |")  # fmt: skip
    print("| trail | whole |")


def disturb(server: Restartable, crowd: acts.Crowd, port: int, healthy: list[float]) -> None:
    """Restart the server until the crowd is done."""
    chance, over = random.Random(SEED), threading.Event()
    while crowd.busy:
        until = time.monotonic() + chance.uniform(5, 40)
        while crowd.busy and time.monotonic() < until:
            over.wait(0.1)
        if not crowd.busy:
            return
        server.restart("immediate" if len(healthy) % 2 else "fast", chance.uniform(0, 2))
        back = time.monotonic()
        while not is_ready(port):
            assert time.monotonic() - back < 30, "not ready"
            time.sleep(0.05)
        healthy.append(time.monotonic() - back)


def is_ready(port: int) -> bool:
    """Whether the server says that it can serve."""
    try:
        return Visitor(port).get("/readyz")[0] == 200
    except OSError:
        return False
