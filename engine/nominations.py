"""Verbs on nominations: propose somebody for a role of a running case, approve or refuse him.

Who proposes and who approves says the rule of the role (`by`, `approved_by`), asked on the day. A nomination is never
edited: it is decided once. Who was approved holds the role once there are as many as it takes (core/roles.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from engine import named, notices
from engine.core import machine, roles
from engine.core.case import Actor, Holder
from engine.core.errors import BadRequest, NotAllowed, NotFound, Refused
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.rules import chain
from engine.core.tasks import suspended_message
from engine.core.times import to_text
from engine.requests import Once
from engine.runtime import Runtime
from engine.snapshot import Snapshot, load
from engine.staffing import Act
from engine.store import apply
from engine.store.queries import nominations as queries
from engine.store.queries import outbox, people

if TYPE_CHECKING:
    from engine.core.definition import RoleSpec, RuleSpec

LONGEST_REASON = 4000


@dataclass(frozen=True, slots=True)
class Open:
    """A role that people are nominated for, as it stands: who was proposed, and what the reader may do."""

    spec: RoleSpec
    rule: RuleSpec
    rows: tuple[Any, ...]
    may_propose: bool
    may_decide: bool

    @property
    def waiting(self) -> tuple[Any, ...]:
        return tuple(row for row in self.rows if row.decision is None)

    @property
    def wanted(self) -> int:
        """How many more may be proposed."""
        standing = sum(row.decision != "refused" for row in self.rows)
        return max(0, (self.rule.count or 1) - standing)


def standing(db: Connection, found: Snapshot, actor: Actor) -> tuple[Open, ...]:
    """The roles of a case that people are nominated for; none where the definition has none. Reads only."""
    if not found.workflow.nominates:
        return ()
    rows = queries.of_case(db, found.id)
    still = machine.is_over(found.workflow, found.view) or found.view.suspended_at is not None
    return tuple(_open(found, spec, rule, rows, actor, still) for spec, rule in _nominated(found))


def _nominated(found: Snapshot) -> Iterator[tuple[RoleSpec, RuleSpec]]:
    for spec in found.workflow.definition.roles:
        rule = next((each for each in chain(spec) if each.rule == "nominated"), None)
        if rule is not None:
            yield spec, rule


def _open(found: Snapshot, spec: RoleSpec, rule: RuleSpec, rows: list[Any], actor: Actor, still: bool) -> Open:
    own = tuple(row for row in rows if row.role == spec.key)
    standing_ = Open(spec, rule, own, False, False)
    may_propose = not still and found.view.holds(actor, rule.by or "") is not None and standing_.wanted > 0
    may_decide = not still and rule.approved_by is not None and found.view.holds(actor, rule.approved_by) is not None
    return Open(spec, rule, own, may_propose, may_decide)


def propose(rt: Runtime, case_ref: str, role: str, person_ref: str, *, actor: Actor, key: str) -> str:
    """Propose a person for a role; answers the nomination's ref. Where nobody approves, he is in at once.

    Raises NotAllowed for whoever does not hold the proposing role, Refused when there are enough, for the subject, for
    whoever was proposed already or is kept apart by a role of his, and for oneself where nobody approves.
    """
    at = rt.clock()
    once = Once(actor, key, f"nominate:{case_ref}", [role, person_ref])
    with rt.db.begin() as db:
        found = load(rt, db, case_ref, actor, at, lock=True, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return str(earlier["ref"])
        opened = _of_role(db, found, role, actor)
        right = found.view.holds(actor, opened.rule.by or "")
        if right is None:
            raise NotAllowed(Message("nomination.not_yours"))
        if not opened.may_propose:
            raise Refused(Message("nomination.enough", count=opened.rule.count or 1))
        person = _person(rt, db, found, opened, person_ref)
        decided = None if opened.rule.approved_by else "approved"
        if decided and person.id == actor.person_id:
            raise Refused(Message("nomination.own"))
        public = {"role": role, "person": person.ref} | ({"decision": decided} if decided else {})
        event = _record(rt, db, found, "case.nominated", public, {}, actor, opened.rule.by, right, key, at)
        queries.add(
            db, ref=event, case_id=found.id, role=role, person_id=person.id, by_id=actor.person_id,
            decision=decided, decided_ref=event if decided else None,
        )  # fmt: skip
        if decided:
            notices.tell_person(Act(rt, db, actor, at), person.id, "person.nominated", event, {"role": role}, found.id)
        once.remember(db, {"ref": event}, at)
        row = _rehold(db, found, event, at)
    rt.queue([row])
    return event


def decide(
    rt: Runtime, case_ref: str, nomination_ref: str, decision: str, *, actor: Actor, reason: str, key: str
) -> None:
    """Approve or refuse a nomination that waits; to refuse needs a reason.

    Raises NotAllowed for whoever does not hold the approving role, Refused for what was decided already, and for
    whoever proposed it or was proposed: it takes another pair of eyes.
    """
    at = rt.clock()
    reason = reason.strip()
    if decision not in ("approved", "refused"):
        raise BadRequest(Message("nomination.decision"))
    if len(reason) > LONGEST_REASON or (decision == "refused" and not reason):
        raise BadRequest(Message("reason.length", limit=LONGEST_REASON, found=len(reason)))
    once = Once(actor, key, f"nomination:{nomination_ref}", [decision, reason])
    with rt.db.begin() as db:
        found = load(rt, db, case_ref, actor, at, lock=True, asker=once.asker)
        if once.told(found.asked) is not None:
            return
        row = next((each for each in queries.of_case(db, found.id) if each.ref == nomination_ref), None)
        if row is None:
            raise NotFound(Message("nomination.not_found"))
        opened = _of_role(db, found, row.role, actor)
        right = found.view.holds(actor, opened.rule.approved_by or "")
        if not opened.may_decide or right is None:
            raise NotAllowed(Message("nomination.not_yours"))
        if row.decision is not None:
            raise Refused(Message("nomination.decided"))
        if actor.person_id in (row.by_id, row.person_id):
            raise Refused(Message("nomination.own"))
        public = {"nomination": row.ref, "role": row.role, "decision": decision}
        private = {"reason": reason} if reason else {}
        kind, by = "case.nomination_decided", opened.rule.approved_by
        event = _record(rt, db, found, kind, public, private, actor, by, right, key, at)
        queries.decide(db, row.id, decision, event)
        if decision == "approved":
            notices.tell_person(
                Act(rt, db, actor, at), row.person_id, "person.nominated", event, {"role": row.role}, found.id
            )
        once.remember(db, {}, at)
        work = _rehold(db, found, event, at)
    rt.queue([work])


def _of_role(db: Connection, found: Snapshot, role: str, actor: Actor) -> Open:
    opened = next((each for each in standing(db, found, actor) if each.spec.key == role), None)
    if opened is None:
        raise NotFound(Message("nomination.no_role"))
    if machine.is_over(found.workflow, found.view):
        raise Refused(Message("case.over"))
    if found.view.suspended_at is not None:
        raise Refused(suspended_message(found.view))
    return opened


def _person(rt: Runtime, db: Connection, found: Snapshot, opened: Open, ref: str) -> Any:
    """Somebody of the case's city who may hold the role: not its subject, not twice, not kept apart."""
    known = named.look_up(rt, db, found, {("person", ref)})
    person = people.by_ref(db, ref) if known else None
    if person is None or not person.active:
        raise NotFound(Message("person.not_found"))
    if person.id == found.view.subject_id:
        raise Refused(Message("nomination.subject", name=person.name))
    if any(row.person_id == person.id and row.decision != "refused" for row in opened.rows):
        raise Refused(Message("nomination.twice", name=person.name))
    own = [key for key, held in found.view.roles.items() if any(each.person_id == person.id for each in held)]
    if barred := roles.kept_apart(opened.spec, own):
        specs = {spec.key: spec for spec in found.workflow.definition.roles}
        held = tuple(roles.labelled(specs[key]) for key in barred)
        raise Refused(Message("reassign.kept_apart", name=person.name, role=roles.labelled(opened.spec), held=held))
    return person


def _record(
    rt: Runtime,
    db: Connection,
    found: Snapshot,
    kind: str,
    public: Mapping[str, Any],
    private: Mapping[str, Any],
    actor: Actor,
    role: str | None,
    right: Holder,
    key: str,
    at: datetime,
) -> str:
    event = apply.append_event(
        db,
        stream=f"case:{found.ref}",
        kind=kind,
        at=at,
        actor=actor,
        case_id=found.id,
        public=public,
        private=private,
        role=role,
        right=right,
        key=key,
        product=rt.version,
    )
    return event.ref


def _rehold(db: Connection, found: Snapshot, event: str, at: datetime) -> int:
    """After the commit, the open tasks of the case go to whoever holds their roles now."""
    body = canonical({"case": found.ref}).decode()
    return outbox.add(db, "holders.rehold", body, f"rehold:{event}", to_text(at), event)
