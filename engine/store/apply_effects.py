"""Turns the effects of a decision into statements: tasks, their holders, results, work. Called by apply alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import BigInteger, Connection, Text, bindparam, select, update
from sqlalchemy import insert as insert_into

from engine.core.effects import Call as VerbCall
from engine.core.effects import CloseTasks, Effect, Enqueue, FinishTask, OpenTask, SetDue, SetValue, StartClock
from engine.core.proof.canonical import canonical
from engine.core.proof.evidence import plain
from engine.core.times import to_text
from engine.store.apply_events import EventRef
from engine.store.apply_notices import arrived
from engine.store.at_once import at_once
from engine.store.refs import new_ref
from engine.store.statement import Call, Statement, insert
from engine.store.tables.cases import Outcome, Task, TaskHolder
from engine.store.tables.deadlines import Clock
from engine.store.tables.work import Outbox

OPEN_TASK = insert(
    Task.__table__,
    *("ref", "case_id", "key", "state", "role", "form", "opened_at", "due", "version", "opened_n"),
)
HOLD = Statement(
    insert_into(TaskHolder.__table__).from_select(
        ["task_id", "person_id", "rule", "basis"],
        select(
            Task.id,
            bindparam("person_id", type_=BigInteger),
            bindparam("rule", type_=Text),
            bindparam("basis", type_=Text),
        ).where(Task.ref == bindparam("task_ref")),
    ),
    follows=OPEN_TASK,
)
END_TASK = Statement(
    update(Task.__table__)
    .where(Task.id == bindparam("task_id"), Task.state == "open")
    .values(state=bindparam("into"), ended_at=bindparam("ended")),
    must_write=True,
)
END_SEEN_TASK = Statement(
    update(Task.__table__)
    .where(Task.id == bindparam("task_id"), Task.state == "open", Task.version == bindparam("seen"))
    .values(state=bindparam("into"), ended_at=bindparam("ended")),
    must_write=True,
)
MOST_DUES = 24  # of one event: each takes 29 bytes, and up to 29 for its instant
SET_DUE = Statement(
    update(Task.__table__).where(Task.ref == bindparam("task_ref")).values(due=bindparam("to_due")), must_write=True
)
START_CLOCK = insert(Clock.__table__, "ref", "case_id", "opened_n", "whole", "opened_at", "due")
ADD_OUTCOME = insert(Outcome.__table__, "case_id", "key", "event_ref", "value", "body")
ADD_WORK = insert(
    Outbox.__table__,
    *("event_ref", "effect_key", "kind", "body", "state", "attempts", "next_at", "created_at"),
    returning=Outbox.id,
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What effects happen to: a case with its version, by which event, when (as stored).

    task_ids: ref → integer key of the tasks that effects may end. seen: ref → the version that a task must still have.
    actor_id: who is not told of what he does himself.
    """

    case_id: int
    case_ref: str
    version: int
    event_ref: str
    at: str
    task_ids: Mapping[str, int]
    seen: Mapping[str, int] = field(default_factory=dict)
    actor_id: int | None = None


def effect_calls(effects: Iterable[Effect], ground: Ground) -> Iterator[Call]:
    """The statements of all effects, in order."""
    for number, effect in enumerate(effects):
        match effect:
            case OpenTask():
                yield from _open(effect, ground)
            case CloseTasks():
                yield from (_end(ref, "closed", ground) for ref in effect.refs)
            case FinishTask():
                yield _end(effect.ref, "done", ground)
            case SetDue():
                yield SET_DUE, {"task_ref": effect.ref, "to_due": to_text(effect.due)}
            case StartClock():
                yield START_CLOCK, _clock(effect, ground)
            case SetValue():
                yield _set(effect, ground)
            case Enqueue():
                yield _enqueue(effect.job, {"options": plain(effect.options)}, number, ground)
            case VerbCall():
                told = {"event": ground.event_ref, "arguments": dict(effect.arguments)}
                yield _enqueue(f"verb.{effect.verb}", told, number, ground)


def dues_of(calls: Iterable[Call]) -> dict[str, list[str]]:
    """The deadlines that statements set, as a leaf says them: instant → refs of tasks and clocks, in order."""
    found: dict[str, list[str]] = {}
    for statement, values in calls:
        if (statement is OPEN_TASK and values["due"] is not None) or statement is START_CLOCK:
            found.setdefault(str(values["due"]), []).append(str(values["ref"]))
        elif statement is SET_DUE:
            found.setdefault(str(values["to_due"]), []).append(str(values["task_ref"]))
    return {due: sorted(refs) for due, refs in found.items()}


def said_in_leaf(dues: Mapping[str, Sequence[str]]) -> bool:
    """Whether so many deadlines find room in a leaf, beside a verdict for each guard."""
    return sum(map(len, dues.values())) <= MOST_DUES


def _open(effect: OpenTask, ground: Ground) -> Iterator[Call]:
    ref = new_ref()
    task = {
        "ref": ref,
        "case_id": ground.case_id,
        "key": effect.key,
        "state": "open",
        "role": effect.role,
        "form": effect.form,
        "opened_at": ground.at,
        "due": to_text(effect.due) if effect.due else None,
        "version": 0,
        "opened_n": ground.version,
    }
    yield OPEN_TASK, task
    # Two grants may give the same person the same role: he holds the task once.
    for holder in {holder.person_id: holder for holder in reversed(effect.holders)}.values():
        who = {"person_id": holder.person_id, "rule": holder.rule, "basis": holder.basis}
        yield HOLD, {"task_ref": ref, **who}
    if not effect.waits:
        yield from arrived(
            "task.arrived", ref, effect.holders, ground.actor_id, ground.case_id, ground.event_ref, ground.at
        )


def _clock(effect: StartClock, ground: Ground) -> Mapping[str, Any]:
    return {
        "ref": new_ref(),
        "case_id": ground.case_id,
        "opened_n": ground.version,
        "whole": effect.whole,
        "opened_at": ground.at,
        "due": to_text(effect.due),
    }


def _end(ref: str, into: str, ground: Ground) -> Call:
    ending = {"task_id": ground.task_ids[ref], "into": into, "ended": ground.at}
    return (END_SEEN_TASK, {**ending, "seen": ground.seen[ref]}) if ref in ground.seen else (END_TASK, ending)


def _set(effect: SetValue, ground: Ground) -> Call:
    body = canonical(plain(effect.derivation)).decode()
    result = {"case_id": ground.case_id, "key": effect.key, "event_ref": ground.event_ref}
    return ADD_OUTCOME, {**result, "value": effect.value, "body": body}


def _enqueue(kind: str, told: Mapping[str, Any], number: int, ground: Ground) -> Call:
    return work_call(kind, {"case": ground.case_ref, **told}, ground.event_ref, str(number), ground.at)


def work_call(kind: str, told: Mapping[str, Any], event_ref: str, name: str, at: str) -> Call:
    """The statement that asks for work of the outbox; `name` tells it from other work of the same event."""
    work = {
        "event_ref": event_ref,
        "effect_key": f"{event_ref}:{name}",
        "kind": kind,
        "body": canonical(dict(told)).decode(),
        "state": "ready",
        "attempts": 0,
        "next_at": at,
        "created_at": at,
    }
    return ADD_WORK, work


def write_all(db: Connection, event: EventRef, calls: Sequence[Call]) -> EventRef:
    """Execute the statements of one event in one round trip; answer the event with the work it asked for."""
    returned = at_once(db, calls)
    asked = tuple(row_id for place, ids in returned.items() if calls[place][0] is ADD_WORK for row_id in ids)
    return replace(event, outbox=asked) if asked else event
