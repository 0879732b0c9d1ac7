"""VERB record: an act that was refused, kept where nobody can take it away. It is the only trace of a refused act."""

from __future__ import annotations

from datetime import timedelta

from engine.core.case import Actor
from engine.core.messages import Message
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store.queries import denials as queries

LONGEST = 200  # characters of an act or target that somebody else chose
MOST = 30  # of one actor, or of all strangers together, in a minute: each takes the lock of writers
MINUTE = timedelta(minutes=1)


def record(rt: Runtime, actor: Actor | None, act: str, target: str, message: Message, address: str | None) -> None:
    """Keep who was refused what, on which thing, and why (the message's key, never what he typed).

    Beyond MOST in a minute one line says that there were more; a flood of refused acts must not keep others waiting.
    """
    now = rt.clock()
    person = actor.person_id if actor else None
    with rt.db.read() as db:
        before = queries.count_since(db, person, to_text(now - MINUTE), MOST + 1)
    if before > MOST:
        return
    why = Message("error.more_denials") if before == MOST else message
    with rt.db.begin() as db:
        queries.add(
            db,
            at=to_text(now),
            actor_ref=actor.ref if actor else "anonymous",
            actor_id=person,
            act=act[:LONGEST],
            target=target[:LONGEST],
            message_key=why.key,
            address=address,
        )
