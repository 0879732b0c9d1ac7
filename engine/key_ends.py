"""The keys of the JSON API end where an account is taken back into its owner's hands: whoever was in made some, maybe.

Called where a password is set anew and where second factors are taken away, beside the sessions that end there.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from engine.core.case import Actor
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store import apply
from engine.store.queries import api_keys as queries


def revoke_all(
    rt: Runtime,
    db: Connection,
    person_id: int,
    person_ref: str,
    *,
    actor: Actor,
    at: datetime,
    before: datetime | None = None,
) -> int:
    """Let no key of a person open anything any more, each with its event; answers how many there were.

    before: only those that were made before then.
    """
    found = [
        row for row in queries.live_of(db, person_id, to_text(at)) if before is None or row.made_at < to_text(before)
    ]
    for key in found:
        queries.revoke(db, key.id, to_text(at))
        apply.append_event(
            db, stream=f"person:{person_ref}", kind="api_key.revoked", at=at, actor=actor,
            public={"key": key.ref, "person": person_ref}, private={}, product=rt.version,
        )  # fmt: skip
    return len(found)
