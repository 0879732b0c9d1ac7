"""What can be done to many cases at once: one entry of ACTS each. A fifth act is one more; nothing else knows them.

Each goes through the ordinary verb on one case, with the rights of who asked. That a preview is the same call, taken
back at once, and that what was shown is compared with what is done, stands in bulk_doing.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine import cases, extensions, notices, putting_back, reassigning
from engine.bulk_act import Act, Doing, Done, Effect, Said, reason
from engine.core import machine
from engine.core.calendar import last_day
from engine.core.case import CANCELLED, Actor
from engine.core.errors import InvalidSubmission, Refused
from engine.core.expiring import running
from engine.core.messages import Message, Param, readable
from engine.core.times import to_datetime, to_text
from engine.snapshot import Snapshot
from engine.store.queries import bulk as queries
from engine.store.queries import people


def _judge_fire(db: Connection, actor: Actor, said: Said) -> dict[str, Any]:
    transition = said.get("transition", "").strip()
    if not transition:
        raise InvalidSubmission({"transition": Message("bulk.needs.transition")})
    return {"transition": transition, "reason": reason(said, needed=False)}


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
    return {"reason": reason(said, needed=False, most=notices.LONGEST_BECAUSE)}


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
    return {"role": role, "person": person, "reason": reason(said)}


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


def _judge_extend(db: Connection, actor: Actor, said: Said) -> dict[str, Any]:
    until, days = said.get("until", "").strip(), said.get("days", "").strip()
    if bool(until) == bool(days):
        raise InvalidSubmission({"days": Message("bulk.needs.until_or_days")})
    if days and not (days.isascii() and days.isdecimal() and 1 <= int(days[:5]) <= extensions.MOST_DAYS):
        raise InvalidSubmission({"days": Message("bulk.needs.days", most=extensions.MOST_DAYS)})
    if until and _day(until) is None:
        raise InvalidSubmission({"until": Message("admin.sent.day")})
    return {"until": until or None, "days": int(days) if days else None, "reason": reason(said)}


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if extensions.FIRST <= found <= extensions.LAST else None


def _extend(doing: Doing) -> Effect:
    found, body = doing.case_locked(), doing.body
    longer = extensions.Longer(_day(body["until"]) if body["until"] else None, body["days"])
    given = {"reason": body["reason"], "actor": doing.actor, "key": doing.key}
    receipt = extensions.extend_case(doing.rt, doing.case, longer, **given)
    return _put_off(doing, found, receipt.event, "bulk.effect.extend")


def _unextend(doing: Doing, done: Done) -> Effect:
    found = doing.case_locked()
    moved = [putting_back.Moved(of, to_datetime(was), to_datetime(now)) for of, was, now in done.facts["dues"]]
    given = {"reason": doing.body["reason"], "actor": doing.actor, "key": doing.key, "undoes": done.event}
    receipt = putting_back.put_back(doing.rt, doing.case, moved, **given)
    return _put_off(doing, found, receipt.event, "bulk.effect.unextend")


def _put_off(doing: Doing, before: Snapshot, event: str, told: str) -> Effect:
    """Which deadlines ended when, and end when now: the first of them in words."""
    after = doing.case_locked()
    was = {each.ref: each.due for each in running(before.workflow, before.view)}
    dues = [(each.ref, was[each.ref], each.due) for each in running(after.workflow, after.view)
            if each.due != was.get(each.ref, each.due)]  # fmt: skip
    first = [last_day(due, after.zone) for due in dues[0][1:]]
    words = Message(told, was=first[0], to=first[1], count=len(dues))
    return Effect(event, words, {"dues": [[of, to_text(was), to_text(now)] for of, was, now in dues]})


ACTS: Mapping[str, Act] = {
    "remind": Act(_judge_remind, _remind),
    "extend": Act(_judge_extend, _extend, _unextend),
    "reassign": Act(_judge_reassign, _reassign, _unreassign),
    "fire": Act(_judge_fire, _fire, _unfire),
}


def judge_undo(db: Connection, actor: Actor, said: Said) -> dict[str, Any]:
    """The parameters of an undoing: the reason."""
    return {"reason": reason(said)}
