"""VERB follow_up: somebody opens a case beside or after another. And work after commits that concerns linked cases.

What a day brings and what the end of a child changes is work of the outbox: each case in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from engine import beside, cases
from engine.core import linked as core
from engine.core import machine
from engine.core.case import SYSTEM, Actor
from engine.core.errors import NotFound, Refused
from engine.core.messages import Message
from engine.core.scope import names
from engine.linked import open_cases
from engine.requests import Once
from engine.runtime import Runtime
from engine.snapshot import load
from engine.staffing import Act
from engine.store import apply
from engine.store.queries import linked as queries


def follow_up(rt: Runtime, case_ref: str, link: str, *, actor: Actor, key: str) -> str:
    """Open a follow-up of a case; answers its ref.

    Raises NotFound where the case has none of that name, Refused with the reason why not now or not by him.
    """
    at = rt.clock()
    once = Once(actor, key, f"follow_up:{case_ref}:{link}", None)
    with rt.db.begin() as db:
        found = load(rt, db, case_ref, actor, at, lock=True, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return str(earlier["case"])
        spec = next((each for each in found.workflow.definition.follow_ups if each.key == link), None)
        if spec is None:
            raise NotFound(Message("linked.unknown"))
        if (wrong := core.why_not(found.view, actor, spec)) is not None:
            raise Refused(wrong)
        wanted = tuple(core.asked(found.workflow.definition, found.view, link))
        if not wanted:
            raise Refused(Message("linked.nobody", link=core.named(spec)))
        first = open_cases(Act(rt, db, actor, at), found, wanted)[0]
        once.remember(db, {"case": first}, at)
        return first


def open_due(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """WORK cases.open_due: open the cases beside a case that are due today. Again, it opens none twice.

    Of a case that is suspended it opens none: it is asked again once the case is resumed, and each midnight.
    """
    at = rt.clock()
    found = load(rt, db, body["case"], SYSTEM, at, lock=True)
    if not machine.is_over(found.workflow, found.view) and found.view.suspended_at is None:
        due = core.due(found.workflow, found.view, found.view.state, names(found.view))
        open_cases(Act(rt, db, SYSTEM, at), found, due, by_day=True)


def child_ended(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """WORK cases.child_ended: tell a case that one beside it is over, and fire what was waiting for that."""
    child = queries.ended(db, body["case"])
    if child is None or not beside.is_over(rt, db, child):
        return
    found = load(rt, db, child.parent_ref, SYSTEM, rt.clock(), lock=True)
    apply.append_event(
        db,
        stream=f"case:{found.ref}",
        kind="case.child_ended",
        at=rt.clock(),
        actor=SYSTEM,
        case_id=found.id,
        public={"case": child.ref, "event": child.event_ref, "link": child.link, "state": child.state},
        private={},
        product=rt.version,
    )
    cases.settle_in(rt, db, found.ref)
