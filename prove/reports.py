"""Reports over 100,000 cases of one cycle: what each takes, the first time and then. Issue 8, reports.

The pages are asked as those of monitoring are (prove/monitoring.py), for longer than a slow count is kept.
"""

from __future__ import annotations

import os
from statistics import median

from sqlalchemy import select

from engine.runtime import Runtime
from engine.store.tables.people import Unit
from prove import _city as city
from prove import _crowd
from prove import monitoring as watched

CASES = 100_000


def main() -> None:
    """Print the figures of both databases."""
    print(f"{CASES:,} cases of one cycle, 655,000 tasks, 355,000 events of moves; read as one who oversees everything.")
    print(f"Load of the machine when it began: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    with city.databases(durable=False) as each:  # pages only read: no figure here waits for a disk
        for name, url in each:
            prove(name, url)


def prove(name: str, url: str) -> None:
    """One database from an empty one on."""
    rt = city.runtime(url)
    cycle = _crowd.build(rt, CASES)
    cookie, paths = watched.reader(rt), pages(rt, cycle)
    rt.db.close()
    with city.served(url) as (_, port):
        times = watched.ask(port, cookie, paths)
    print(f"## {name} (load {os.getloadavg()[0]:.1f})\n")
    print("| report | first (ms) | median (ms) | slowest (ms) |")
    print("|---|---|---|---|")
    for told, took in times.items():
        first, rest = took[0] * 1000, sorted(each * 1000 for each in took[1:])
        print(f"| {told} | {first:.0f} | {median(rest):.0f} | {rest[-1]:.0f} |")
    print(f"\n{len(times)} pages, {len(rest)} times each after the first.\n", flush=True)


def pages(rt: Runtime, cycle: str) -> dict[str, str]:
    """What is asked for, by what it shows; the name of the first is that by which rounds are counted."""
    with rt.db.read() as db:
        office = db.execute(select(Unit.ref).where(Unit.name.startswith("Dinas Urusan"))).scalars().first()
    root = "/admin/reports"
    return {
        "one cycle": f"{root}/completion?cycle={cycle}",
        "completion below one office": f"{root}/completion?cycle={cycle}&unit={office}",
        "timeliness by approver": f"{root}/approvers?cycle={cycle}",
        "trend": f"{root}/trend",
        "distribution of results": f"{root}/distribution?cycle={cycle}",
        "unit against unit, in time": f"{root}/units?cycle={cycle}&compare=in_time",
        "unit against unit, results": f"{root}/units?cycle={cycle}&compare=result",
        "signs of rating for form's sake": f"{root}/formality?cycle={cycle}",
    }
