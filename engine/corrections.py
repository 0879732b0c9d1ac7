"""Work of the outbox that an action called: what the approval of a case changes in the organisation.

Done by whoever fired the transition, in one transaction with the event that tells the case what came of it. What does
not fit (no post, a circle) is told in the case too: nobody has to look for it among failed work.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine.core.case import Actor
from engine.core.errors import EngineError, InvalidSubmission, NotFound, Refused
from engine.core.messages import Message
from engine.restaffing import change_post
from engine.runtime import Runtime
from engine.staffing import Act
from engine.store import apply
from engine.store.queries import case_head, people, staffing
from engine.store.queries import corrections as queries


def correct_superior(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """Put the post of a person below the post of another, from a day on. Again, it changes nothing."""
    at, told = rt.clock(), body["arguments"]
    row = case_head.head(db, body["case"], at, lock=True)
    if queries.is_told(db, body["case"], body["event"]):
        return
    actor = author_of(db, body["case"], body["event"])
    public: dict[str, Any] = {"of": body["event"], "starts_on": told["starts_on"]}
    kind, private = "case.corrected", {}
    try:
        with db.begin_nested():
            post, above = (_seat(db, told[name], told["starts_on"]) for name in ("person", "superior"))
            _require_reach(db, row, post, told, actor)
            change_post(
                Act(rt, db, actor, at), post.ref, {"superior": above.ref},
                starts_on=date.fromisoformat(told["starts_on"]), reason=f"case {body['case']}",
            )  # fmt: skip
            public |= {"post": post.ref, "superior": above.ref}
    except (InvalidSubmission, Refused) as wrong:
        kind, private = "case.not_corrected", {"why": why(wrong).as_document()}
    apply.append_event(
        db,
        stream=f"case:{body['case']}",
        kind=kind,
        at=at,
        actor=actor,
        case_id=row.id,
        public=public,
        private=private,
        product=rt.version,
    )


def _seat(db: Connection, person_ref: str, day: str) -> Any:
    """The post that somebody holds definitively on a day."""
    person = people.by_ref(db, person_ref)
    found = None if person is None else staffing.seat(db, person.id, day)
    if found is None:
        name = person.name if person is not None else person_ref
        raise Refused(Message("starting.no_seat", name=name, day=date.fromisoformat(day)))
    return found


def _require_reach(db: Connection, case: Any, post: Any, told: Mapping[str, Any], actor: Actor) -> None:
    """The post lies where the case does, for whose unit the approval counts; nobody puts it below or above himself."""
    if told["person"] != case.subject_ref:
        raise Refused(Message("people.person_not_found"))
    if post.unit_id != case.unit_id:
        raise Refused(Message("starting.other_unit", post=post.name, day=date.fromisoformat(told["starts_on"])))
    if told["superior"] == actor.ref or actor.person_id in staffing.live_holders(db, post.id, told["starts_on"]):
        raise Refused(Message("people.not_oneself"))


def author_of(db: Connection, case_ref: str, event_ref: str) -> Actor:
    """Who fired the transition; NotFound for an event that is not one of the case."""
    row = queries.author(db, case_ref, event_ref)
    if row is None:
        raise NotFound(Message("people.person_not_found"))
    return Actor(row.id, row.ref, row.name)


def why(wrong: EngineError) -> Message:
    """The first thing that was refused."""
    return next(iter(wrong.errors.values())) if isinstance(wrong, InvalidSubmission) else wrong.message
