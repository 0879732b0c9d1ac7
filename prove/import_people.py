"""A file of 6,000 people with 40 planted faults of twelve kinds: each is found, the rest imported, on both databases.

Seconds and memory of each step, and of another file whose 3,000 rows are all wrong.
"""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import wsgi
from engine import ledger, outbox
from engine.imports import acts
from engine.store.database import connect
from engine.store.migrate import upgrade
from engine.store.queries import imports as queries
from prove._city import databases
from tests import planted
from tests.verbs.town import Town

ROWS, FAULTS, WRONG = 6_000, 40, 3_000


def main() -> None:
    """Prove it on SQLite and on PostgreSQL."""
    print("| database | step | seconds | rows |\n|---|---|---:|---:|")
    with databases() as each:
        for name, url in each:
            with _town(url) as town:
                _prove(name, town)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nPeak memory of the process that did all of it: {peak:.0f} MB.")
    print(f"{FAULTS} faults of {len(planted.CAUSES)} kinds planted, {FAULTS} found by row and cause, nothing else.")


@contextmanager
def _town(url: str) -> Iterator[Town]:
    database = connect(url)
    upgrade(database)
    try:
        yield Town(database)
    finally:
        database.close()


def _prove(name: str, town: Town) -> None:
    actor, file = town.actor("alice"), planted.people(ROWS, FAULTS)
    take = {"actor": actor, "kind": "people", "name": "pegawai.csv"}
    ref = _timed(name, "upload and read", ROWS, lambda: acts.take(town.rt, content=file.csv(), **take))
    _timed(name, "judge, keep the report", ROWS, lambda: acts.judge(town.rt, ref, actor=actor))
    with town.rt.db.read() as db:
        shown = queries.file(db, actor, ref)
        found = {row.number: row.cause for row in queries.faults(db, shown.id, limit=ROWS)}
    if found != file.faults:
        raise AssertionError(f"planted {file.faults}, found {found}")
    frozen = shown.frozen
    if not _timed(name, "agree (judged again)", ROWS, lambda: acts.confirm(town.rt, ref, actor=actor, frozen=frozen)):
        raise AssertionError("the report changed by itself")
    _timed(name, "import, 100 rows a chunk", ROWS - FAULTS, lambda: _run(town))
    with town.rt.db.read() as db:
        done = json.loads(queries.file(db, actor, ref).done)
    if done != {"create": ROWS - FAULTS, "unchanged": 0, "wrong": FAULTS}:
        raise AssertionError(f"imported {done}")
    _timed(name, "verify the ledger", ROWS, lambda: ledger.verify(town.rt.db))
    lines = "\n".join(f"19900101201503{number:04};;Honorer" for number in range(WRONG))
    ref = acts.take(town.rt, content=f"NIP;Nama;Jenis\n{lines}\n".encode(), **take)
    _timed(name, "judge a file of wrong rows", WRONG, lambda: acts.judge(town.rt, ref, actor=actor))


def _run(town: Town) -> None:
    while outbox.sweep(town.rt, wsgi.build_works()):
        pass


def _timed(name: str, step: str, rows: int, work: Callable[[], object]) -> object:
    began = time.perf_counter()
    answer = work()
    print(f"| {name} | {step} | {time.perf_counter() - began:.1f} | {rows:,} |")
    return answer
