"""What the verbs on cases share: one move written, one answer remembered, the receipt that they give."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine.core.case import Actor
from engine.core.effects import Decision
from engine.requests import Once
from engine.runtime import Runtime
from engine.snapshot import Snapshot
from engine.store import apply


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an accepted act answers with: the case, where it stands now, and the event that holds it."""

    case: str
    state: str
    version: int
    event: str


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
) -> apply.EventRef:
    return apply.write_move(
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
    )


def answer(db: Connection, found: Snapshot, once: Once, event: apply.EventRef, at: datetime) -> Receipt:
    receipt = Receipt(found.ref, found.view.state, found.view.version, event.ref)
    once.remember(db, asdict(receipt), at)
    return receipt
