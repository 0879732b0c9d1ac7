"""Tells people, in the transaction of what happened: rows of `notice`, each once. Part of apply.

Whoever has done a thing himself is not told of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import BigInteger, Text, bindparam, not_, select
from sqlalchemy import insert as insert_into

from engine.core.case import Holder
from engine.store.refs import new_ref
from engine.store.statement import Call, Statement, Values, insert
from engine.store.tables.cases import Task, TaskHolder
from engine.store.tables.notices import Notice

COLUMNS = (
    "ref", "person_id", "case_id", "task_ref", "event_ref", "kind", "body", "at", "effect_key", "posted",
)  # fmt: skip
NUMBERS = ("person_id", "case_id", "posted")
NOTICE = Notice.__table__
HELD, TASK = TaskHolder.__table__, Task.__table__
ADD = insert(NOTICE, *COLUMNS)
HOLDS_ALREADY = (
    select(HELD.c.person_id)
    .where(HELD.c.task_id == bindparam("task_id"), HELD.c.person_id == bindparam("person_id"))
    .exists()
)
# For whoever does not hold the task yet: asked before its holders are written again.
ADD_TO_NEWCOMER = Statement(
    insert_into(NOTICE).from_select(
        COLUMNS,
        select(
            *(
                TASK.c.ref if name == "task_ref" else bindparam(name, type_=BigInteger if name in NUMBERS else Text)
                for name in COLUMNS
            )
        ).where(TASK.c.id == bindparam("task_id"), not_(HOLDS_ALREADY)),
    )
)


def notice(
    kind: str,
    person_id: int,
    key: str,
    at: str,
    *,
    case_id: int | None = None,
    task_ref: str | None = None,
    event_ref: str | None = None,
    body: str = "{}",
) -> Values:
    """One row. key: of what has happened; with the person it makes the row's own."""
    return {
        "ref": new_ref(),
        "person_id": person_id,
        "case_id": case_id,
        "task_ref": task_ref,
        "event_ref": event_ref,
        "kind": kind,
        "body": body,
        "at": at,
        "effect_key": f"{key}:{person_id}",
        "posted": 0,
    }


def arrived(
    kind: str, task_ref: str, holders: Iterable[Holder], actor_id: int | None, case_id: int, event_ref: str, at: str
) -> Iterator[Call]:
    """Tell the holders of a task that it is theirs now, but for the one who acts."""
    for person_id in dict.fromkeys(holder.person_id for holder in holders):
        if person_id != actor_id:
            told = {"case_id": case_id, "task_ref": task_ref, "event_ref": event_ref}
            yield ADD, notice(kind, person_id, f"{event_ref}:{task_ref}", at, **told)


def newcomers(
    task_id: int, people: Iterable[int], actor_id: int | None, case_id: int, event_ref: str, at: str
) -> Iterator[Call]:
    """Tell those who are to hold an open task and do not hold it yet."""
    for person_id in people:
        if person_id != actor_id:
            row = notice("task.given", person_id, f"{event_ref}:{task_id}", at, case_id=case_id, event_ref=event_ref)
            yield ADD_TO_NEWCOMER, {**row, "task_id": task_id}
