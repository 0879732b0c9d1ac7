"""Cases that rows of a file or of a program begin, where their register has `starts`: each with its entry, or no row.

While rows are judged all is written and taken back, so that what a form would refuse is told by its row beforehand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from engine import entry_starts
from engine.core.case import Actor
from engine.core.errors import InvalidSubmission, Refused, StaleCase
from engine.core.messages import Message
from engine.entry_rights import Subject
from engine.entry_writing import Writing, Written
from engine.imports import entry_batches
from engine.imports.entry_batches import Ready
from engine.imports.entry_columns import DAY, FIELD
from engine.imports.entry_rows import Row
from engine.imports.entry_world import World
from engine.imports.judge_entries import Judgement
from engine.imports.rows import CHANGE, CREATE
from engine.runtime import Runtime
from engine.store.failures import RACED_MESSAGE

MOST = 100  # rows of a file or request: each is a case with its task, some thirty statements in one transaction


class _TakenBack(Exception):
    """Ends a trial: nothing of it stays."""


def try_out(rt: Runtime, judged: Judgement, world: World, actor: Actor) -> None:
    """Blame the rows whose cases could not begin. Does nothing for registers whose entries begin none."""
    if not world.register.starts or not any(row.outcome == CREATE for row in judged.rows):
        return
    try:
        with rt.db.begin() as db:
            ready = entry_batches.sealed(judged, world, entry_batches.places(db, world.register))
            said = {"import": "", "file": "", "way": "add"}
            event, ids = entry_batches.write(
                rt, db, judged, world, ready, about=said, note={}, how="import", actor=actor
            )
            blame(list(_failures(Writing(rt, db, actor, world.at), judged, world, ready, ids, event)))
            raise _TakenBack
    except _TakenBack:
        return


def begin(
    by: Writing, judged: Judgement, world: World, ready: Sequence[Ready], ids: Sequence[int], event: str
) -> list[tuple[Row, Refused | InvalidSubmission]]:
    """Begin the cases of entries that were just written; answers those that could not: all is taken back then."""
    return list(_failures(by, judged, world, ready, ids, event)) if world.register.starts else []


def require_begun(failures: Sequence[tuple[Row, Refused | InvalidSubmission]]) -> None:
    """Raise StaleCase where a case could not begin that could when the rows were tried out."""
    if failures:
        raise StaleCase(RACED_MESSAGE)


def blame(failures: Sequence[tuple[Row, Refused | InvalidSubmission]]) -> None:
    """Note at each row, and at its column where one is meant, why no case begins."""
    for row, why in failures:
        if isinstance(why, Refused):
            row.blame("start", DAY, why.message)
            continue
        for path, message in why.errors.items():
            row.blame("start", FIELD + path if path else DAY, message)


def _failures(
    by: Writing, judged: Judgement, world: World, ready: Sequence[Ready], ids: Sequence[int], event: str
) -> Iterator[tuple[Row, Refused | InvalidSubmission]]:
    written = [row for row in judged.rows if row.outcome in (CREATE, CHANGE) and row.judged is not None]
    for row, each, key in zip(written, ready, ids, strict=True):
        whom = world.whom[row.about]
        subject = Subject(whom.ref, f"person:{whom.ref}", whom.person_id, each.columns[1], whom.name)
        values = world.register.form.questions.load(json.loads(each.body))
        try:
            entry_starts.begin(by, world.register, subject, Written(key, each.ref, event, values))
        except (Refused, InvalidSubmission) as why:
            yield row, why


def too_many(found: int) -> Message | None:
    """Why so many rows are not taken at once where each begins a case; None where they are."""
    return Message("imports.entry.starts_most", found=found, most=MOST) if found > MOST else None
