"""What can be done to many cases at once: one entry of ACTS each. A fifth act is one more; nothing else knows them.

Each goes through the ordinary verb on one case, with the rights of who asked. That a preview is the same call, taken
back at once, and that what was shown is compared with what is done, stands in bulk_doing.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine import cases, notices, reassigning
from engine.authority import LONGEST_REASON
from engine.core import machine
from engine.core.case import CANCELLED, Actor
from engine.core.errors import InvalidSubmission, Refused
from engine.core.messages import Message, Param, readable
from engine.runtime import Runtime
from engine.snapshot import Snapshot, load
from engine.store.queries import bulk as queries
from engine.store.queries import people

Said = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Doing:
    """One case at its turn. rt: its verbs take part in the transaction of `db`. body: the parameters of the act."""

    rt: Runtime
    db: Connection
    actor: Actor
    case: str
    body: Mapping[str, Any]
    key: str

    def case_locked(self) -> Snapshot:
        """The case as it stands; nobody else moves it before the transaction ends."""
        return load(self.rt, self.db, self.case, self.actor, self.rt.clock(), lock=True)


@dataclass(frozen=True, slots=True)
class Effect:
    """What an act does to one case: the event that holds it, and in words.

    facts: what an undoing has to know, and what must be the same when it is done as when it was shown; so nothing that
    is different each time. group: what cases have in common that are counted together; else what is said.
    """

    event: str
    words: Message
    facts: Mapping[str, Any]
    group: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """What stands of an act that shall be undone: its facts, and the event that holds it."""

    facts: Mapping[str, Any]
    event: str


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done to many cases.

    judge: what was said on the page → parameters; raises InvalidSubmission by field. do: does it to one case, or
    raises why not. undo: does what takes it back, or raises why not; None where nothing ever can.
    """

    judge: Callable[[Connection, Actor, Said], dict[str, Any]]
    do: Callable[[Doing], Effect]
    undo: Callable[[Doing, Done], Effect] | None = None


def _judge_fire(db: Connection, actor: Actor, said: Said) -> dict[str, Any]:
    transition = said.get("transition", "").strip()
    if not transition:
        raise InvalidSubmission({"transition": Message("bulk.needs.transition")})
    return {"transition": transition, "reason": _reason(said, needed=False)}


def _fire(doing: Doing) -> Effect:
    return _move(doing, doing.case_locked(), doing.body["transition"], "bulk.effect.fire")


def _move(doing: Doing, found: Snapshot, transition: str, told: str) -> Effect:
    """Fire a transition as it is now; whoever asks has locked the case."""
    move = found.workflow.moves.get(transition)
    if machine.is_over(found.workflow, found.view):
        raise Refused(Message("case.over"))
    if move is not None and found.view.state not in move.spec.from_:
        raise Refused(Message("bulk.fire.elsewhere", state=_state(found, found.view.state)))
    wanted = None if move is None or move.spec.reason == "none" else doing.body["reason"]
    receipt = cases.fire(
        doing.rt, doing.case, transition, actor=doing.actor, seen=found.view.version, key=doing.key, reason=wanted
    )
    by = readable(transition) if move is None or move.spec.label is None else move.spec.label
    words = Message(told, by=by, was=_state(found, found.view.state), to=_state(found, receipt.state))
    return Effect(receipt.event, words, {"from": found.view.state, "to": receipt.state})


def _state(found: Snapshot, key: str) -> Param:
    if key == CANCELLED:
        return Message("status.cancelled")
    state = found.workflow.states.get(key)
    return state.label if state is not None and state.label is not None else readable(key)


