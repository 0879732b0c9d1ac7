"""A cycle for 6,000 people as a job, while ten people send forms; its server killed three times on the way.

First nobody is killed: seconds. Then another cycle, and SIGKILL at three random points. Issue 6, must show 4.
"""

from __future__ import annotations

import os
import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from http.client import HTTPConnection, HTTPException
from statistics import median
from urllib.parse import urlencode

from sqlalchemy import func, select

from engine import cycles
from engine.ledger import verify
from engine.runtime import Runtime
from engine.store.queries import people as known
from engine.store.refs import new_ref
from engine.store.tables.cases import Case, Cycle, Task, TaskHolder
from engine.store.tables.jobs import Job
from prove import _city as city
from prove import midnight

PEOPLE = 6_000
SENDERS = tuple(f"p{number}" for number in range(3, 13))
EARLIER = 60  # cycles of the senders alone, whose plans they send meanwhile
PAUSE = 0.7  # seconds between two sendings of one of them
ROW = {"result": "Ibu hamil terlayani", "indicator": "Kunjungan K6", "target": "95%", "kind": "main"}
PLAN = {
    f"targets-{at}-{name}": value
    for at, weight in enumerate(("60", "40"))
    for name, value in {**ROW, "indicator": f"Kunjungan {at}", "weight": weight}.items()
}


def main() -> None:
    """Print the figures of both databases."""
    print(f"{PEOPLE:,} people; ten of them send a plan every {PAUSE} s each, over HTTP.")
    print(f"Load of the machine when it began: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    titles = (
        "database", "the verb (s)", "all cases open (s)", "sendings without it: median / p95 (ms)",
        "sendings meanwhile: median / p95 (ms), how many", "killed at (cases)",
        "meanwhile, with kills: median / p95 (ms), how many", "working, without the waits for leases (s)",
        "cases, each person one", "trail",
    )  # fmt: skip
    print(f"| {' | '.join(titles)} |\n|{'---|' * len(titles)}")
    with city.databases() as each:
        for name, url in each:
            print(row(name, url), flush=True)


def row(name: str, url: str) -> str:
    """One database from an empty one to a verified trail."""
    rt = city.runtime(url)
    city.build(rt, PEOPLE)
    version = city.publish(rt)
    senders = " or ".join(f"post == '{key}'" for key in SENDERS)
    for _ in range(EARLIER):
        city.open_cycle(rt, version, senders)
    midnight.forget(rt)
    midnight.mark_today(rt)
    with sending(rt) as crowd:
        with city.served(url) as (_, port):
            crowd.port = port
            with crowd.counted() as alone:
                time.sleep(8)
            with crowd.counted() as beside:
                verb, whole = unharmed(rt, version)
        killed = harmed(rt, url, version, crowd)
    count = cases(rt)
    assert count == (PEOPLE, PEOPLE), count
    verify(rt.db)
    rt.db.close()
    at, took, worked = killed
    return (
        f"| {name} | {verb:.1f} | {whole:.1f} | {figures(alone)} | {figures(beside)} | "
        f"{', '.join(f'{each:,}' for each in at)} | {figures(took)} | {worked:.1f} | {count[0]:,} | verified |"
    )


def figures(took: list[float]) -> str:
    """Median and 95th percentile in ms, and how many were answered."""
    assert len(took) > 20, "hardly anybody sent anything"
    ordered = sorted(took)
    return f"{median(ordered) * 1000:.0f} / {ordered[int(len(ordered) * 0.95)] * 1000:.0f}, {len(ordered):,}"


def ask(rt: Runtime, version: str) -> str:
    """Open the cycle of all; its ref."""
    opened = cycles.open_cycle(
        rt, actor=city.actor(rt, "p0"), name=f"Evaluasi {new_ref()[:6]}", version_ref=version, key=new_ref(),
        period_start=date(city.YEAR, 1, 1), period_end=date(city.YEAR, 12, 31), population="kind == 'pns'",
    )  # fmt: skip
    assert opened.later == PEOPLE
    return opened.ref


def unharmed(rt: Runtime, version: str) -> tuple[float, float]:
    """Seconds that the verb takes, and until every case is open."""
    began = time.perf_counter()
    ask(rt, version)
    verb = time.perf_counter() - began
    wait(rt, PEOPLE)
    return verb, time.perf_counter() - began


