"""What the verbs on cases share: one move written, one answer remembered, the receipt that they give."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import definitions, linked, notice_wordings, notices, reviewing
from engine.core.case import Actor
from engine.core.effects import Decision
from engine.core.errors import Refused, StaleCase
from engine.core.messages import Message
from engine.core.moving import is_over_in
from engine.core.reading.compiled import Workflow
from engine.core.times import to_text
from engine.requests import Once
from engine.runtime import Runtime
from engine.snapshot import Snapshot
from engine.staffing import Act
from engine.store import apply
from engine.store.apply_effects import work_call
from engine.store.failures import RACED_MESSAGE
from engine.store.refs import new_ref
from engine.store.statement import Call


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an accepted act answers with: the case, where it stands now, and the event that holds it."""

    case: str
    state: str
    version: int
    event: str

    def as_document(self) -> dict[str, str | int]:
        """What is kept for whoever asks again with the same key."""
        return {"case": self.case, "state": self.state, "version": self.version, "event": self.event}


class Ending:
    """How an act ends when the case cannot move on by itself from where it comes to: known before it is written.

    Its answer is then stored with the act, in one round trip.
    """

    __slots__ = ("_at", "_once", "_receipt", "event", "is_final")

    def __init__(self, case: str, state: str, version: int, once: Once, workflow: Workflow, at: datetime) -> None:
        self.event = new_ref()
        self.is_final = state not in workflow.automatic
        self._receipt = Receipt(case, state, version, self.event)
        self._once, self._at = once, at

    def calls(self) -> tuple[Call, ...]:
        """What stores the answer; nothing while it is not known."""
        return (self._once.call(self._receipt.as_document(), self._at),) if self.is_final else ()

    def receipt(self) -> Receipt:
        """The answer."""
        return self._receipt


def acted(rt: Runtime, act: Callable[[Connection, bool], Receipt | None]) -> Receipt:
    """Do an act on a case: `act` is handed a connection, and whether to lock the case.

    It is tried without a lock first, since few cases are written to by two people in the same millisecond: what was
    read is checked again by the one statement that writes (the next event of the stream, the version of the case, of
    the task), and it writes nothing where somebody else was there in between. Then, and where `act` answers None
    since it has more than one statement to write, it is done from the beginning under the lock.
    """
    try:
        with rt.db.act() as db:
            if (receipt := act(db, rt.db.locks_all)) is not None:
                return receipt
    except StaleCase as stale:
        if stale.message != RACED_MESSAGE or rt.db.locks_all:
            raise
    with rt.db.begin() as db:
        receipt = act(db, True)
    if receipt is None:
        raise TypeError("an act under the lock of its case gave no receipt")
    return receipt


def move(
    rt: Runtime,
    db: Connection,
    found: Snapshot,
    decision: Decision,
    actor: Actor,
    at: datetime,
    *,
    reason: str | None = None,
    key: str | None = None,
    ref: str | None = None,
    also: Sequence[Call] = (),
    kind: str | None = None,
    public: Mapping[str, Any] | None = None,
) -> apply.EventRef:
    """Write a decision about the case as it stands in the snapshot, and do what it asks for beyond the case.

    A case that another one opened tells it when it is over: by work after the commit. kind, public: of the event,
    where it is no ordinary move.
    """
    ref = ref or new_ref()
    event = apply.write_move(
        db,
        case_id=found.id,
        case_ref=found.ref,
        version=found.view.version,
        definition_digest=found.digest,
        decision=decision,
        task_ids=found.task_ids,
        actor=actor,
        at=at,
        reason=reason,
        key=key,
        product=rt.version,
        place=found.place,
        ref=ref,
        also=(*also, *_told(found, decision, actor, ref, at)),
        kind=kind,
        public=public,
    )
    _beyond(Act(rt, db, actor, at), found, decision, reason or "")
    return event


def _told(found: Snapshot, decision: Decision, actor: Actor, ref: str, at: datetime) -> Iterator[Call]:
    """The statements that tell of a move: to the case that opened this one, to people."""
    if found.has_parent and is_over_in(found.workflow, decision.to_state):
        yield work_call("cases.child_ended", {"case": found.ref}, ref, "parent", to_text(at))
    yield from notices.ended(found, decision, actor, ref, at)
    yield from notice_wordings.calls(found.workflow, found.ref, decision, actor, ref, at)


def _beyond(act: Act, found: Snapshot, decision: Decision, reason: str) -> None:
    """What a move asks for outside its case: cases beside it, and a step of the definition that it is about."""
    if linked.opens(decision.effects):
        linked.open_cases(act, found, decision.effects)
    step = reviewing.step_of(decision)
    if step is not None and act.actor.is_system:
        # A step that fires by itself would put a definition in force without another pair of eyes.
        raise Refused(Message("definition.decided_by_nobody"))
    if step == "publish":
        definitions.put_in_force(act.rt, act.db, found.view.subject_ref, actor=act.actor)
    elif step is not None:
        definitions.take_back(act.rt, act.db, found.view.subject_ref, actor=act.actor, reason=reason)


def is_more(decision: Decision) -> bool:
    """Whether a decision asks for more than one statement writes: that needs a transaction, under the case's lock."""
    return linked.opens(decision.effects) or reviewing.step_of(decision) is not None


def answer(db: Connection, found: Snapshot, once: Once, event: apply.EventRef, at: datetime) -> Receipt:
    """Remember the answer to an act that was written, and give it."""
    receipt = Receipt(found.ref, found.view.state, found.view.version, event.ref)
    once.remember(db, receipt.as_document(), at)
    return receipt
