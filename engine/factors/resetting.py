"""Taking away the second factors of somebody who has lost them: by an administrator, with a reason, seen by everybody.

It reveals nothing and sets nothing: whoever was reset signs in with his password, and is asked to set up a new factor
where the office requires one.
"""

from __future__ import annotations

from engine import key_ends
from engine.authority import administered_person, require_whole_person
from engine.core.case import Actor
from engine.core.errors import InvalidSubmission, NotFound, Refused
from engine.core.messages import Message
from engine.core.times import to_text
from engine.requests import Once
from engine.runtime import Runtime
from engine.store import apply
from engine.store.queries import accounts
from engine.store.queries import factors as queries

SHORTEST, LONGEST = 10, 500  # letters of a reason


def reset(rt: Runtime, *, actor: Actor, person_ref: str, reason: str, once: str | None = None) -> None:
    """Take all second factors of a person away, and end his sessions and API keys. `once`: the idempotency key.

    Raises InvalidSubmission without a reason, NotAllowed for oneself and for who has further rights, Refused when
    there is nothing to take.
    """
    at, reason = rt.clock(), " ".join(reason.split())
    if not SHORTEST <= len(reason) <= LONGEST:
        raise InvalidSubmission({"reason": Message("factors.reason", least=SHORTEST, most=LONGEST)})
    asked = Once(actor, once, f"factors:{person_ref}", reason)
    with rt.db.begin() as db:
        if asked.answered(db) is not None:
            return
        person = administered_person(db, actor, person_ref, at)
        require_whole_person(db, actor, person.id, at)
        account = accounts.by_person(db, person.id)
        if account is None:
            raise NotFound(Message("accounts.none"))
        if account.factor_since is None:
            raise Refused(Message("factors.nothing_to_reset"))
        queries.remove_all(db, person.id)
        queries.mark(db, person.id, to_text(at))
        accounts.revoke_sessions(db, person.id, to_text(at))
        key_ends.revoke_all(rt, db, person.id, person_ref, actor=actor, at=at)
        apply.append_event(
            db,
            stream=f"person:{person_ref}",
            kind="account.factors_reset",
            at=at,
            actor=actor,
            public={"person": person_ref},
            private={"reason": reason},
            product=rt.version,
        )
        asked.remember(db, {}, at)
