"""The job that imports the right rows of a confirmed file, a chunk at a time, and the one event at its end.

A chunk is judged again inside its transaction: a row that would do something else than was confirmed is refused, with
the reason in the report. A row that fails leaves nothing behind; the rows around it go on.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection

from engine import jobs
from engine.authority import require_admin
from engine.core.errors import EngineError, InvalidSubmission, NotAllowed, NotFound, Refused, StaleCase
from engine.core.jobs import Chunk, Finished, Job, More
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.times import to_text
from engine.imports import judging, keeping
from engine.imports.entry_batches import mark
from engine.imports.rows import DOES, UNCHANGED, Judged, Line
from engine.imports.values import ISO
from engine.imports.writing import Writing, write
from engine.runtime import Runtime
from engine.staffing import Act, reresolve
from engine.store.queries import imports as queries
from engine.store.refs import new_seed

AT_ONCE = {"appointments": 40}  # rows of a chunk: a second or less; each of these moves tasks, too
ELSE = 100
FIRST = (-1, -1)  # before every row, by turn and number


def chunk(rt: Runtime, db: Connection, job: Job, found: Any) -> Chunk:
    """The next rows of the file, or the end of it."""
    file = queries.by_id(db, job.body["import"])
    if file is None:
        return Finished(Message("imports.forgotten"))
    act = Act(rt, db, jobs.asker(rt, db, job), rt.clock())
    require_admin(act.actor)
    after = FIRST if job.begins else (int(job.cursor[0]), int(job.cursor[1]))
    stored = queries.to_do(db, file.id, after, AT_ONCE.get(file.kind, ELSE))
    if not stored:
        return _finish(act, file)
    _run(act, file, stored)
    return More([stored[-1].turn, stored[-1].number], job.done + len(stored))


def _run(act: Act, file: Any, stored: list[Any]) -> None:
    lines = [Line(row.number, _cells(row)) for row in stored]
    rows, world = judging.judged(act.db, file.kind, lines, ISO, act.actor, act.at)
    writing = Writing(act, world, file.name or None)
    refused = [row for row, was in zip(rows, stored, strict=True) if not _is_done(writing, file.kind, row, was)]
    _keep_refusals(act.db, file.id, refused)
    queries.settle(act.db, file.id, {row.number for row in rows} - {row.number for row in refused}, "done")
    if writing.seated:
        reresolve(act, writing.event, people=writing.affected())


def _cells(row: Any) -> dict[str, str]:
    return {name: value or "" for name, value in json.loads(row.body).items()}


def _is_done(writing: Writing, kind: str, row: Judged, was: Any) -> bool:
    """Do what a row says, in a savepoint of its own; False where it may not, with the reason among its faults."""
    if row.is_wrong:
        return False
    if row.outcome == UNCHANGED:  # somebody did the same meanwhile
        return True
    if row.outcome != was.outcome or json.loads(was.was) != row.was:
        row.blame("changed_meanwhile", next(iter(row.values)))
        return False
    try:
        with writing.act.db.begin_nested():
            write(writing, kind, row)
        return True
    except (InvalidSubmission, Refused, NotFound, NotAllowed, StaleCase) as refused:
        _blame(row, refused)
        return False


def _blame(row: Judged, refused: EngineError) -> None:
    said = refused.errors if isinstance(refused, InvalidSubmission) else {"": refused.message}
    for column, message in said.items():
        row.blame("refused", column if column in row.values else next(iter(row.values)), message)


def _keep_refusals(db: Connection, file_id: int, refused: list[Judged]) -> None:
    queries.settle(db, file_id, [row.number for row in refused], "refused")
    queries.add_faults(db, file_id, queries.next_place(db, file_id), keeping.faults_of(refused))


def _finish(act: Act, file: Any) -> Finished:
    """The one event of the import: how many rows did what, and the root over what each of them said.

    The seed of the root stands in the event's note, so that nobody finds a row by trial once the note is erased.
    """
    counts = queries.outcomes_done(act.db, file.id)
    counts |= {outcome: json.loads(file.counts).get(outcome, 0) for outcome in (UNCHANGED, "wrong")}
    seed = new_seed()
    root = keeping.root_of_rows(seed, queries.done_rows(act.db, file.id))
    public = {"import": file.ref, "kind": file.kind, "file": mark(act.rt, file.sha256), "counts": counts, "rows": root}
    act.record("system", "import.done", public, {"name": file.name, "seed": seed.hex()})
    queries.put(act.db, file.id, state="done", done=canonical(counts).decode(), ended_at=to_text(act.at))
    done = sum(counts.get(outcome, 0) for outcome in DOES)
    words = Message("imports.finished", done=done, refused=counts.get("refused", 0))
    return Finished(words, path=f"/admin/imports/{file.ref}")
