"""VERB hand_over: what somebody holds goes to another: one confirmation, one transaction a case, all recorded.

For whoever leaves or is moved by a reorganisation. Roles in running cases get their new holder `in the place of` him,
so each later act names both; what he did stays his. Orders in which he is absent or acts, and his rights, end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from engine import acting, holders
from engine.authority import administered_person, office_day, require_whole_person
from engine.core import roles
from engine.core.case import Actor, Holder, TaskView
from engine.core.errors import BadRequest, InvalidSubmission
from engine.core.messages import Message
from engine.core.passing import role_of
from engine.core.proof.canonical import canonical
from engine.core.reading.compiled import Workflow
from engine.core.rules import Ask
from engine.core.times import to_datetime, to_text
from engine.grants import end_held
from engine.requests import Once
from engine.runtime import Runtime
from engine.snapshot import tasks_of_row
from engine.staffing import Act
from engine.store import apply
from engine.store.queries import acting as orders
from engine.store.queries import case_head, outbox, people, role_people
from engine.store.queries import handover as queries
from engine.store.queries import staffing as holds

LONGEST_REASON = 4000
WORK = "cases.hand_over"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take over, and by which rule he is proposed: new_holder or superior."""

    ref: str
    name: str
    rule: str
    post: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class Duties:
    """All that somebody would leave behind, and who is proposed to take it over, the first one first."""

    cases: tuple[Row[Any], ...]
    orders: tuple[Row[Any], ...]
    grants: tuple[Row[Any], ...]
    appointments: tuple[Row[Any], ...]
    candidates: tuple[Candidate, ...]

    @property
    def tasks(self) -> int:
        return sum(row.tasks for row in self.cases)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What was asked for: the event, and how many cases, orders and rights."""

    event: str
    cases: int
    orders: int
    grants: int


def duties(db: Connection, actor: Actor, person: Any, on: date) -> Duties:
    """What a person holds on a day, within the actor's administration. Reads only."""
    day = on.isoformat()
    return Duties(
        cases=tuple(queries.cases_of(db, actor, person.id, day)),
        orders=tuple(orders.of_person(db, actor, person.id, on)),
        grants=tuple(holds.live_grants(db, person.id, day)),
        appointments=tuple(holds.live_appointments(db, person.id, day)),
        candidates=tuple(_candidates(db, person, on)),
    )


def _candidates(db: Connection, person: Any, on: date) -> list[Candidate]:
    found = {
        row.ref: Candidate(row.ref, row.name, "new_holder", row.post, row.starts_on)
        for row in reversed(queries.new_holders(db, person.id, on.isoformat()))
    }
    asks = [Ask("superior_of", person.id, on.isoformat(), 0, steps) for steps in (1, 2)]
    answers = role_people.answers(db, asks)
    above = next((answers[ask] for ask in asks if answers[ask]), ())
    return [*reversed(found.values()), *(Candidate(up.ref, up.name, "superior") for up in above if up.ref not in found)]


def hand_over(
    rt: Runtime, *, actor: Actor, person_ref: str, successor_ref: str, number: str, reason: str, once: str | None = None
) -> HandedOver:
    """Hand everything that a person holds to a successor; cases follow one by one through the outbox.

    number: of the order or minutes that the hand-over stands on. Raises NotFound outside the actor's administration,
    NotAllowed for himself and where rights reach further, InvalidSubmission by field.
    """
    at = rt.clock()
    said = {"number": number.strip(), "reason": reason.strip()}
    asked = Once(actor, once, f"handover:{person_ref}", {**said, "successor": successor_ref})
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return HandedOver(**earlier)
        person = administered_person(db, actor, person_ref, at)
        require_whole_person(db, actor, person.id, at)
        successor = _successor(db, actor, person, successor_ref, said, rt)
        act = Act(rt, db, actor, at)
        left = duties(db, actor, person, office_day(db, actor, at))
        public = {"person": person.ref, "successor": successor.ref, "cases": len(left.cases)}
        event = act.record(f"person:{person.ref}", "person.handed_over", public, said)
        rows = _end_all(act, left)
        body = {"from": person.id, "to": successor.id, "by": actor.person_id, "reason": said["reason"]}
        work = {
            f"handover:{event}:{row.ref}": canonical({**body, "number": said["number"], "case": row.ref}).decode()
            for row in left.cases
        }
        outbox.add_all(db, WORK, work, to_text(at))
        done = HandedOver(event, len(left.cases), len(left.orders), len(left.grants))
        asked.remember(db, {name: getattr(done, name) for name in ("event", "cases", "orders", "grants")}, at)
    rt.queue(rows)
    return done


