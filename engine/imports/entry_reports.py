"""A file of entries checked against the data of this moment, and the report that is kept of it.

Of rows that are right the first are kept to be shown; of wrong ones all, with what is wrong.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine import entry_rights
from engine.core.case import Actor
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.imports import entry_begins, entry_columns, entry_world, judge_entries, keeping
from engine.imports.entry_columns import KIND
from engine.imports.entry_rows import Reading, Row
from engine.imports.entry_world import World
from engine.imports.judge_entries import Judgement
from engine.imports.rows import CHANGE, CREATE, WRONG
from engine.runtime import Runtime
from engine.store.queries import entry_files as queries
from engine.store.queries import imports as stored

SHOWN = 200  # right rows of each outcome that are kept to be shown


@dataclass(frozen=True, slots=True)
class Checked:
    """A file as it was checked: what each row would do, against which world, and the digest of what is shown."""

    judged: Judgement
    world: World
    frozen: str


def read_as(mapping: Mapping[str, int], way: str) -> str:
    """How a file is read, as it is kept: its columns, and whether it adds or replaces."""
    return canonical({"columns": dict(mapping), "way": way}).decode()


def how(file: Any) -> tuple[dict[str, int], str]:
    """What `read_as` wrote: column → place, and the way."""
    said = json.loads(file.mapping)
    return said["columns"], said["way"]


def check(rt: Runtime, file: Any, actor: Actor, tell: Callable[[int], None] = lambda done: None) -> Checked:
    """Check all rows of a file (its row, with its sheet). No transaction stays open while rows are judged."""
    at, (places, way) = rt.clock(), how(file)
    with rt.db.read() as db:
        found = entry_rights.published(rt, db, file.kind.removeprefix(KIND))
    entry_rights.require_named(found.register)  # it may have become a public one since the file was taken
    reading = Reading(entry_columns.columns(found.register), file.dates, places)
    rows = [reading.row(number, cells) for number, cells in keeping.unpacked(file.sheet or b"")]
    with rt.db.read(snapshot=True) as db:
        world = entry_world.read(db, found.register, found.digest, rows, actor, at)
        world = entry_world.with_calendars(rt, db, world)
    judged = judge_entries.judge(rows, world, way, tell)
    entry_begins.try_out(rt, judged, world, actor)
    return Checked(judged, world, judged.digest(file.sha256, file.mapping, file.dates, found.digest))


def check_now(rt: Runtime, ref: str, actor: Actor) -> None:
    """Check a file of few rows while somebody waits, and keep the report."""
    with rt.db.read() as db:
        known = queries.mine(db, actor, ref)
        file = None if known is None else queries.whole(db, known.id)
    if file is None or file.sheet is None:
        raise NotFound(Message("imports.not_found"))
    checked = check(rt, file, actor)
    with rt.db.begin() as db:
        keep(db, file.id, checked)


def keep(db: Connection, file_id: int, checked: Checked) -> None:
    """Keep the report of a file in the place of the one before; it waits for an agreement then."""
    judged = checked.judged
    stored.replace_report(db, file_id, list(_kept(judged)), keeping.faults_of(judged.rows))
    counts = json.dumps(judged.counts())
    queries.put(db, file_id, state="judged", counts=counts, frozen=checked.frozen, job_ref=None, confirmed_at=None)


def to_do(counts: Mapping[str, int]) -> int:
    """How many entries a file would write or end."""
    return counts.get(CREATE, 0) + counts.get(CHANGE, 0) + counts.get("end", 0)


def _kept(judged: Judgement) -> Iterator[Mapping[str, Any]]:
    seen: Counter[str] = Counter()
    for row in judged.rows:
        seen[row.outcome] += 1
        if row.outcome == WRONG or seen[row.outcome] <= SHOWN:
            yield _row(row)


def _row(row: Row) -> Mapping[str, Any]:
    about = (row.label or row.about, "" if row.day is None else row.day.isoformat())
    cells = {name: row.cell(name) for name in row.places}
    return {
        "number": row.number, "turn": 0, "outcome": row.outcome, "state": "judged",
        "label": " · ".join(each for each in about if each)[:200], "body": json.dumps(cells, ensure_ascii=False),
        "was": json.dumps(list(row.was), ensure_ascii=False),
    }  # fmt: skip