def _unfire(doing: Doing, done: Done) -> Effect:
    """Fire the transition that leads back, where the definition declares one that the actor may fire."""
    found = doing.case_locked()
    if found.view.state != done.facts["to"]:
        raise Refused(Message("bulk.undo.moved_on", state=_state(found, found.view.state)))
    offers = machine.available(found.workflow, found.view, doing.actor)
    back = [each for each in offers if found.workflow.moves[each.transition].spec.to == done.facts["from"]]
    if not back:
        raise Refused(Message("bulk.undo.no_way_back", state=_state(found, done.facts["from"])))
    way = next((each for each in back if each.allowed), back[0])
    return _move(doing, found, way.transition, "bulk.effect.unfire")


def _judge_remind(db: Connection, actor: Actor, said: Said) -> dict[str, Any]:
    return {"reason": _reason(said, needed=False, most=notices.LONGEST_BECAUSE)}


def _remind(doing: Doing) -> Effect:
    """Remind whoever has the case now; each is told once a day, whoever asks."""
    found = doing.case_locked()
    notices.remind_now(doing.rt, doing.db, doing.case, by=doing.actor, because=doing.body["reason"], key=doing.key)
    waiting = dict(notices.waiting(found))
    held = {holder.ref: holder.name for task in waiting for holder in task.holders}
    held.pop(doing.actor.ref, None)
    words = Message("bulk.effect.remind", names=", ".join(held.values()), tasks=len(waiting))
    facts = {"tasks": [task.ref for task in waiting], "to": sorted(held)}
    return Effect(queries.last_event(doing.db, found.id), words, facts, group=("bulk.effect.remind",))


def _judge_reassign(db: Connection, actor: Actor, said: Said) -> dict[str, Any]:
    role, person = said.get("role", "").strip(), said.get("person", "").strip()
    if not role:
        raise InvalidSubmission({"role": Message("bulk.needs.role")})
    if not person or people.by_ref(db, person) is None:
        raise InvalidSubmission({"person": Message("bulk.needs.person")})
    return {"role": role, "person": person, "reason": _reason(said)}


def _reassign(doing: Doing) -> Effect:
    found, role = doing.case_locked(), doing.body["role"]
    given = {"actor": doing.actor, "reason": doing.body["reason"], "key": doing.key}
    receipt = reassigning.reassign_role(doing.rt, doing.case, role, doing.body["person"], **given)
    return _placed(doing, found, role, receipt.event, "bulk.effect.reassign")


def _unreassign(doing: Doing, done: Done) -> Effect:
    found = doing.case_locked()
    given = {"actor": doing.actor, "reason": doing.body["reason"], "key": doing.key}
    receipt = reassigning.take_back(doing.rt, doing.case, done.event, **given)
    return _placed(doing, found, done.facts["role"], receipt.event, "bulk.effect.unreassign")


def _placed(doing: Doing, before: Snapshot, role: str, event: str, told: str) -> Effect:
    """Who held a role, and who holds it now: in words and as refs."""
    after = doing.case_locked()
    spec = next(spec for spec in after.workflow.definition.roles if spec.key == role)
    was, now = before.view.roles.get(role, ()), after.view.roles.get(role, ())
    label = spec.label if spec.label is not None else readable(spec.key)
    words = Message(told, role=label, was=_names(was), to=_names(now))
    facts = {"role": role, "from": [each.ref for each in was], "to": [each.ref for each in now]}
    return Effect(event, words, facts, group=(told, role))


def _names(holders: Any) -> Param:
    return ", ".join(each.name for each in holders) or Message("bulk.nobody")


def _reason(said: Said, *, needed: bool = True, most: int = LONGEST_REASON) -> str:
    reason = said.get("reason", "").strip()
    if len(reason) > most or (needed and not reason):
        raise InvalidSubmission({"reason": Message("reason.length", limit=most, found=len(reason))})
    return reason


ACTS: Mapping[str, Act] = {
    "remind": Act(_judge_remind, _remind),
    "reassign": Act(_judge_reassign, _reassign, _unreassign),
    "fire": Act(_judge_fire, _fire, _unfire),
}


def judge_undo(db: Connection, actor: Actor, said: Said) -> dict[str, Any]:
    """The parameters of an undoing: the reason."""
    return {"reason": _reason(said)}