def _successor(db: Connection, actor: Actor, person: Any, ref: str, said: Mapping[str, str], rt: Runtime) -> Any:
    if not 1 <= len(said["reason"]) <= LONGEST_REASON:
        raise InvalidSubmission({"reason": Message("reason.length", limit=LONGEST_REASON, found=len(said["reason"]))})
    if not 1 <= len(said["number"]) <= acting.LONGEST_NUMBER:
        raise InvalidSubmission({"number": Message("acting.number", most=acting.LONGEST_NUMBER)})
    if ref == person.ref:
        raise InvalidSubmission({"successor": Message("acting.himself")})
    successor = administered_person(db, actor, ref, rt.clock())
    if not successor.active:
        raise InvalidSubmission({"successor": Message("acting.deputy_left", name=successor.name)})
    return successor


def _end_all(act: Act, left: Duties) -> list[int]:
    """End the orders and rights, from today on; one that begins later never begins."""
    today = office_day(act.db, act.actor, act.at)
    rows = []
    for row in left.orders:
        rows.append(acting.ended(act, row, max(today, date.fromisoformat(row.starts_on)))[1])
    for row in left.grants:
        rows.append(end_held(act, holds.grant(act.db, row.ref), max(today, date.fromisoformat(row.starts_on))))
    return rows


def hand_over_case(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """Work of the outbox: one case. Whoever cannot hold a role there (he judges himself) leaves it where it is."""
    at = rt.clock()
    row = case_head.head(db, body["case"], at, lock=True)
    workflow = rt.library.workflow(db, row.definition_digest)
    if row.state not in workflow.states:
        return
    held = holders.of_case(db, workflow, row, at.astimezone(ZoneInfo(row.timezone)).date())
    left, successor = people.by_id(db, body["from"]), people.by_id(db, body["to"])
    actor = _actor(db, body["by"])
    tasks, task_ids = tasks_of_row(row)
    specs = {spec.key: spec for spec in workflow.tasks(row.state)}
    clock = to_datetime(row.suspended_at) if row.suspended_at else at
    opened = [(role_of(specs[task.key], task.due, clock, held), task) for task in tasks if task.state == "open"]
    for role in _roles_of(workflow, held, opened, left.id):
        if not _is_fit(workflow, role, held, row, successor):
            continue
        apply.write_reassignment(
            db,
            case_id=row.id,
            case_ref=row.ref,
            role=role,
            task_ids=[task_ids[task.ref] for of, task in opened if of == role],
            person_id=successor.id,
            person_ref=successor.ref,
            left=Holder(left.id, left.ref, left.name, "handed_over"),
            actor=actor,
            at=at,
            reason=f"{body['reason']} ({body['number']})",
            product=rt.version,
        )


def _actor(db: Connection, person_id: int | None) -> Actor:
    row = people.by_id(db, person_id or 0)
    if row is None:
        raise BadRequest(Message("people.person_not_found"))
    return Actor(row.id, row.ref, row.name)


def _roles_of(
    workflow: Workflow, held: Mapping[str, tuple[Holder, ...]], opened: Sequence[tuple[str, TaskView]], person_id: int
) -> list[str]:
    """The roles that somebody holds today, himself or through a deputy, and those of the open tasks that he has."""
    own = {
        role
        for role, named in held.items()
        for holder in named
        if person_id in (holder.person_id, holder.instead_of.person_id if holder.instead_of else None)
    }
    own |= {role for role, task in opened if any(each.person_id == person_id for each in task.holders)}
    return [spec.key for spec in workflow.definition.roles if spec.key in own and spec.rule != "subject"]


def _is_fit(workflow: Workflow, role: str, held: Mapping[str, tuple[Holder, ...]], row: Any, successor: Any) -> bool:
    """Nobody judges himself, nor holds what a role of his keeps him from, nor a role twice."""
    own = [key for key, named in held.items() if any(holder.person_id == successor.id for holder in named)]
    spec = next(each for each in workflow.definition.roles if each.key == role)
    return successor.id != row.subject_id and role not in own and not roles.kept_apart(spec, own)
