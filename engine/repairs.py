"""VERB cancel, of admins on running cases; the others stand in reassigning.py and rewinding.py, staff's in cases.py."""

from __future__ import annotations

from dataclasses import replace

from engine.authority import require_admin_of_case, required_reason
from engine.core import machine
from engine.core.case import CANCELLED, Actor
from engine.core.errors import Refused, StaleCase
from engine.core.messages import Message
from engine.reassigning import give_back as give_back
from engine.reassigning import reassign as reassign
from engine.reassigning import reassign_role as reassign_role
from engine.reassigning import take_back as take_back
from engine.requests import Once
from engine.rewinding import tell_children
from engine.runtime import Runtime
from engine.snapshot import load
from engine.steps import Receipt, answer, move


def cancel(rt: Runtime, case_ref: str, *, actor: Actor, reason: str, seen: int, key: str) -> Receipt:
    """End a case, with the reason; only an admin whose scope covers it may. Cases that it opened go on, and are told.

    Two admins can take it back (rewinding.py).
    """
    at = rt.clock()
    reason = required_reason(reason)
    once = Once(actor, key, f"cancel:{case_ref}", [seen, reason])
    with rt.db.begin() as db:
        found = load(rt, db, case_ref, actor, at, lock=True, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return Receipt(**earlier)
        require_admin_of_case(db, found, actor)
        if found.view.version != seen:
            raise StaleCase(Message("case.stale"))
        if machine.is_over(found.workflow, found.view):
            raise Refused(Message("case.over"))
        decision = machine.cancel(found.view)
        event = move(rt, db, found, decision, actor, at, reason=reason, key=key)
        works = tell_children(db, found, "case.parent_cancelled", event.ref, at)
        after = replace(found, view=replace(found.view, state=CANCELLED, version=found.view.version + 1, tasks=()))
        receipt = answer(db, after, once, event, at)
    rt.queue([*event.outbox, *works])
    return receipt
