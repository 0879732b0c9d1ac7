"""The list of stuck cases over 100,000: how long finding them all and a page of them take.

Faults are planted among them: people who left, accounts that were shut, tasks that nobody holds.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator

from sqlalchemy import Connection, delete, func, insert, select, update

from engine import stuck
from engine.core.case import Actor, Right
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store.queries import stuck as queries
from engine.store.queries.scope import scope_condition
from engine.store.refs import new_ref
from engine.store.tables import Account, Case, Person, Task, TaskHolder, Unit
from prove import _city as city
from prove._city import databases
from prove._crowd import build

CASES, ROUNDS, PAGE = 100_000, 20, 50
LEFT, SHUT, UNHELD = 40, 60, 25  # people who left or cannot sign in, tasks that nobody holds


def main() -> None:
    """Prove it on SQLite and on PostgreSQL."""
    print(f"Load of the machine when it began: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    print("| database | cases | stuck | asked | median ms | p95 ms |\n|---|---:|---:|---|---:|---:|")
    with databases() as each:
        for name, url in each:
            rt = city.runtime(url)
            _prove(name, rt)
            rt.db.close()


def _prove(name: str, rt: Runtime) -> None:
    build(rt, CASES)
    planted = _plant(rt)
    with rt.db.read() as db:
        total = int(db.execute(select(func.count()).select_from(Case)).scalar_one())
        for who, actor in _actors(db):
            found = sum(map(len, queries.found(db, actor, stuck.asked(rt, db, rt.clock())).values()))
            if who == "the city" and found < planted:
                raise AssertionError(f"planted {planted}, found {found}")
            for what, ask in _asked(rt, db, actor):
                times = sorted(_timed(ask) for _ in range(ROUNDS))
                middle, late = statistics.median(times), times[int(ROUNDS * 0.95) - 1]
                print(f"| {name} | {total:,} | {found} | {what}, {who} | {middle:.0f} | {late:.0f} |", flush=True)


def _plant(rt: Runtime) -> int:
    """Everybody an account, and then some faults; answers how many cases have one at least."""
    chance, at = random.Random(6), to_text(rt.clock())
    with rt.db.begin() as db:
        db.execute(delete(Account))
        rows = db.execute(select(Person.id)).scalars().all()
        accounts = [{"person_id": key, "password_hash": "x", "changed_at": at, "must_change": False} for key in rows]
        for first in range(0, len(accounts), 5_000):
            db.execute(insert(Account), accounts[first : first + 5_000])
        own = select(TaskHolder.person_id).join(Task, Task.id == TaskHolder.task_id).where(Task.state == "open")
        people = db.execute(own.where(TaskHolder.rule == "subject").distinct().order_by(TaskHolder.person_id)).scalars()
        chosen = chance.sample(list(people), LEFT + SHUT)
        db.execute(update(Person).where(Person.id.in_(chosen[:LEFT])).values(active=False))
        db.execute(update(Account).where(Account.person_id.in_(chosen[LEFT:])).values(disabled_at=at))
        tasks = db.execute(select(Task.id).where(Task.state == "open").order_by(Task.id)).scalars().all()
        db.execute(delete(TaskHolder).where(TaskHolder.task_id.in_(chance.sample(list(tasks), UNHELD))))
    return LEFT


def _actors(db: Connection) -> Iterator[tuple[str, Actor]]:
    """The admin of everything, and of one office of thirty."""
    root = db.execute(select(Unit.id).where(Unit.parent_id.is_(None))).scalar_one()
    office = db.execute(select(Unit.id).where(Unit.parent_id == root).order_by(Unit.id.desc()).limit(1)).scalar_one()
    for who, unit in (("the city", root), ("an office", office)):
        yield who, Actor(1, new_ref(), "Admin", (Right(new_ref(), "admin", unit),))


def _asked(rt: Runtime, db: Connection, actor: Actor) -> Iterator[tuple[str, Callable[[], object]]]:
    def everything() -> list[int]:
        found = queries.found(db, actor, stuck.asked(rt, db, rt.clock()))
        return sorted({key for some in found.values() for key in some})

    def page() -> None:
        query = select(Case.id).where(scope_condition(actor, Case.unit_id), Case.id.in_(everything()))
        queries.holders(db, list(db.execute(query.order_by(Case.id.desc()).limit(PAGE + 1)).scalars()))

    yield "all causes", everything
    yield "with a page", page


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000
