"""The ONLY writer of a case's state and of events: what was decided becomes rows, in the caller's transaction.

Nothing is decided here. Every time, actor and version is an argument. A version that somebody else has moved on
raises StaleCase; the caller's transaction then rolls everything back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, literal_column, update
from sqlalchemy import insert as insert_into

from engine.core.case import CANCELLED, Actor, CaseView, Holder
from engine.core.effects import Decision
from engine.core.proof import leaf
from engine.core.proof.evidence import private_part, verdicts
from engine.core.times import to_text
from engine.store.apply_effects import Ground, dues_of, effect_calls, said_in_leaf, write_all
from engine.store.apply_events import (
    EventRef,
    Origin,
    Place,
    Private,
    event_call,
    heading,
    next_place,
    next_place_of_case,
    note_calls,
    place_after,
    stream_of_case,
)
from engine.store.apply_holders import ADD_HOLDER, DROP_HOLDERS, write_holders
from engine.store.apply_notices import newcomers
from engine.store.apply_submissions import save_draft, write_submission
from engine.store.refs import new_ref
from engine.store.statement import Call, Statement, insert, together
from engine.store.tables.cases import Case, CaseRole

__all__ = [
    "EventRef",
    "Place",
    "append_event",
    "place_after",
    "save_draft",
    "start_case",
    "stream_of_case",
    "write_giving_back",
    "write_holders",
    "write_move",
    "write_reassignment",
    "write_submission",
]

NEW_CASE = ("ref", "cycle_id", "definition_digest", "subject_id", "unit_id", "version", "state", "opened_at")
# As text: for SQLite a column in RETURNING is written without its table, also inside of a subquery.
OF_UNIT = literal_column("(SELECT unit.ref FROM unit WHERE unit.id = cas.unit_id)")
ADD_CASE = Statement(
    insert_into(Case.__table__)
    .values({name: bindparam(name) for name in NEW_CASE})
    .returning(Case.id, OF_UNIT.label("unit_ref"))
)
MOVE_CASE = Statement(
    update(Case.__table__)
    .where(Case.id == bindparam("case_id"), Case.version == bindparam("seen"))
    .values(version=bindparam("n"), state=bindparam("to_state")),
    must_write=True,
)
ADD_ROLE = insert(CaseRole.__table__, "case_id", "role", "person_id", "from_id", "event_ref", "at", "given_back")


def append_event(
    db: Connection,
    *,
    stream: str,
    kind: str,
    at: datetime,
    actor: Actor,
    case_id: int | None = None,
    public: Mapping[str, Any],
    private: Mapping[str, Any],
    key: str | None = None,
    product: str,
    role: str | None = None,
    right: Holder | None = None,
    ref: str | None = None,
) -> EventRef:
    """Add a fact that moves no case to a stream; role, right: by which somebody did it. ref: of the event, when chosen.

    public: goes into the leaf as it is, so nothing personal; private: flat fields, kept as a note, the leaf commits
    to them. For a case's stream give `case_id`; the caller has locked the case's row.
    """
    place = next_place(db, stream) if case_id is None else next_place_of_case(db, stream)
    kept = Private(private)
    origin = Origin(actor, at, key, product, ref)
    head = heading(place, kind, origin, role=role, right=right, data=kept.root, public=public)
    event, call = event_call(place, head, leaf.document(head), case_id)
    together(db, [call, *note_calls(event, kept)])
    return event


def start_case(
    db: Connection,
    *,
    view: CaseView,
    cycle_id: int,
    definition_digest: str,
    decision: Decision,
    actor: Actor,
    at: datetime,
    product: str,
    parent: Mapping[str, str] | None = None,
    title: str | None = None,
) -> EventRef:
    """Open a case at version 1 in the state that `decision` enters, with its first event and tasks.

    parent: what its first leaf says of the case that opens it. title: what people call what it is about, where that is
    no person; the event commits to it.
    """
    row = ADD_CASE.one(
        db,
        ref=view.ref,
        cycle_id=cycle_id,
        definition_digest=definition_digest,
        subject_id=view.subject_id,
        unit_id=view.unit_id,
        version=1,
        state=decision.to_state,
        opened_at=to_text(at),
    )
    case = _Moving(row.id, view.ref, 1, definition_digest, Place(stream_of_case(view.ref), 1, None))
    public: dict[str, Any] = {"subject": view.subject_ref, "unit": row.unit_ref}
    public |= {"parent": dict(parent)} if parent is not None else {}
    origin, about = Origin(actor, at, None, product), {} if title is None else {"title": title}
    event, calls = _move(case, "case.started", decision, origin, None, {}, public, about)
    return write_all(db, event, calls)


def write_move(
    db: Connection,
    *,
    case_id: int,
    case_ref: str,
    version: int,
    definition_digest: str,
    decision: Decision,
    task_ids: Mapping[str, int],
    actor: Actor,
    at: datetime,
    reason: str | None = None,
    key: str | None = None,
    product: str,
    place: Place | None = None,
    ref: str | None = None,
    also: Sequence[Call] = (),
    kind: str | None = None,
    public: Mapping[str, Any] | None = None,
) -> EventRef:
    """Move a locked case from `version` to the next: its event with leaf and note, its state, tasks, results, work.

    task_ids: ref → integer key, for each task that the decision ends. place, ref: of the event, where the caller has
    read or chosen them. also: what is written together with it. kind, public: of an event that is no ordinary move.
    """
    place = place or next_place_of_case(db, stream_of_case(case_ref))
    case = _Moving(case_id, case_ref, version + 1, definition_digest, place)
    kind = kind or ("case.cancelled" if decision.to_state == CANCELLED else "case.moved")
    event, calls = _move(case, kind, decision, Origin(actor, at, key, product, ref), reason, task_ids, public)
    step = {"case_id": case_id, "seen": version, "n": version + 1, "to_state": decision.to_state}
    return write_all(db, event, [(MOVE_CASE, step), *calls, *also])


def write_reassignment(
    db: Connection,
    *,
    case_id: int,
    case_ref: str,
    role: str,
    task_ids: Sequence[int],
    person_id: int,
    person_ref: str,
    actor: Actor,
    at: datetime,
    reason: str,
    key: str | None = None,
    product: str,
    left: Holder | None = None,
) -> EventRef:
    """Make a person the holder of a role of one case from now on, and of its open tasks.

    left: in whose place, where his work is handed over.
    """
    place = next_place_of_case(db, stream_of_case(case_ref))
    kept = Private({"reason": reason})
    fact = {"role": role, "person": person_ref} | ({} if left is None else {"from": left.ref})
    kind = "case.reassigned" if left is None else "case.handed_over"
    head = heading(place, kind, Origin(actor, at, key, product), data=kept.root, public=fact)
    event, call = event_call(place, head, leaf.document(head), case_id)
    holding = {"person_id": person_id, "rule": "reassigned", "basis": event.ref}
    calls = [call, *note_calls(event, kept)]
    put = {"case_id": case_id, "role": role, "person_id": person_id, "event_ref": event.ref, "at": head.at}
    put["given_back"] = False
    calls.append((ADD_ROLE, {**put, "from_id": None if left is None else left.person_id}))
    for task_id in task_ids:
        calls += newcomers(task_id, [person_id], actor.person_id, case_id, event.ref, head.at)
    calls += [(DROP_HOLDERS, {"task_id": task_id}) for task_id in task_ids]
    calls += [(ADD_HOLDER, {"task_id": task_id, **holding}) for task_id in task_ids]
    together(db, calls)  # in order: a holder may be dropped and added again
    return event


def write_giving_back(
    db: Connection,
    *,
    case_id: int,
    case_ref: str,
    role: str,
    person_id: int,
    person_ref: str,
    actor: Actor,
    at: datetime,
    reason: str,
    key: str | None = None,
    product: str,
) -> EventRef:
    """Let the rule of a role count again in one case; it names who had been put in. Its open tasks are the caller's."""
    place = next_place_of_case(db, stream_of_case(case_ref))
    kept = Private({"reason": reason})
    fact = {"role": role, "person": person_ref}
    head = heading(place, "case.given_back", Origin(actor, at, key, product), data=kept.root, public=fact)
    event, call = event_call(place, head, leaf.document(head), case_id)
    row = {"case_id": case_id, "role": role, "person_id": person_id, "from_id": None, "event_ref": event.ref}
    together(db, [call, *note_calls(event, kept), (ADD_ROLE, {**row, "at": head.at, "given_back": True})])
    return event


