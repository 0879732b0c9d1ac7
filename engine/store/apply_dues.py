"""Moves deadlines of open tasks and of clocks, suspends a case, and keeps what deadlines did: each with its event.

Part of apply. The caller has locked the case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Text, bindparam, select, update
from sqlalchemy import insert as insert_into
from sqlalchemy.orm import aliased

from engine.core.case import SYSTEM, Actor
from engine.core.extending import Shift
from engine.core.proof import leaf
from engine.core.times import to_text
from engine.store.apply_effects import said_in_leaf
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
from engine.store.statement import Call, Statement, insert, together
from engine.store.tables.cases import Task
from engine.store.tables.deadlines import Clock, DeadlineShift, DueAct, Suspension

MOVE_DUE = Statement(
    update(Task.__table__).where(Task.ref == bindparam("of"), Task.state == "open").values(due=bindparam("to_due")),
    must_write=True,
)
MOVE_CLOCK = Statement(
    update(Clock.__table__).where(Clock.ref == bindparam("of")).values(due=bindparam("to_due")), must_write=True
)
ADD_SHIFT = insert(DeadlineShift.__table__, "of_ref", "case_id", "event_ref", "until", "days", "first", "last", "was")
ADD_SUSPENSION = insert(Suspension.__table__, "event_ref", "case_id", "at", "ends")
ADD_ACT = insert(DueAct.__table__, "of_ref", "due", "act", "case_id", "event_ref", "at")
DONE = aliased(DueAct)
# Looked for first: on SQLite the guard against replacing speaks before ON CONFLICT would.
ADD_REMINDER = Statement(
    insert_into(DueAct.__table__).from_select(
        ["of_ref", "due", "act", "case_id", "at"],
        select(
            bindparam("of", type_=Text),
            bindparam("due", type_=Text),
            bindparam("act", type_=Text),
            bindparam("case_id", type_=BigInteger),
            bindparam("at", type_=Text),
        ).where(
            ~select(DONE.of_ref)
            .where(DONE.of_ref == bindparam("of"), DONE.due == bindparam("due"), DONE.act == bindparam("act"))
            .exists()
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Redue:
    """A deadline on its way: of a task or a clock, by ref, from one instant to another; by what, where it is kept."""

    of: str
    is_clock: bool
    was: datetime
    now: datetime
    shift: Shift | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """Why something is written about a locked case: by whom, when, with which key, and the reason in words."""

    case_id: int
    case_ref: str
    at: datetime
    product: str
    actor: Actor = SYSTEM
    key: str | None = None
    private: Mapping[str, Any] = field(default_factory=dict)


def write_dues(
    db: Connection,
    ground: Ground,
    kind: str,
    dues: Sequence[Redue],
    public: Mapping[str, Any],
    *,
    also: str | None = None,
) -> EventRef:
    """Give deadlines another instant, by one event that says how many; its note says which, from when to when.

    also: ref of the event that suspended the case, where this one ends that.
    """
    said = {f"due.{each.of}": {"was": to_text(each.was), "is": to_text(each.now)} for each in dues}
    event, calls = _event(db, ground, kind, {"tasks": len(dues), **public}, said, _stand(dues))
    for each in dues:
        calls.append((MOVE_CLOCK if each.is_clock else MOVE_DUE, {"of": each.of, "to_due": to_text(each.now)}))
        if each.shift is not None:
            calls.append((ADD_SHIFT, _shift(each, each.shift, ground.case_id, event.ref)))
    if also is not None:
        row = {"event_ref": event.ref, "case_id": ground.case_id, "at": to_text(ground.at), "ends": also}
        calls.append((ADD_SUSPENSION, row))
    together(db, calls)
    return event


def write_suspension(db: Connection, ground: Ground, public: Mapping[str, Any]) -> EventRef:
    """Let the clocks of a case stand still from now on."""
    event, calls = _event(db, ground, "case.suspended", public, {})
    row = {"event_ref": event.ref, "case_id": ground.case_id, "at": to_text(ground.at), "ends": None}
    together(db, [*calls, (ADD_SUSPENSION, row)])
    return event


def write_act(db: Connection, ground: Ground, kind: str, of: str, due: datetime, public: Mapping[str, Any]) -> EventRef:
    """Keep what a deadline did that moves no case: made a result final (`case.final`), or was refused what it fires."""
    event, calls = _event(db, ground, kind, {**public, "of": of, "due": to_text(due)}, {})
    act = {"case.final": "final", "case.fire_refused": "refused"}[kind]
    together(db, [*calls, act_call(ground, of, due, act, event.ref)])
    return event


def act_call(ground: Ground, of: str, due: datetime, act: str, event_ref: str) -> Call:
    """The statement that keeps what a deadline did; the database refuses it a second time."""
    at = to_text(ground.at)
    row = {"of_ref": of, "due": to_text(due), "act": act, "case_id": ground.case_id, "event_ref": event_ref, "at": at}
    return ADD_ACT, row


def add_reminder(db: Connection, of: str, due: str, act: str, case_id: int, at: str) -> bool:
    """Keep that a reminder is asked for; False where it was before."""
    return bool(ADD_REMINDER.run(db, of=of, due=due, act=act, case_id=case_id, at=at))


def _event(
    db: Connection,
    ground: Ground,
    kind: str,
    public: Mapping[str, Any],
    said: Mapping[str, Any],
    dues: Mapping[str, Sequence[str]] | str | None = None,
) -> tuple[EventRef, list[Call]]:
    place = next_place_of_case(db, stream_of_case(ground.case_ref))
    kept = Private({**said, **ground.private})
    origin = Origin(ground.actor, ground.at, ground.key, ground.product)
    head = heading(place, kind, origin, data=kept.root, public=public, dues=dues)
    event, call = event_call(place, head, leaf.document(head), ground.case_id)
    return event, [call, *note_calls(event, kept)]


def _stand(dues: Sequence[Redue]) -> Mapping[str, Sequence[str]] | str:
    """Where deadlines are put, as the leaf says it: so that it is known even when the note is erased."""
    found: dict[str, list[str]] = {}
    for each in dues:
        found.setdefault(to_text(each.now), []).append(each.of)
    return {due: sorted(refs) for due, refs in found.items()} if said_in_leaf(found) else leaf.NOTED


def _shift(each: Redue, shift: Shift, case_id: int, event_ref: str) -> Mapping[str, Any]:
    days = {name: _day(getattr(shift, name)) for name in ("until", "first", "last")}
    was = {"of_ref": each.of, "case_id": case_id, "event_ref": event_ref, "days": shift.days, "was": to_text(each.was)}
    return {**days, **was}


def _day(day: object) -> str | None:
    return None if day is None else str(day)
