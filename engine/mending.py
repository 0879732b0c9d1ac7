"""Verbs on works of the system that have given up: what they are, and giving them their attempts again."""

from __future__ import annotations

from sqlalchemy import Connection

from engine.authority import require_admin_of_all
from engine.core.case import Actor
from engine.core.messages import Message
from engine.core.times import to_text
from engine.jobs import PREFIX
from engine.runtime import Runtime
from engine.store import apply
from engine.store.queries import outbox
from engine.store.queries.scope import covers_everything


def given_up(db: Connection, actor: Actor) -> int:
    """How many works are dead, for an administrator of everything; jobs say so themselves."""
    return outbox.count_dead(db, PREFIX) if covers_everything(db, actor, ("admin",)) else 0


def revive(rt: Runtime, *, actor: Actor) -> int:
    """Let every dead work run again from its first attempt; answers with how many. For admins of everything."""
    at = rt.clock()
    with rt.db.begin() as db:
        require_admin_of_all(db, actor, Message("jobs.whole_only"))
        ids = outbox.revive(db, PREFIX, to_text(at))
        if ids:
            public = {"works": len(ids)}
            apply.append_event(
                db, stream="system", kind="works.revived", at=at, actor=actor, public=public, private={},
                product=rt.version,
            )  # fmt: skip
    rt.queue(ids)
    return len(ids)
