"""Work of the outbox: what one deadline does once it is over. It fires its transition, or makes the result final.

It looks again under the lock of the case: a deadline that was put off meanwhile, whose task is done, or whose case is
suspended, does nothing. What a guard refuses is recorded once; the next midnight tries again (due_days.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from engine import cases, finality, reviewing, steps
from engine.core import machine
from engine.core.case import SYSTEM
from engine.core.errors import Refused, Unavailable
from engine.core.expiring import Running, running
from engine.core.messages import Message
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.snapshot import Snapshot, load
from engine.store import apply_dues
from engine.store.queries import clocks
from engine.store.refs import new_ref


def act(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """WORK deadlines.act: of `case`, the deadline of the task or clock `of`, as it was: `due`."""
    at = rt.clock()
    found = load(rt, db, body["case"], SYSTEM, at, lock=True)
    deadline = next((each for each in running(found.workflow, found.view) if each.ref == body["of"]), None)
    if deadline is None or to_text(deadline.due) != body["due"] or found.view.suspended_at is not None:
        return
    if at < deadline.due:
        raise Unavailable(Message("deadline.not_over"))  # the clock was set back: again, until it is over
    ground = apply_dues.Ground(found.id, found.ref, at, rt.version)
    known = {what for _, due, what in clocks.acts_of(db, [deadline.ref]) if due == body["due"]}
    if deadline.spec.final and "final" not in known:
        found = finality.record(rt, db, found, [deadline], at)
    if deadline.spec.fire is not None:
        _fire(rt, db, found, ground, deadline, "refused" in known)


def _fire(
    rt: Runtime, db: Connection, found: Snapshot, ground: apply_dues.Ground, deadline: Running, was_refused: bool
) -> None:
    try:
        decision = machine.expire(found.workflow, found.view, deadline.ref)
        if reviewing.step_of(decision) is not None:
            raise Refused(Message("definition.decided_by_nobody"))
    except Refused as refused:
        if not was_refused:
            said = [each.as_document() for each in refused.refusals or (refused.message,)]
            public = {"transition": deadline.spec.fire}
            told = replace(ground, private={"refusals": said})
            apply_dues.write_act(db, told, "case.fire_refused", deadline.ref, deadline.due, public)
        return
    ref = new_ref()
    because = {"because": {"of": deadline.ref, "due": to_text(deadline.due)}}
    kept = apply_dues.act_call(ground, deadline.ref, deadline.due, "fired", ref)
    steps.move(rt, db, found, decision, SYSTEM, ground.at, ref=ref, also=(kept,), public=because)
    if decision.to_state in found.workflow.automatic:
        cases.settle_in(rt, db, found.ref)
