"""How long it takes until a backup serves again and is known to be true, by the number of its events. R16 of issue 6.

One evaluation is carried to its end by the verbs, and written down again and again for other cycles: each with refs of
its own, its leaves linked and hashed anew, so that the audit has as much to do as with a city's ten years.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text

from engine import ledger
from engine.backups import judging, restoring, taking
from engine.core.proof import merkle
from engine.evidence.opening import open_files
from engine.runtime import Runtime
from engine.store.database import connect
from engine.store.migrate import upgrade
from engine.store.refs import new_ref
from engine.store.tables.cases import Answers, Case, Cycle, Note, Outcome, Submission, Task, TaskHolder
from engine.store.tables.ledger import Event
from tests.servers import Servers, drop_database, fresh_database, new_directory, postgresql_programs
from tests.verbs.stage import Stage

EVENTS = int(os.environ.get("PROVE_EVENTS", "100000"))  # a million takes a quarter of an hour
TOGETHER = 1_000  # cases of one transaction


@dataclass(frozen=True, slots=True)
class Template:
    """The rows of one case that came to its end, by table; those of tasks and submissions by their old keys."""

    case: dict[str, Any]
    cycle: dict[str, Any]
    rows: dict[Any, list[dict[str, Any]]]

    @property
    def refs(self) -> list[str]:
        """What has a name of its own in each copy: the case, its events and its tasks."""
        named = [*self.rows[Event], *self.rows[Task]]
        return [self.case["ref"], *(row["ref"] for row in named)]


def main() -> None:
    """Print the figures of both databases."""
    print(f"{EVENTS:,} events. Load of the machine when it began: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")
    print("In brackets: how long this process had a processor, which another load does not change much.\n")
    print("| database | cases | size (MB) | backup | restore --check | restore | audit verify |")
    print("|---|---:|---:|---:|---:|---:|---:|", flush=True)
    if (programs := postgresql_programs()) is not None:
        os.environ["PATH"] = f"{programs}{os.pathsep}{os.environ['PATH']}"
    folder = new_directory(durable=True)
    servers = Servers(folder, durable=True)
    try:
        for name, url, elsewhere in (
            ("SQLite", f"sqlite:///{folder}/proof.sqlite3", f"sqlite:///{folder}/restored.sqlite3"),
            ("PostgreSQL", None, None),
        ):
            if url is None:
                url, elsewhere = fresh_database(servers.postgresql()), fresh_database(servers.postgresql())
            prove(name, url, str(elsewhere), folder)
            if name == "PostgreSQL":
                for each in (url, elsewhere):
                    drop_database(servers.postgresql(), each)
    finally:
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


def prove(name: str, url: str, elsewhere: str, folder: Path) -> None:
    """One kind of database, from an empty one on."""
    with closing(connect(url)) as database:
        upgrade(database)
        stage = Stage(database)
        case = stage.case()
        stage.walk(case)
        copies = fill(stage.rt, template(stage.rt, case))
        rt = replace(stage.rt, files=open_files(str(folder / f"files-{name}"), ""))
        size = _size(rt, url)
        took = [_timed(lambda: taking.take(rt, folder / f"backup-{name}"))]
        took.append(_timed(lambda: judging.judge(rt, folder / f"backup-{name}", beside=url)))
    with closing(connect(elsewhere)) as database:
        there = replace(rt, db=database, files=open_files(str(folder / f"restored-{name}"), ""))
        took.append(_timed(lambda: restoring.restore(there, folder / f"backup-{name}", elsewhere)))
        took.append(_timed(lambda: ledger.verify(database)))
    print(f"| {name} | {copies:,} | {size} | {' | '.join(took)} |", flush=True)


def _timed(act: Callable[[], object]) -> str:
    """Seconds by the clock on the wall, and of them those in which this process had a processor."""
    began, worked = time.perf_counter(), time.process_time()
    act()
    return f"{time.perf_counter() - began:.0f} s ({time.process_time() - worked:.0f} s)"


def _size(rt: Runtime, url: str) -> int:
    if rt.db.dialect == "sqlite":
        return Path(url.removeprefix("sqlite:///")).stat().st_size // 10**6
    with rt.db.read() as db:
        return int(db.execute(text("SELECT pg_database_size(current_database())")).scalar_one()) // 10**6


def template(rt: Runtime, ref: str) -> Template:
    """The rows of a case as the verbs have left them."""
    with rt.db.read() as db:
        case = dict(db.execute(select(*Case.__table__.c).where(Case.ref == ref)).mappings().one())
        cycle = dict(db.execute(select(*Cycle.__table__.c).where(Cycle.id == case["cycle_id"])).mappings().one())
        of_case = {table: table.__table__.c.case_id == case["id"] for table in (Event, Task, Submission, Outcome)}
        found = {table: db.execute(select(*table.__table__.c).where(where)) for table, where in of_case.items()}
        rows = {table: [dict(row) for row in some.mappings()] for table, some in found.items()}
        for table, column, keys in (
            (Note, Note.event_ref, [row["ref"] for row in rows[Event]]),
            (Answers, Answers.submission_id, [row["id"] for row in rows[Submission]]),
            (TaskHolder, TaskHolder.task_id, [row["id"] for row in rows[Task]]),
        ):
            some = db.execute(select(*table.__table__.c).where(column.in_(keys)))
            rows[table] = [dict(row) for row in some.mappings()]
    rows[Event].sort(key=lambda row: row["seq"])
    return Template(case, cycle, rows)


def fill(rt: Runtime, found: Template) -> int:
    """Write the case again until there are EVENTS events; answers how many cases there are of it."""
    with rt.db.read() as db:
        last = {
            table: int(db.execute(select(func.max(table.id))).scalar_one()) for table in (Case, Cycle, Task, Submission)
        }
    copies = EVENTS // len(found.rows[Event])
    for first in range(0, copies, TOGETHER):
        kept: dict[Any, list[dict[str, Any]]] = {}
        for number in range(first, min(first + TOGETHER, copies)):
            _copy(found, number, last, kept)
        with rt.db.begin() as db:
            for table in (Cycle, Case, Event, Note, Task, TaskHolder, Submission, Answers, Outcome):
                db.execute(insert(table.__table__), kept[table])
        if first % 20_000 == 0:
            print(f"{first:,} of {copies:,} cases written", file=sys.stderr, flush=True)
    if rt.db.dialect == "postgresql":
        with rt.db.begin() as db:
            for name in ("cycle", "cas", "task", "submission"):
                db.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))
    return copies + 1


def _copy(found: Template, number: int, last: dict[Any, int], kept: dict[Any, list[dict[str, Any]]]) -> None:
    """Add the rows of one more case; keys are given by hand, one after the other."""
    refs = {ref: new_ref() for ref in found.refs}
    case, cycle = last[Case] + number + 1, last[Cycle] + number + 1
    tasks = {row["id"]: last[Task] + number * len(found.rows[Task]) + place + 1
             for place, row in enumerate(found.rows[Task])}  # fmt: skip
    sent = {row["id"]: last[Submission] + number * len(found.rows[Submission]) + place + 1
            for place, row in enumerate(found.rows[Submission])}  # fmt: skip

    def add(table: Any, row: dict[str, Any], **other: Any) -> None:
        kept.setdefault(table, []).append({**row, **other})

    add(Cycle, found.cycle, id=cycle, ref=new_ref(), name=f"Evaluasi {number}")
    add(Case, found.case, id=case, ref=refs[found.case["ref"]], cycle_id=cycle)
    _events(found, refs, case, add)
    for row in found.rows[Note]:
        add(Note, row, event_ref=refs[row["event_ref"]])
    for row in found.rows[Task]:
        add(Task, row, id=tasks[row["id"]], ref=refs[row["ref"]], case_id=case)
    for row in found.rows[TaskHolder]:
        add(TaskHolder, row, task_id=tasks[row["task_id"]])
    for row in found.rows[Submission]:
        add(Submission, row, id=sent[row["id"]], ref=refs[row["ref"]], case_id=case, task_id=tasks[row["task_id"]])
    for row in found.rows[Answers]:
        add(Answers, row, submission_id=sent[row["submission_id"]])
    for row in found.rows[Outcome]:
        add(Outcome, row, case_id=case, event_ref=refs[row["event_ref"]])


def _events(found: Template, refs: dict[str, str], case: int, add: Callable[..., None]) -> None:
    """The stream again: other refs in its leaves, each with the hash of the one before."""
    before: bytes | None = None
    for row in found.rows[Event]:
        leaf = bytes(row["leaf"]).decode()
        for old, new in refs.items():
            leaf = leaf.replace(old, new)
        if before is not None:
            leaf = leaf.replace(bytes(row["prev_hash"]).hex(), before.hex())
        written, stream = leaf.encode(), f"case:{refs[found.case['ref']]}"
        digest = merkle.leaf_hash(written)
        add(
            Event,
            row,
            stream=stream,
            ref=refs[row["ref"]],
            case_id=case,
            leaf=written,
            leaf_hash=digest,
            prev_hash=before,
        )
        before = digest
