"""Verbs on notices: tell people something, remind those who have not done their task, read, choose how to hear of it.

`tell` writes in the transaction of its caller, to people who are named, never to a role. What acts on cases tell by
themselves is written with them (store.apply_notices). Mail stands in notice_mail.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.authority import ADMIN
from engine.core import machine
from engine.core.case import Actor, TaskView
from engine.core.effects import Decision, Sent
from engine.core.errors import BadRequest, NotAllowed, NotFound, Refused
from engine.core.messages import Message
from engine.core.moving import is_over_in
from engine.core.noticing import HOWS, TOPICS, reminder
from engine.core.passing import role_in
from engine.core.proof.canonical import canonical
from engine.core.times import to_datetime, to_text
from engine.requests import Once
from engine.runtime import Runtime
from engine.snapshot import Snapshot, load
from engine.staffing import Act
from engine.store import apply
from engine.store.apply_notices import ADD, arrived, notice
from engine.store.gathered import spread
from engine.store.queries import notices as queries
from engine.store.queries import scope
from engine.store.queries.role_people import holders_on
from engine.store.statement import Call

LONGEST_BECAUSE = 500


def tell(
    db: Connection,
    *,
    to: Iterable[int],
    kind: str,
    key: str,
    at: datetime,
    body: Mapping[str, Any] | None = None,
    case_id: int | None = None,
    task_ref: str | None = None,
    event_ref: str | None = None,
) -> int:
    """Tell people (their keys) something, each once for a `key`; answers how many had not been told yet.

    kind: one of core.noticing. body: JSON, of what the words are made beside the case and task that are named.
    """
    said = canonical(dict(body or {})).decode()
    about = {"case_id": case_id, "task_ref": task_ref, "event_ref": event_ref, "body": said}
    rows = [notice(kind, person, key, to_text(at), **about) for person in dict.fromkeys(to)]
    return sum(queries.add_once(db, row) for row in rows)


def remind(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> int:
    """Remind whoever holds a task {case, task, which, due}, if it still waits for that day; how many are told."""
    found = queries.open_task(db, str(body["case"]), str(body["task"]))
    reminder(str(body["which"]))
    if found is None or found.due is None or to_datetime(found.due) != to_datetime(str(body["due"])):
        return 0
    key = f"remind:{body['task']}:{body['which']}:{body['due']}"
    about = {"case_id": found.case_id, "task_ref": str(body["task"])}
    told = {"which": str(body["which"])}
    return tell(db, to=queries.holders(db, found.id), kind="task.remind", key=key, at=rt.clock(), body=told, **about)


def remind_case(rt: Runtime, case_ref: str, *, actor: Actor, because: str = "", key: str) -> int:
    """Remind whoever has the case now, with a word of one's own; answers how many were told. See `remind_now`."""
    once = Once(actor, key, f"remind:{case_ref}", because)
    with rt.db.begin() as db:
        if (earlier := once.answered(db)) is not None:
            return int(earlier["told"])
        told = remind_now(rt, db, case_ref, by=actor, because=because)
        once.remember(db, {"told": told}, rt.clock())
        return told


def remind_now(
    rt: Runtime, db: Connection, case_ref: str, *, by: Actor, because: str = "", key: str | None = None
) -> int:
    """The same in the transaction of the caller: at most once a local day for each task.

    For who administers the case's unit, and for the subject's superior; raises NotAllowed for others, Refused when
    nobody but the actor has it now or all were reminded today, NotFound for strangers, BadRequest for long words.
    """
    at, because = rt.clock(), because.strip()
    if len(because) > LONGEST_BECAUSE:
        raise BadRequest(Message("notices.because_length", limit=LONGEST_BECAUSE, found=len(because)))
    found = load(rt, db, case_ref, by, at, lock=True)
    require_may_remind(db, found, by)
    to = {task.ref: [each for each in people if each != by.person_id] for task, people in waiting(found)}
    if not any(to.values()):
        raise Refused(Message("notices.nobody_waits"))
    event = apply.append_event(
        db, stream=f"case:{found.ref}", kind="case.reminded", at=at, actor=by, case_id=found.id,
        public={"tasks": len(to)}, private={"reason": because} if because else {}, key=key,
        product=rt.version,
    )  # fmt: skip
    body = {"which": "now", **({"because": because} if because else {})}
    told = 0
    for ref, people in to.items():
        about = {"case_id": found.id, "task_ref": ref, "event_ref": event.ref}
        once = f"remind:{ref}:now:{found.view.today}"
        told += tell(db, to=people, kind="task.remind", key=once, at=at, body=body, **about)
    if not told:
        raise Refused(Message("notices.reminded_today"))
    return told


