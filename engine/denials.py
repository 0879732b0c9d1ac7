"""VERB record: an act that was refused, kept where nobody can take it away. It is the only trace of a refused act."""

from __future__ import annotations

from engine.core.case import Actor
from engine.core.messages import Message
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store.queries import denials as queries

LONGEST = 200  # characters of an act or target that somebody else chose


def record(rt: Runtime, actor: Actor | None, act: str, target: str, message: Message, address: str | None) -> None:
    """Keep who was refused what, on which thing, and why (the message's key, never what he typed)."""
    with rt.db.begin() as db:
        queries.add(
            db,
            at=to_text(rt.clock()),
            actor_ref=actor.ref if actor else "anonymous",
            actor_id=actor.person_id if actor else None,
            act=act[:LONGEST],
            target=target[:LONGEST],
            message_key=message.key,
            address=address,
        )
