"""VERBS suspend and resume: while a case is suspended nobody acts in it, and its deadlines in working days stand still.

On leave, during an objection, while a court decides: an admin says why. Reading goes on and drafts stay. A deadline
that is a date stays that date; whoever has to put it off extends it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import cases, deadlines
from engine.authority import require_admin_of_case, required_reason
from engine.core.calendar import end_of, last_day
from engine.core.case import Actor
from engine.core.errors import Refused
from engine.core.expiring import running
from engine.core.extending import Shift, shifted
from engine.core.machine import is_over
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.times import to_datetime, to_text
from engine.requests import Once
from engine.runtime import Runtime
from engine.snapshot import Snapshot, load
from engine.steps import Receipt, answer
from engine.store import apply_dues
from engine.store.apply_dues import Ground, Redue
from engine.store.queries import clocks, outbox


@dataclass(frozen=True, slots=True)
class Standing:
    """Under which suspension a case stands: since when, why (nothing where that was erased), and the event."""

    since: datetime
    reason: str | None
    event: str


def suspend(rt: Runtime, case_ref: str, *, reason: str, actor: Actor, key: str) -> Receipt:
    """Let a case stand still from now on; only an admin whose scope covers it, never in his own case.

    Raises Refused when it is over or stands still already, BadRequest without a reason, NotAllowed, NotFound.
    """
    at, reason = rt.clock(), required_reason(reason)
    once = Once(actor, key, f"suspend:{case_ref}", [reason])
    with rt.db.begin() as db:
        found = load(rt, db, case_ref, actor, at, lock=True, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return Receipt(**earlier)
        require_admin_of_case(db, found, actor)
        if is_over(found.workflow, found.view):
            raise Refused(Message("case.over"))
        if found.view.suspended_at is not None:
            raise Refused(Message("case.suspended_already"))
        ground = Ground(found.id, found.ref, at, rt.version, actor, key, {"reason": reason})
        event = apply_dues.write_suspension(db, ground, {})
        return answer(db, found, once, event, at)


def resume(rt: Runtime, case_ref: str, *, reason: str, actor: Actor, key: str) -> Receipt:
    """Let a case go on: its deadlines in working days move by the working days that were lost.

    The day on which it was suspended is lost, the day on which it goes on is not. What was over before stays over.
    What could have happened by itself meanwhile happens now.
    Raises Refused when it does not stand still, and as `suspend` does.
    """
    at, reason = rt.clock(), required_reason(reason)
    once = Once(actor, key, f"resume:{case_ref}", [reason])
    with rt.db.begin() as db:
        found = load(rt, db, case_ref, actor, at, lock=True, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return Receipt(**earlier)
        require_admin_of_case(db, found, actor)
        since = clocks.suspension(db, found.id)
        if since is None:
            raise Refused(Message("case.not_suspended"))
        dues = list(_moved(db, found, to_datetime(since.at), at))
        ground = Ground(found.id, found.ref, at, rt.version, actor, key, {"reason": reason})
        public = {"suspended": since.event_ref}
        event = apply_dues.write_dues(db, ground, "case.resumed", dues, public, also=since.event_ref)
        deadlines.ask_to_rehold(rt, db, found.asked, event.ref, at)
        works = _asked(db, found, event.ref, at)
        if found.view.state in found.workflow.automatic:
            # What would have moved it meanwhile (the end of the last case beside it) asked in vain and asks no more.
            cases.settle_in(rt, db, found.ref)
            found = load(rt, db, case_ref, actor, at)
        receipt = answer(db, found, once, event, at)
    rt.queue(works)
    return receipt


def _asked(db: Connection, found: Snapshot, event: str, at: datetime) -> list[int]:
    """Work after the commit for what stood still with the case: its calendar's changes, the cases that a day opens."""
    again, when = canonical({"cases": [found.ref], "because": event}).decode(), to_text(at)
    rows = [outbox.add(db, "deadlines.recount_cases", again, f"recount:{event}:{found.ref}", when, event)]
    if found.workflow.links:
        opening = canonical({"case": found.ref}).decode()
        rows.append(outbox.add(db, "cases.open_due", opening, f"open_due:{event}", when, event))
    return rows


def standing(db: Connection, case_id: int) -> Standing | None:
    """Under which suspension a case stands, to be told on its page; None where it does not."""
    row = clocks.suspension(db, case_id)
    if row is None:
        return None
    noted: dict[str, Any] = json.loads(row.body) if row.body else {}
    return Standing(to_datetime(row.at), noted.get("reason"), row.event_ref)


def _moved(db: Connection, found: Snapshot, since: datetime, at: datetime) -> Iterator[Redue]:
    """The deadlines in working days that were running when the case was suspended, each as it is from now on."""
    clock_refs = {clock.ref for clock in found.view.clocks}
    shift = Shift(first=since.astimezone(found.zone).date(), last=at.astimezone(found.zone).date())
    for each in running(found.workflow, found.view):
        if each.spec.working_days is None or each.due <= since:
            continue
        last = shifted(last_day(each.due, found.zone), [shift], found.view.calendar)
        if (due := end_of(last, found.zone)) != each.due:
            yield Redue(each.ref, each.ref in clock_refs, each.due, due, shift)
