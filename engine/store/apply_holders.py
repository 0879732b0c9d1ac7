"""Re-points open tasks to the people who hold their roles now: one event a case. Part of apply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete

from engine.core.case import SYSTEM, Holder
from engine.core.proof import leaf
from engine.store.apply_events import (
    EventRef,
    Origin,
    Private,
    event_call,
    heading,
    next_place_of_case,
    note_calls,
    stream_of_case,
)
from engine.store.apply_notices import newcomers
from engine.store.statement import Call, Statement, insert, together
from engine.store.tables.cases import TaskHolder

DROP_HOLDERS = Statement(delete(TaskHolder.__table__).where(TaskHolder.task_id == bindparam("task_id")))
ADD_HOLDER = insert(TaskHolder.__table__, "task_id", "person_id", "rule", "basis")


def write_holders(
    db: Connection,
    *,
    case_id: int,
    case_ref: str,
    holders: Mapping[tuple[int, str], Sequence[Holder]],
    at: datetime,
    product: str,
) -> EventRef:
    """Give open tasks, named by (key, ref), to these people; by `system`, since rules decide who they are.

    Who they are goes into the note, since a panel may be larger than a leaf; the leaf commits to it.
    """
    place = next_place_of_case(db, stream_of_case(case_ref))
    kept = Private(
        {
            f"holders.{ref}": [{"person": who.ref, "rule": who.rule, "basis": who.basis} for who in named]
            for (_, ref), named in holders.items()
        }
    )
    origin = Origin(SYSTEM, at, None, product)
    head = heading(place, "case.reheld", origin, data=kept.root, public={"tasks": len(holders)})
    event, call = event_call(place, head, leaf.document(head), case_id)
    calls: list[Call] = [call, *note_calls(event, kept)]
    for (task_id, _), named in holders.items():
        calls += newcomers(task_id, (who.person_id for who in named), None, case_id, event.ref, head.at)
        calls.append((DROP_HOLDERS, {"task_id": task_id}))
        calls += [(ADD_HOLDER, hold_row(task_id, who)) for who in named]
    together(db, calls)  # in order: a holder may be dropped and added again
    return event


def hold_row(task_id: int, who: Holder) -> dict[str, object]:
    """The row by which a task is in somebody's inbox."""
    return {"task_id": task_id, "person_id": who.person_id, "rule": who.rule, "basis": who.basis}