def may_remind(db: Connection, found: Snapshot, actor: Actor) -> bool:
    """Whether somebody who sees a case may remind those who have it: who administers it, the subject's superior."""
    if machine.is_over(found.workflow, found.view):
        return False
    return is_above(found, actor) or scope.covers(db, actor, found.unit_id, ADMIN)


def is_above(found: Snapshot, actor: Actor) -> bool:
    """Whether somebody is the superior of whom a case is about, or acts for him, today."""
    above = holders_on(spread(found.asked.superiors), found.view.today, "superior_of") if found.view.subject_id else ()
    return any(each.person_id == actor.person_id for each in above)


def require_may_remind(db: Connection, found: Snapshot, actor: Actor) -> None:
    """Raise NotAllowed where `may_remind` says no, Refused for a case that is over."""
    if machine.is_over(found.workflow, found.view):
        raise Refused(Message("notices.nobody_waits"))
    if not may_remind(db, found, actor):
        raise NotAllowed(Message("notices.may_not_remind"))


def waiting(found: Snapshot) -> Iterator[tuple[TaskView, tuple[int, ...]]]:
    """The open tasks of a case that wait for no other, each with the people who hold it."""
    for task in found.view.tasks:
        spec = found.workflow.task(found.view.state, task.key)
        if task.state == "open" and not machine.waits_for(found.workflow, found.view, spec):
            yield task, tuple(dict.fromkeys(holder.person_id for holder in task.holders))


def ready(found: Snapshot, sent: Sent, actor: Actor, event: str, at: datetime) -> Iterator[Call]:
    """The statements that tell whoever waited for a form that it was sent, and that it is his turn."""
    was_sent = next((task.key for task in found.view.tasks if task.ref == sent.task), "")
    for spec in found.workflow.tasks(found.view.state):
        if was_sent not in spec.after:
            continue
        task = next((task for task in found.view.tasks if task.key == spec.key and task.state == "open"), None)
        waited = tuple(other.key for other in machine.waits_for(found.workflow, found.view, spec))
        if task is not None and waited == (was_sent,):
            people = found.view.roles.get(role_in(found.view, spec, task), ())
            yield from arrived("task.ready", task.ref, people, actor.person_id, found.id, event, to_text(at))


def ended(found: Snapshot, decision: Decision, actor: Actor, event: str, at: datetime) -> Iterator[Call]:
    """The statement that tells somebody that the case about him is over."""
    person = found.view.subject_id
    if person is not None and person != actor.person_id and is_over_in(found.workflow, decision.to_state):
        yield ADD, notice("case.ended", person, event, to_text(at), case_id=found.id, event_ref=event)


def tell_person(
    act: Act, person_id: int, kind: str, event: str, body: Mapping[str, Any], case_id: int | None = None
) -> None:
    """Tell one person something, unless he did it himself."""
    if person_id != act.actor.person_id:
        tell(act.db, to=[person_id], kind=kind, key=event, at=act.at, body=body, case_id=case_id, event_ref=event)


def read(rt: Runtime, ref: str, *, actor: Actor) -> None:
    """Mark one's own notice as read; NotFound for another's. One that was read stays as it is."""
    with rt.db.begin() as db:
        if not queries.exists_for(db, actor.person_id or 0, ref):
            raise NotFound(Message("notices.not_found"))
        queries.mark_read(db, actor.person_id or 0, to_text(rt.clock()), ref)


def read_all(rt: Runtime, *, actor: Actor) -> int:
    """Mark all of one's own notices as read; answers how many were not."""
    with rt.db.begin() as db:
        return queries.mark_read(db, actor.person_id or 0, to_text(rt.clock()))


def choose(rt: Runtime, chosen: Mapping[str, str], *, actor: Actor) -> None:
    """Say how one wants to hear of each topic; BadRequest for what there is not."""
    if chosen.keys() != TOPICS.keys() or not set(chosen.values()) <= set(HOWS):
        raise BadRequest(Message("notices.bad_choice"))
    with rt.db.begin() as db:
        queries.choose(db, actor.person_id or 0, chosen)