@dataclass(frozen=True, slots=True)
class _Moving:
    """A case on its way to version n, and the place of that event in its stream."""

    id: int
    ref: str
    n: int
    definition: str
    place: Place


def _move(
    case: _Moving,
    kind: str,
    decision: Decision,
    origin: Origin,
    reason: str | None,
    task_ids: Mapping[str, int],
    public: Mapping[str, Any] | None = None,
    private: Mapping[str, str] | None = None,
) -> tuple[EventRef, list[Call]]:
    """The event of a move, and the statements that write it, its private part and its effects."""
    ref, at = origin.ref or new_ref(), to_text(origin.at)
    ground = Ground(case.id, case.ref, case.n, ref, at, task_ids, actor_id=origin.actor.person_id)
    effects = list(effect_calls(decision.effects, ground))
    dues = dues_of(effects)
    room = said_in_leaf(dues)
    kept = Private({**private_part(decision, reason), **(private or {}), **({} if room else {"dues": dues})})
    head = heading(
        case.place,
        kind,
        replace(origin, ref=ref),
        role=decision.role,
        right=decision.right,
        data=kept.root,
        public=public,
        dues=dues if room else leaf.NOTED,
    )
    document = leaf.move(
        head,
        case=case.ref,
        n=case.n,
        from_state=decision.from_state or None,
        to_state=decision.to_state,
        transition=decision.transition or None,
        definition=case.definition,
        verdicts=verdicts(decision, kept.commitments),
    )
    event, call = event_call(case.place, head, document, case.id)
    return event, [call, *note_calls(event, kept), *effects]
