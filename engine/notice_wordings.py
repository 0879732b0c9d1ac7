"""Notices that a definition words: asked for by an act, told after its commit to the holders of roles, each once.

What stands in the words is judged for each reader, by what he may see of the case then (core.noticewords).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import notices
from engine.core import noticewords
from engine.core.case import CANCELLED, SYSTEM, Actor, Holder
from engine.core.effects import Decision, OpenTask
from engine.core.messages import Text, readable
from engine.core.noticespec import NoticeSpec
from engine.core.proof.canonical import canonical
from engine.core.reading.compiled import Workflow
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.snapshot import Snapshot, load
from engine.store.apply_effects import work_call
from engine.store.queries import outbox
from engine.store.statement import Call

KIND = "notices.worded"


@dataclass(frozen=True, slots=True)
class Copy:
    """A notice as one person would get it: who, by which role, in which words."""

    spec: NoticeSpec
    role: str
    person: Holder
    words: noticewords.Worded


def calls(workflow: Workflow, case: str, decision: Decision, actor: Actor, event: str, at: datetime) -> Iterator[Call]:
    """The statement that asks for the notices of a move, written with it; none where the definition has none."""
    if body := _asked(workflow, case, decision, actor, event):
        yield work_call(KIND, body, event, "notices", to_text(at))


def ask(
    db: Connection, workflow: Workflow, case: str, decision: Decision, actor: Actor, event: str, at: datetime
) -> None:
    """The same for a case that begins, in the transaction of the caller."""
    if body := _asked(workflow, case, decision, actor, event):
        outbox.add(db, KIND, canonical(body).decode(), f"{event}:notices", to_text(at), event)


def _asked(workflow: Workflow, case: str, decision: Decision, actor: Actor, event: str) -> Mapping[str, Any] | None:
    if not workflow.definition.notices:
        return None
    opened = [effect.key for effect in decision.effects if isinstance(effect, OpenTask)]
    specs = noticewords.on_move(workflow, decision.to_state, decision.transition, opened)
    keys = [spec.key for spec in specs]
    return {"case": case, "event": event, "notices": keys, "by": actor.person_id or 0} if keys else None


def tell_worded(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """WORK notices.worded {case, event, notices, by}: tell whoever holds the roles now, but for who acted."""
    found = load(rt, db, str(body["case"]), SYSTEM, rt.clock())
    specs = [spec for spec in found.workflow.definition.notices if spec.key in body["notices"]]
    _tell(rt, db, found, specs, str(body["event"]), str(body["event"]), without=int(body["by"]))


def remind(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """WORK notices.remind {case, task, which, due}: a reminder of a deadline, with what the definition says at it."""
    if not notices.remind(rt, db, body):
        return
    found = load(rt, db, str(body["case"]), SYSTEM, rt.clock())
    task = next((task.key for task in found.view.tasks if task.ref == body["task"]), "")
    key = f"remind:{body['task']}:{body['which']}:{body['due']}"
    _tell(rt, db, found, noticewords.on_reminder(found.workflow, task), key, None)


def _tell(
    rt: Runtime,
    db: Connection,
    found: Snapshot,
    specs: Sequence[NoticeSpec],
    key: str,
    event: str | None,
    without: int = 0,
) -> None:
    for copy in copies(found, specs):
        if copy.person.person_id != without:
            about = {"case_id": found.id, "event_ref": event, "body": copy.words.as_document()}
            to = [copy.person.person_id]
            notices.tell(db, to=to, kind="worded", key=f"{key}:{copy.spec.key}", at=rt.clock(), **about)


def copies(found: Snapshot, specs: Collection[NoticeSpec]) -> Iterator[Copy]:
    """Who would get these notices of a case today, each person once a notice, and what he would read."""
    about = _about(found)
    for spec in specs:
        seen: set[int] = set()
        for role in spec.to:
            for holder in found.view.roles.get(role, ()):
                if holder.person_id not in seen:
                    seen.add(holder.person_id)
                    reader = Actor(holder.person_id, holder.ref, holder.name)
                    yield Copy(spec, role, holder, noticewords.word(spec, found.workflow, found.view, reader, about))


def _about(found: Snapshot) -> Mapping[str, Text]:
    state = found.workflow.states.get(found.view.state)
    named = readable(CANCELLED if state is None else state.key) if state is None or not state.label else state.label
    return {
        "case.subject": Text(found.subject_name, found.subject_name),
        "case.cycle": Text(found.cycle_name, found.cycle_name),
        "case.state": named,
    }
