"""Verbs on the lists that somebody saves for himself: keep one under a name, make it the usual one, forget it.

No fact and no event: they change what one person sees first, and nothing else.
"""

from __future__ import annotations

from engine.core.case import Actor
from engine.core.errors import InvalidSubmission, NotFound
from engine.core.messages import Message
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store.queries import saved_lists as queries
from engine.store.queries.locks import wait_for_turn
from engine.store.refs import new_ref

LONGEST_NAME, LONGEST_QUERY = 80, 2_000  # characters
MOST = 30  # lists of one person and section


def keep(rt: Runtime, *, actor: Actor, section: str, name: str, query: str, usual: bool) -> None:
    """Keep a list under a name; one of that name becomes this one. Raises InvalidSubmission about `name`."""
    told = " ".join(name.split())
    if not told or len(told) > LONGEST_NAME:
        raise InvalidSubmission({"name": Message("saved.name", limit=LONGEST_NAME)})
    if len(query) > LONGEST_QUERY:
        raise InvalidSubmission({"name": Message("saved.too_long")})
    with rt.db.begin() as db:
        wait_for_turn(db, f"saved:{section}:{actor.person_id}")
        names = [row.name for row in queries.of(db, actor, section)]
        if told not in names and len(names) >= MOST:
            raise InvalidSubmission({"name": Message("saved.too_many", limit=MOST)})
        queries.put(
            db, ref=new_ref(), person_id=actor.person_id, section=section, name=told, query=query,
            at=to_text(rt.clock()),
        )  # fmt: skip
        if usual:
            queries.make_usual(db, actor, section, told)


def choose_usual(rt: Runtime, ref: str, *, actor: Actor, usual: bool) -> None:
    """Let one of his lists open by itself, or none any more. Raises NotFound for one that is not his."""
    with rt.db.begin() as db:
        found = queries.mine(db, actor, ref)
        if found is None:
            raise NotFound(Message("saved.not_found"))
        queries.make_usual(db, actor, found.section, found.name if usual else None)


def forget(rt: Runtime, ref: str, *, actor: Actor) -> None:
    """Forget one of his lists. Raises NotFound for one that is not his."""
    with rt.db.begin() as db:
        found = queries.mine(db, actor, ref)
        if found is None:
            raise NotFound(Message("saved.not_found"))
        queries.drop(db, found.id)
