"""VERBS propose, agree, refuse: take a case back to where it has been, as two admins agree.

One proposes it with the reason; another, who owes him nothing, sees everything that it would do and agrees within seven
days, while the case stands where it stood. What was sent stays; tasks are opened anew; results found since no longer
count. The database refuses the move without the proposal of somebody else (migrations, `event_consented`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from engine import approval, consequences, jobs
from engine.authority import ADMIN, require_admin_of_case, required_reason
from engine.consequences import Consequences
from engine.core.case import SYSTEM, Actor
from engine.core.errors import NotAllowed, NotFound, Refused, StaleCase
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.times import to_datetime, to_text
from engine.requests import Once
from engine.runtime import Runtime
from engine.snapshot import Snapshot, load
from engine.steps import Receipt, move
from engine.store import apply
from engine.store.queries import outbox, scope
from engine.store.queries import rewinds as queries

LASTS = timedelta(days=7)
TELL = "cases.tell_beside"


def propose(rt: Runtime, case_ref: str, back: int, *, actor: Actor, reason: str, shown: str, key: str) -> str:
    """Propose to take a case back to where its version `back` had brought it; answers the ref of the proposal.

    shown: the digest of the consequences that he saw. Raises Refused where it cannot be, or another proposal waits;
    StaleCase when something has changed since; NotAllowed for whoever does not administer the case, and in his own.
    """
    at = rt.clock()
    reason = required_reason(reason)
    once = Once(actor, key, f"rewind:{case_ref}", [back, reason])
    with rt.db.begin() as db:
        found = load(rt, db, case_ref, actor, at, lock=True, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return str(earlier["proposal"])
        would = judge(db, found, back, actor)
        _require_seen(would, shown)
        waiting = queries.standing(db, found.id)
        if waiting is not None and _may_still(found, waiting, at):
            raise Refused(Message("rewind.waits_already", name=waiting.by_name))
        until = to_text(at + LASTS)
        public = {"to": would.visit.state, "n": found.view.version, "back": back, "until": until}
        event = _record(rt, db, found, "case.rewind_proposed", public, reason, actor, key, at)
        if waiting is not None:
            queries.decide(db, waiting.id, "replaced", event)
        queries.add(
            db, ref=event, case_id=found.id, n=found.view.version, back=back, to_state=would.visit.state,
            by_id=actor.person_id, until=until,
        )  # fmt: skip
        once.remember(db, {"proposal": event}, at)
        return event


def agree(rt: Runtime, case_ref: str, proposal_ref: str, *, actor: Actor, shown: str, key: str) -> Receipt:
    """Agree to what somebody else proposed: the case is where it was. shown: the digest of what he saw.

    Raises NotAllowed for the proposer, where one of the two has his right or account of the other, where somebody has
    lately let both in, and where the proposer's own right has ended; StaleCase where the case has moved or something
    else has changed; Refused when it has lapsed.
    """
    at = rt.clock()
    once = Once(actor, key, f"rewind:{case_ref}:{proposal_ref}", [shown])
    with rt.db.begin() as db:
        found = load(rt, db, case_ref, actor, at, lock=True, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return Receipt(**earlier)
        row = _waiting(db, found, proposal_ref)
        if (wrong := why_not_agree(rt, db, found, row, actor, at)) is not None:
            raise wrong
        would = judge(db, found, row.back, actor, row.ref)
        _require_seen(would, shown)
        reason = queries.reason_of(db, row.ref)
        public = {"proposal": row.ref, "proposed_by": row.by_ref, "back": row.back}
        event = move(
            rt, db, found, would.taken.decision, actor, at, reason=reason, key=key, kind="case.rewound", public=public
        )
        queries.withdraw(db, found.id, row.back, event.ref)
        queries.decide(db, row.id, "agreed", event.ref)
        works = _tell(db, found, would, event.ref, at)
        receipt = Receipt(found.ref, would.visit.state, found.view.version + 1, event.ref)
        once.remember(db, receipt.as_document(), at)
    rt.queue([*event.outbox, *works])
    return receipt


def refuse(rt: Runtime, case_ref: str, proposal_ref: str, *, actor: Actor, reason: str, key: str) -> None:
    """Refuse a proposal with the reason; its proposer takes it back by this."""
    at = rt.clock()
    reason = required_reason(reason)
    once = Once(actor, key, f"rewind:{case_ref}:{proposal_ref}:refuse", [reason])
    with rt.db.begin() as db:
        found = load(rt, db, case_ref, actor, at, lock=True, asker=once.asker)
        if once.told(found.asked) is not None:
            return
        require_admin_of_case(db, found, actor)
        row = _waiting(db, found, proposal_ref)
        how = "taken_back" if row.by_id == actor.person_id else "refused"
        public = {"proposal": row.ref, "how": how}
        event = _record(rt, db, found, "case.rewind_refused", public, reason, actor, key, at)
        queries.decide(db, row.id, how, event)
        once.remember(db, {}, at)


def judge(db: Connection, found: Snapshot, back: int, actor: Actor, basis: str | None = None) -> Consequences:
    """What it would do, for an admin of the case. Reads only; raises what `propose` raises for the case itself."""
    require_admin_of_case(db, found, actor)
    if found.workflow.definition.subject == "definition":
        raise Refused(Message("rewind.of_definition"))
    if found.view.suspended_at is not None:
        raise Refused(Message("rewind.suspended"))
    return consequences.of(db, found, back, actor, basis)


def why_not_agree(
    rt: Runtime, db: Connection, found: Snapshot, row: Any, actor: Actor, at: datetime
) -> NotAllowed | Refused | StaleCase | None:
    """What agreeing to a proposal that nobody has decided would raise, before its consequences are looked at."""
    try:
        require_admin_of_case(db, found, actor)
    except NotAllowed as refused:
        return refused
    if row.by_id == actor.person_id:
        return NotAllowed(Message("rewind.own"))
    if row.n != found.view.version:
        return StaleCase(Message("rewind.moved"))
    if to_datetime(row.until) <= at:
        return Refused(Message("rewind.lapsed"))
    proposer = _still_administers(rt, db, found, row.by_id)
    if proposer is None:
        return NotAllowed(Message("rewind.proposer_gone", name=row.by_name))
    if approval.is_made_by(db, actor, row.by_id, found.unit_id, at):
        return NotAllowed(Message("rewind.made_by_proposer", name=row.by_name))
    # Nor the other way round: whoever has the proposer in his hand would be both of them.
    if actor.person_id is not None and approval.is_made_by(db, proposer, actor.person_id, found.unit_id, at):
        return NotAllowed(Message("rewind.made_proposer", name=row.by_name))
    if actor.person_id is not None and approval.share_a_maker(db, actor.person_id, row.by_id, at):
        return NotAllowed(Message("rewind.one_maker", name=row.by_name))
    return None


def _still_administers(rt: Runtime, db: Connection, found: Snapshot, person_id: int) -> Actor | None:
    """The proposer with the rights that he has today; None where he administers the case no longer."""
    try:
        proposer = jobs.as_today(rt, db, person_id)
    except NotAllowed:
        return None
    return proposer if scope.covers(db, proposer, found.unit_id, ADMIN) else None


def _may_still(found: Snapshot, row: Any, at: datetime) -> bool:
    return bool(row.n == found.view.version and to_datetime(row.until) > at)


def _waiting(db: Connection, found: Snapshot, proposal_ref: str) -> Any:
    row = queries.standing(db, found.id)
    if row is None or row.ref != proposal_ref:
        raise NotFound(Message("rewind.decided"))
    return row


def _require_seen(would: Consequences, shown: str) -> None:
    if would.digest != shown:
        raise StaleCase(Message("rewind.other_consequences"))


def _record(
    rt: Runtime,
    db: Connection,
    found: Snapshot,
    kind: str,
    public: Mapping[str, Any],
    reason: str,
    actor: Actor,
    key: str,
    at: datetime,
) -> str:
    event = apply.append_event(
        db, stream=f"case:{found.ref}", kind=kind, at=at, actor=actor, case_id=found.id, public=public,
        private={"reason": reason}, key=key, product=rt.version,
    )  # fmt: skip
    return event.ref


def _tell(db: Connection, found: Snapshot, would: Consequences, event: str, at: datetime) -> list[int]:
    """After the commit the cases beside this one are told: those that it opened, and the one that thought it over."""
    works = tell_children(db, found, "case.parent_rewound", event, at)
    if would.parent is not None:
        works.append(_telling(db, would.parent, found.ref, "case.child_rewound", event, at))
    return works


def tell_children(db: Connection, found: Snapshot, kind: str, event: str, at: datetime) -> list[int]:
    """Ask for the cases that a case opened to be told of an event of it, each in a transaction of its own."""
    refs = queries.opened(db, found.id) if found.workflow.links else []
    return [_telling(db, ref, found.ref, kind, event, at) for ref in refs]


def _telling(db: Connection, to: str, about: str, kind: str, event: str, at: datetime) -> int:
    body = canonical({"case": to, "about": about, "event": event, "kind": kind}).decode()
    return outbox.add(db, TELL, body, f"{event}:tell:{to}", to_text(at), event)


def tell_beside(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """WORK cases.tell_beside: one case beside another is told what became of that one; nothing else changes."""
    at = rt.clock()
    found = load(rt, db, body["case"], SYSTEM, at, lock=True)
    apply.append_event(
        db, stream=f"case:{found.ref}", kind=body["kind"], at=at, actor=SYSTEM, case_id=found.id,
        public={"case": body["about"], "event": body["event"]}, private={}, product=rt.version,
    )  # fmt: skip
