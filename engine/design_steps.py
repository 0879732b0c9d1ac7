"""A step of a design as it is written: its event, its row that stays, and the design as it leaves it.

Shared by the verbs that begin designs and those that change them; what an edit does is core/designing/edits.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine.core.case import Actor
from engine.core.designing.draft import Draft
from engine.core.designing.edits import Changed, Edit, as_list
from engine.core.errors import BadRequest, InvalidEdit
from engine.core.messages import Message
from engine.core.proof.canonical import canonical, digest
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store import apply
from engine.store.queries import designs as queries

LARGEST_STEP = 4_000_000  # bytes of canonical JSON, there and back


@dataclass(frozen=True, slots=True)
class Revision:
    """A design after a step: the number of the step, the draft, and whether the actor may go back and forth."""

    ref: str
    number: int
    draft: Draft
    can_undo: bool
    can_redo: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What a step is called, which edits it does, and where it leaves the actor's way back and forth."""

    name: str
    edits: tuple[Edit, ...] = ()
    of: int | None = None
    to_undo: int | None = None
    to_redo: int | None = None
    below: int | None = None


def draft_of(row: Row[Any]) -> Draft:
    """The draft in the row of a design."""
    return Draft(json.loads(row.document), {key: (x, y) for key, (x, y) in json.loads(row.places).items()})


def status_of(row: Row[Any]) -> str:
    """Where a design stands: open, in_review, closed (its version came into force) or discarded."""
    if row.discarded_at is not None:
        return "discarded"
    return {"in_review": "in_review", "published": "closed", "retired": "closed"}.get(row.version_status, "open")


def take(
    rt: Runtime,
    db: Connection,
    design: Row[Any],
    changed: Changed,
    step: Step,
    actor: Actor,
    version: Row[Any] | None = None,
) -> Revision:
    """Write a step: its event, its row, and the design as it leaves it."""
    there, back = as_list(step.edits), as_list(changed.inverse)
    require_bearable([there, back])
    number, at = design.number + 1, rt.clock()
    told: dict[str, Any] = {"version": version.ref} if version is not None else {}
    told |= {"of": step.of} if step.of is not None else {}
    event = tell(rt, db, design, step.name, number, facts(there, back, changed.draft) | told, actor, at)
    queries.add_step(
        db,
        design_id=design.id,
        number=number,
        step=step.name,
        of=step.of,
        event_ref=event,
        person_id=actor.person_id,
        at=to_text(at),
        edits=canonical(there).decode(),
        inverse=canonical(back).decode(),
        version_id=version.id if version is not None else None,
        to_undo=step.to_undo,
        to_redo=step.to_redo,
        below=step.below,
    )
    kept: dict[str, Any] = {**written(changed.draft), **({} if version is None else {"version_id": version.id})}
    if step.name == "discarded":
        kept["discarded_at"] = to_text(at)
    queries.put(db, design.id, number=number, changed_by=actor.person_id, changed_at=to_text(at), **kept)
    return Revision(design.ref, number, changed.draft, step.to_undo is not None, step.to_redo is not None)


def require_bearable(edits: list[Any]) -> None:
    """Refuse edits that cannot be kept, or are too much for one step."""
    try:
        size = len(canonical(edits))
    except (BadRequest, RecursionError) as error:
        raise InvalidEdit(Message("edits.unwritable")) from error
    if size > LARGEST_STEP:
        raise InvalidEdit(Message("edits.step_too_large", most=LARGEST_STEP))


def written(draft: Draft) -> dict[str, str]:
    """A draft as the columns of its row; the order of its keys stays."""
    places = {key: list(point) for key, point in draft.places.items()}
    return {"document": json.dumps(draft.document, ensure_ascii=False), "places": canonical(places).decode()}


def facts(there: Any, back: Any, draft: Draft, document: Any = None) -> dict[str, str]:
    """What an event commits to: the edits of a step, and the draft that it leaves."""
    places = {key: list(point) for key, point in draft.places.items()}
    left = digest({"document": draft.document, "places": places})
    return {"edits": digest({"edits": there, "inverse": back, "document": document}), "draft": left}


def tell(
    rt: Runtime,
    db: Connection,
    design: Any,
    step: str,
    number: int,
    public: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    private: Mapping[str, str] | None = None,
) -> str:
    """The event of a step in the stream of its definition; answers its ref. private: what it only commits to."""
    event = apply.append_event(
        db,
        stream=stream_of(design),
        kind=f"design.{step}",
        at=at,
        actor=actor,
        public={"design": design.ref, "number": number, **public},
        private=private or {},
        product=rt.version,
    )
    return event.ref


def stream_of(design: Any) -> str:
    """The stream in which a definition's versions and designs are told."""
    return f"definition:{design.kind}/{design.key}"
