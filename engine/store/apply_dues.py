"""Moves deadlines of open tasks because a calendar has changed: one event a case. Part of apply."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from engine.core.case import SYSTEM
from engine.core.proof import leaf
from engine.core.times import to_text
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
from engine.store.statement import Call, Statement, together
from engine.store.tables.cases import Task

MOVE_DUE = Statement(
    update(Task.__table__).where(Task.id == bindparam("task_id"), Task.state == "open").values(due=bindparam("to_due")),
    must_write=True,
)


def write_dues(
    db: Connection,
    *,
    case_id: int,
    case_ref: str,
    dues: Mapping[tuple[int, str], tuple[datetime, datetime]],
    because: str,
    at: datetime,
    product: str,
) -> EventRef:
    """Give open tasks of a locked case, named by (key, ref), another deadline: (was, is); by `system`.

    because: ref of the event that changed the calendar.
    """
    place = next_place_of_case(db, stream_of_case(case_ref))
    kept = Private({f"due.{ref}": {"was": to_text(was), "is": to_text(now)} for (_, ref), (was, now) in dues.items()})
    public = {"tasks": len(dues), "because": because}
    head = heading(place, "case.redue", Origin(SYSTEM, at, None, product), data=kept.root, public=public)
    event, call = event_call(place, head, leaf.document(head), case_id)
    calls: list[Call] = [call, *note_calls(event, kept)]
    calls += [(MOVE_DUE, {"task_id": task_id, "to_due": to_text(now)}) for (task_id, _), (_, now) in dues.items()]
    together(db, calls)
    return event
