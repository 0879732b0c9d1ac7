"""Verbs on calendar feeds: make the secret address of one's own calendar, take it away, know whose it is.

The address holds 256 random bits, of which the SHA-256 is kept; it is shown once. Whoever has it reads the days on
which the tasks of its owner end, and what those are called: no names, no answers.
"""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Connection

from engine.core.case import Actor
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.sessions import token_hash
from engine.staffing import Act
from engine.store.queries import notices as queries

TOKEN_BYTES = 32


def make(rt: Runtime, *, actor: Actor) -> str:
    """A new address for one's own calendar; one that was there opens nothing any more. Answers its secret, once."""
    token, at = secrets.token_urlsafe(TOKEN_BYTES), rt.clock()
    with rt.db.begin() as db:
        queries.put_feed(db, actor.person_id or 0, token_hash(token), to_text(at))
        Act(rt, db, actor, at).record(f"person:{actor.ref}", "account.calendar_opened", {"person": actor.ref})
    return token


def drop(rt: Runtime, *, actor: Actor) -> None:
    """Take the address away; nothing where there is none."""
    with rt.db.begin() as db:
        if queries.drop_feed(db, actor.person_id or 0):
            act = Act(rt, db, actor, rt.clock())
            act.record(f"person:{actor.ref}", "account.calendar_closed", {"person": actor.ref})


def owner(db: Connection, token: str) -> Any | None:
    """Whose calendar has this secret: id, language. None for nobody's, and for one who has left or is shut out."""
    return queries.feed_owner(db, token_hash(token))
