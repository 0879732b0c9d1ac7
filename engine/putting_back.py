"""VERB put_back: an extension of one case is taken back: its deadlines end where they ended before it.

Only while nothing has happened to them since, and while the former day is still to come: what is past would be late at
once, and would do what deadlines do. A calendar that changes later leaves the day where it is put.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from engine import deadlines
from engine.authority import require_admin_of_case, required_reason
from engine.core.calendar import last_day
from engine.core.case import Actor
from engine.core.errors import Refused
from engine.core.expiring import running
from engine.core.extending import Shift
from engine.core.machine import is_over
from engine.core.messages import Message
from engine.requests import Once
from engine.runtime import Runtime
from engine.snapshot import Snapshot, load
from engine.steps import Receipt, answer
from engine.store import apply_dues
from engine.store.apply_dues import Ground, Redue


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline (the ref of its task or clock) that an extension has moved, from one instant to another."""

    of: str
    was: datetime
    now: datetime


def put_back(
    rt: Runtime, case_ref: str, moved: Sequence[Moved], *, reason: str, actor: Actor, key: str, undoes: str
) -> Receipt:
    """Put deadlines back to where the event `undoes` found them; event `case.put_back`.

    Only for an admin whose scope covers the case, never in his own. Raises Refused where a deadline moved since, does
    not run any more, or would be over at once.
    """
    at, reason = rt.clock(), required_reason(reason)
    once = Once(actor, key, f"put_back:{case_ref}:{undoes}", reason)
    with rt.db.begin() as db:
        found = load(rt, db, case_ref, actor, at, lock=True, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return Receipt(**earlier)
        dues = list(_judged(db, found, moved, actor))
        ground = Ground(found.id, found.ref, at, rt.version, actor, key, {"reason": reason})
        event = apply_dues.write_dues(db, ground, "case.put_back", dues, {"undoes": undoes})
        deadlines.ask_to_rehold(rt, db, found.asked, event.ref, at)
        return answer(db, found, once, event, at)


def _judged(db: Connection, found: Snapshot, moved: Sequence[Moved], actor: Actor) -> Iterator[Redue]:
    require_admin_of_case(db, found, actor)
    if is_over(found.workflow, found.view):
        raise Refused(Message("case.over"))
    stand = {each.ref: each.due for each in running(found.workflow, found.view)}
    clocks = {clock.ref for clock in found.view.clocks}
    for each in moved:
        if stand.get(each.of) != each.now:
            raise Refused(Message("putting_back.moved_since"))
        if each.was <= found.view.now:
            raise Refused(Message("putting_back.over", last=last_day(each.was, found.zone)))
        shift = Shift(until=last_day(each.was, found.zone))
        yield Redue(each.of, each.of in clocks, each.now, each.was, shift)