def harmed(rt: Runtime, url: str, version: str, crowd: Crowd) -> tuple[list[int], list[float], float]:
    """The same with three SIGKILLs: at how many cases each, how long the sendings took, how long it worked."""
    points = sorted(random.sample(range(PEOPLE // 20, PEOPLE * 19 // 20), 3))
    killed, took, worked = [], [], 0.0
    ask(rt, version)
    for point in [*points, PEOPLE]:
        with ExitStack() as started:
            process, crowd.port = started.enter_context(city.served(url))
            wait(rt, done(rt)[0] + 1)  # until the lease of the killed one has ended
            with crowd.counted() as some:
                began = time.perf_counter()
                wait(rt, point)
                worked += time.perf_counter() - began
            took += some
            crowd.port = None
            if point < PEOPLE:
                process.kill()
                process.wait()
                killed.append(done(rt)[0])
    return killed, took, worked


def done(rt: Runtime) -> tuple[int, str]:
    """How far the last job is, and its state."""
    with rt.db.read() as db:
        return tuple(db.execute(select(Job.done, Job.state).order_by(Job.id.desc()).limit(1)).one())


def wait(rt: Runtime, people: int) -> None:
    """Until so many people have been looked at; all of them: until the job is done."""
    until = time.monotonic() + 400
    while time.monotonic() < until:
        reached, state = done(rt)
        assert state != "failed"
        if state == "done" or reached >= people < PEOPLE:
            return
        time.sleep(0.05)
    raise RuntimeError(f"the job stands at {done(rt)}")


def cases(rt: Runtime) -> tuple[int, int]:
    """How many cases the last cycle has, and of how many people."""
    with rt.db.read() as db:
        last = select(func.max(Cycle.id)).scalar_subquery()
        query = select(func.count(), func.count(Case.subject_id.distinct())).where(Case.cycle_id == last)
        return tuple(db.execute(query).one())


class Crowd:
    """The ten who send: to which port, none while no server is there; their times while somebody counts."""

    def __init__(self) -> None:
        self.port: int | None = None
        self.over = threading.Event()
        self._took: list[float] | None = None

    @contextmanager
    def counted(self) -> Iterator[list[float]]:
        """What is sent meanwhile."""
        took: list[float] = []
        self._took = took
        yield took
        self._took = None

    def send(self, cookie: str, tasks: list[str]) -> None:
        """Send one plan after the other while somebody counts; one that a kill cut off is sent again."""
        while tasks and not self.over.wait(PAUSE):
            port, took = self.port, self._took
            if port is None or took is None:
                continue
            try:
                seconds = send(port, cookie, tasks[-1])
            except (OSError, HTTPException):
                continue
            tasks.pop()
            if seconds is not None:
                took.append(seconds)


@contextmanager
def sending(rt: Runtime) -> Iterator[Crowd]:
    """Ten people with their tasks, each in a thread."""
    crowd = Crowd()
    people = [(city.token(rt, key), tasks_of(rt, key)) for key in SENDERS]
    threads = [threading.Thread(target=crowd.send, args=each) for each in people]
    for thread in threads:
        thread.start()
    try:
        yield crowd
    finally:
        crowd.over.set()
        for thread in threads:
            thread.join()


def tasks_of(rt: Runtime, key: str) -> list[str]:
    """The plans that somebody has to write."""
    with rt.db.read() as db:
        person = known.by_key_of_post(db, key, rt.clock().date())
        query = select(Task.ref).join(TaskHolder, TaskHolder.task_id == Task.id)
        return list(db.execute(query.where(TaskHolder.person_id == person.id, Task.key == "write_plan")).scalars())


def send(port: int, cookie: str, task: str) -> float | None:
    """Open the form, then send the plan: seconds of the sending; None when it had arrived before a kill."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": f"siklus={cookie}", "Host": "localhost"}
    connection.request("GET", f"/tasks/{task}", headers=headers)
    answer = connection.getresponse()
    page, form = answer.read().decode(), (answer.getheader("Set-Cookie") or "").partition(";")[0]
    hidden = dict(re.findall(r'name="(csrf_token|seen|key)"[^>]*value="([^"]*)"', page))
    if "seen" not in hidden:
        return None
    body = urlencode({**PLAN, "key": new_ref(), **hidden})
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://localhost"}
    began = time.perf_counter()
    both = {**headers, **kind, "Cookie": f"siklus={cookie}; {form}"}
    connection.request("POST", f"/tasks/{task}/submission", body, both)
    answer = connection.getresponse()
    text = answer.read().decode()
    took = time.perf_counter() - began
    connection.close()
    assert answer.status == 303, (answer.status, text[-3000:])
    return took
