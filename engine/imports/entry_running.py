"""The job of a file of entries: check all its rows, or write the right ones of a file that was agreed to.

All takes place before the transaction but the writing, which is one: a process that is killed leaves nothing behind,
and the job begins anew. Nobody sees a part of a file.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from engine import jobs
from engine.core.jobs import Chunk, Finished, Job
from engine.core.messages import Message
from engine.core.times import to_text
from engine.entry_writing import Writing
from engine.imports import entry_batches, entry_begins, entry_reports
from engine.imports.entry_acts import BRING, CHECK
from engine.imports.entry_batches import Ready
from engine.imports.entry_columns import KIND
from engine.imports.entry_reports import Checked
from engine.imports.rows import CHANGE, CREATE
from engine.runtime import Runtime
from engine.store.queries import entry_files as queries
from engine.store.queries import imports as stored
from engine.store.queries import jobs as rows


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was made ready outside of the transaction; nothing where the file is no longer wanted."""

    checked: Checked | None = None
    ready: Sequence[Ready] = ()


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause the search for cycles. A file is half a million things without one, all alive until its end: walking over
    them again and again took a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def look(rt: Runtime, job: Job) -> Prepared:
    """Check the rows of the file, and seal the right ones where they are to be written."""
    with uncollected():
        return _look(rt, job)


def _look(rt: Runtime, job: Job) -> Prepared:
    with rt.db.read() as db:
        file = queries.whole(db, job.body["import"])
        actor = jobs.asker(rt, db, job)
    if file is None or file.state != "running" or file.sheet is None:
        return Prepared()
    checked = entry_reports.check(rt, file, actor, _telling(rt, job))
    if job.body["step"] == CHECK or checked.frozen != file.frozen:
        return Prepared(checked)
    for row in checked.judged.rows:
        row.cells = ()  # no report is made of it any more, and they are half of a file's memory
    with rt.db.begin() as db:
        places = entry_batches.places(db, checked.world.register)
    return Prepared(checked, entry_batches.sealed(checked.judged, checked.world, places))


def _telling(rt: Runtime, job: Job) -> Callable[[int], None]:
    def tell(done: int) -> None:
        with rt.db.begin() as db:
            rows.change(db, job.id, done=done)

    return tell


def chunk(rt: Runtime, db: Connection, job: Job, found: Prepared) -> Chunk:
    """Keep the report, or write everything; StaleCase, and so once more, where entries came or rights ended since."""
    file = stored.by_id(db, job.body["import"])
    if file is None or file.state != "running" or found.checked is None:
        return Finished(Message("imports.forgotten"))
    path = f"/registers/{file.kind.removeprefix(KIND)}/imports/{file.ref}"
    if job.body["step"] != BRING or found.checked.frozen != file.frozen:
        entry_reports.keep(db, file.id, found.checked)
        said = "imports.checked" if job.body["step"] == CHECK else "imports.moved_on"
        return Finished(Message(said), path=path)
    actor = jobs.asker(rt, db, job)
    about = {"import": file.ref, "file": entry_batches.mark(rt, file.sha256), "way": entry_reports.how(file)[1]}
    judged, world, note = found.checked.judged, found.checked.world, {"name": file.name}
    with uncollected():
        event, ids = entry_batches.write(
            rt, db, judged, world, found.ready, about=about, note=note, how="import", actor=actor
        )
    by = Writing(rt, db, actor, world.at)
    entry_begins.require_begun(entry_begins.begin(by, judged, world, found.ready, ids, event))
    counts = found.checked.judged.counts()
    queries.put(
        db, file.id, state="done", done=json.dumps(counts), sheet=None, ended_at=to_text(found.checked.world.at)
    )
    words = Message("imports.entry.finished", done=counts[CREATE] + counts[CHANGE], ended=counts["end"])
    return Finished(words, path=path)
