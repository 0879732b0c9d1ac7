"""What second factors somebody has, taking one away, and the events of all. Giving one: authenticator, passkeys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.core.case import Actor
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.core.times import to_datetime, to_text
from engine.runtime import Runtime
from engine.store import apply
from engine.store.queries import factors as queries

AUTHENTICATOR, PASSKEY = "authenticator", "passkey"


@dataclass(frozen=True, slots=True)
class Key:
    """A passkey as its owner sees it in his list."""

    ref: str
    name: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """All that somebody has. `codes_left`: recovery codes that were never used."""

    authenticator_since: datetime | None
    passkeys: tuple[Key, ...]
    codes_left: int
    codes_made_at: datetime | None

    @property
    def any(self) -> bool:
        """Whether a second factor is asked of him."""
        return self.authenticator_since is not None or bool(self.passkeys)


def held(rt: Runtime, person_id: int) -> Held:
    """The second factors of a person."""
    with rt.db.read() as db:
        app, (left, made_at) = queries.authenticator(db, person_id), queries.codes(db, person_id)
        keys = tuple(_key(row) for row in queries.passkeys(db, person_id))
    return Held(_moment(app.made_at if app else None), keys, left, _moment(made_at))


def _key(row: Any) -> Key:
    return Key(row.ref, row.name, to_datetime(row.made_at), _moment(row.used_at))


def _moment(stored: str | None) -> datetime | None:
    return to_datetime(stored) if stored else None


def remove_authenticator(rt: Runtime, *, actor: Actor) -> bool:
    """Take one's own app away. Answers whether a second factor is left; without one the recovery codes go too."""
    at = rt.clock()
    with rt.db.begin() as db:
        if not queries.remove_authenticator(db, actor.person_id or 0):
            raise NotFound(Message("factors.none_such"))
        return _removed(rt, db, actor, AUTHENTICATOR, at)


def remove_passkey(rt: Runtime, *, actor: Actor, passkey_ref: str) -> bool:
    """Take one of one's own passkeys away; NotFound for any other. Answers as above."""
    at = rt.clock()
    with rt.db.begin() as db:
        if not queries.remove_passkey(db, actor.person_id or 0, passkey_ref):
            raise NotFound(Message("factors.none_such"))
        return _removed(rt, db, actor, PASSKEY, at)


def _removed(rt: Runtime, db: Connection, actor: Actor, kind: str, at: datetime) -> bool:
    is_left = queries.mark(db, actor.person_id or 0, to_text(at))
    record(rt, db, actor, "account.factor_removed", at, {"factor": kind})
    return is_left


def record(
    rt: Runtime, db: Connection, actor: Actor, kind: str, at: datetime, about: Mapping[str, Any], of: str = ""
) -> None:
    """One event in the stream of the person whose factor it is: the actor himself, or `of`."""
    whose = of or actor.ref
    public = {"person": whose, **about}
    apply.append_event(
        db, stream=f"person:{whose}", kind=kind, at=at, actor=actor, public=public, private={}, product=rt.version
    )
