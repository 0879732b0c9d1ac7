"""Asks every operation of the JSON API many good and bad requests by schemathesis, and has a foreign client act.

`python -m prove api`; SIKLUS_PROVE_EXAMPLES asks so many of each kind an operation, 200 where nothing is said.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path

from engine.store.database import connect
from engine.store.migrate import upgrade
from tests.api import asking
from tests.api.office import Books

EXAMPLES = int(os.environ.get("SIKLUS_PROVE_EXAMPLES", "200"))


def main() -> None:
    """Print a line an operation; raise at the first thing that schemathesis finds."""
    with tempfile.TemporaryDirectory() as folder:
        database = connect(f"sqlite:///{Path(folder) / 'api.sqlite3'}")
        upgrade(database)
        _ask(Books(database))
        database.close()


def _ask(office: Books) -> None:
    keys = [office.key(name, unit, days=366, a_minute=6000) for name, unit in (("alice", "city"), ("carol", "health"))]
    there, began = asking.known_refs(office), time.process_time()
    print(f"{EXAMPLES} good and {EXAMPLES} bad requests an operation, SQLite, by keys of two people.\n")
    print("| operation | good: answers by status | bad: answers by status | seconds |\n|---|---|---|---:|")
    total = 0
    for operation in asking.operations(office.app):
        begun = time.process_time()
        good = asking.ask(office, operation, keys, EXAMPLES, there=there.get(asking.place(operation)), random=True)
        bad = asking.ask(office, operation, keys, EXAMPLES, bad=True, random=True)
        total += good.total() + bad.total()
        spent = time.process_time() - begun
        name = f"{operation.method.upper()} {operation.path}"
        print(f"| {name} | {_told(good)} | {_told(bad)} | {spent:.1f} |", flush=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    spent = time.process_time() - began
    print(f"\n{total} requests in {spent:.0f} s of processor time, {memory} MiB; nothing was found.")


def _told(seen: Counter[int]) -> str:
    return ", ".join(f"{status}: {count}" for status, count in sorted(seen.items()))
