"""Counts that tell an operator whether an installation is well. No person, no case, no name of anything.

No scope: only /metrics asks, which opens to the operator's token.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from engine.store.tables.jobs import Job
from engine.store.tables.people import WebSession
from engine.store.tables.work import Outbox


def outbox(db: Connection, now: str) -> tuple[dict[str, int], str | None]:
    """How many rows wait and are dead, and since when the one waits that has been due the longest."""
    states = select(Outbox.state, func.count()).where(Outbox.state.in_(("ready", "dead"))).group_by(Outbox.state)
    oldest = select(func.min(Outbox.next_at)).where(Outbox.state == "ready", Outbox.next_at <= now)
    return dict(map(tuple, db.execute(states))), db.execute(oldest).scalar_one()


def jobs(db: Connection) -> dict[str, int]:
    """How many jobs there are in each state."""
    return dict(map(tuple, db.execute(select(Job.state, func.count()).group_by(Job.state))))


def sessions(db: Connection, now: str) -> int:
    """How many sessions have not ended."""
    live = (WebSession.expires_at > now, WebSession.revoked_at.is_(None))
    return int(db.execute(select(func.count()).select_from(WebSession).where(*live)).scalar_one())


def dailies(db: Connection) -> dict[str, str]:
    """When the daily work of each name was last asked for."""
    asked = (Outbox.effect_key >= "daily:", Outbox.effect_key < "daily;", Outbox.kind == "schedule.due")
    last: dict[str, str] = {}
    for key, at in db.execute(select(Outbox.effect_key, Outbox.created_at).where(*asked)):
        name = key.split(":")[1]
        last[name] = max(at, last.get(name, ""))
    return last
