"""Midnight over 6,000 people and 20,000 open tasks: how long it takes, and what a page costs meanwhile.

Some chairs have got a second superior, and nobody but midnight is to notice: the work that an
appointment asks for by itself is taken away first. Issue 5, must show 7.
"""

from __future__ import annotations

import time
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from engine import appointments, midnight, schedule
from engine.core.case import SYSTEM
from engine.core.times import to_text
from engine.ledger import verify
from engine.runtime import Runtime
from engine.store.queries import outbox, units
from engine.store.tables.cases import Task
from engine.store.tables.jobs import Job
from engine.store.tables.ledger import Event
from engine.store.tables.work import Outbox
from prove import _city as city

PEOPLE = 6_000
CHAIRS = 12  # heads of units beside whom somebody is plt: 48 others below each
QUIET = 15.0  # seconds of reading without and with


def main() -> None:
    """Print the figures of both databases."""
    print(f"{PEOPLE:,} people in three zones, four readers who open their inbox five times a second each.\n")
    titles = (
        "database", "open tasks", "cases whose holder changed", "midnight in three zones (s)",
        "inbox without it: median / p95 (ms)", "inbox meanwhile: median / p95 (ms)", "pages", "trail",
    )  # fmt: skip
    print(f"| {' | '.join(titles)} |")
    print("|---|---|---|---|---|---|---|---|")
    with city.databases() as each:
        for name, url in each:
            print(row(name, url), flush=True)


def row(name: str, url: str) -> str:
    """One database from an empty one to a verified trail."""
    rt = city.runtime(url)
    city.build(rt, PEOPLE)
    version = city.publish(rt)
    city.open_cycle(rt, version)
    city.open_cycle(rt, version, "kind == 'pns' and grade == 'III/a'")
    forget(rt)
    replace_superiors(rt)
    forget(rt)
    mark_today(rt)
    tasks, cookie = count(rt, Task, Task.state == "open"), city.token(rt, "p3")
    before = count(rt, Event, Event.kind == "case.reheld")
    with city.served(url) as (_, port):
        with city.Readers(port, cookie, "/") as without:
            time.sleep(QUIET)
        with city.Readers(port, cookie, "/") as meanwhile:
            seconds = run(rt)
    changed = count(rt, Event, Event.kind == "case.reheld") - before
    assert not without.wrong and not meanwhile.wrong
    assert changed == expected(), changed
    verify(rt.db)
    rt.db.close()
    alone, beside = without.figures(), meanwhile.figures()
    return (
        f"| {name} | {tasks:,} | {changed:,} | {seconds:.1f} | {alone[0]:.0f} / {alone[1]:.0f} | "
        f"{beside[0]:.0f} / {beside[1]:.0f} | {alone[2]:,} + {beside[2]:,} | verified |"
    )


def forget(rt: Runtime) -> None:
    """Take away whatever work is waiting."""
    with rt.db.begin() as db:
        db.execute(update(Outbox.__table__).values(state="done"))


def replace_superiors(rt: Runtime) -> None:
    """Some heads of units have got a plt beside them, whose name no stored task knows."""
    with rt.db.read() as db:
        posts = {row.key: row.ref for row in units.posts(db, SYSTEM)}
    for number in range(1, CHAIRS + 1):
        head = number * city.ROOM
        appointments.appoint(
            rt, actor=SYSTEM, person_ref=city.actor(rt, f"p{head + 1}").ref, post_ref=posts[f"p{head}"], kind="plt",
            starts_on=rt.clock().date() - timedelta(days=1),
        )  # fmt: skip


def expected() -> int:
    """A case in the first cycle for all below these heads but the plt himself, one in the second for two of three."""
    below = (chair * city.ROOM + seat for chair in range(1, CHAIRS + 1) for seat in range(2, city.ROOM))
    return sum(2 if number % 3 else 1 for number in below)


def mark_today(rt: Runtime) -> None:
    """The server that starts must find today's midnight done, so that the pages before it are undisturbed."""
    now = rt.clock()
    with rt.db.begin() as db:
        for zone in city.ZONES:
            day = now.astimezone(ZoneInfo(zone)).date()
            outbox.add_once(db, schedule.KIND, "{}", f"daily:midnight:{zone}:{day}", to_text(now))
    forget(rt)


def run(rt: Runtime) -> float:
    """Let midnight come in each zone; seconds until everything that it asked for is done."""
    began = time.perf_counter()
    with rt.db.begin() as db:
        for zone in city.ZONES:
            midnight.begin(rt, db, zone, rt.clock().astimezone(ZoneInfo(zone)).date())
    while True:
        time.sleep(0.2)
        with rt.db.read() as db:
            live = db.execute(select(func.count()).where(Job.state.in_(("queued", "running")))).scalar_one()
            waiting = db.execute(
                select(func.count()).where(Outbox.state == "ready", Outbox.kind == "holders.rehold")
            ).scalar_one()
        if not live and not waiting:
            return time.perf_counter() - began


def count(rt: Runtime, table, *conditions) -> int:
    """How many rows."""
    with rt.db.read() as db:
        return db.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()
