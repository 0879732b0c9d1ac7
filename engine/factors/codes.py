"""Recovery codes: the way back in without a device. Ten at a time, shown once, kept as hashes, each good once."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Connection

from engine.core import recovery
from engine.core.case import Actor
from engine.core.errors import Refused
from engine.core.messages import Message
from engine.core.times import to_text
from engine.factors import held
from engine.factors.keys import key_for
from engine.runtime import Runtime
from engine.store.queries import accounts
from engine.store.queries import factors as queries


def remake(rt: Runtime, *, actor: Actor) -> tuple[str, ...]:
    """New codes in the place of all former ones, as they are shown this once. Refused without a second factor."""
    at = rt.clock()
    with rt.db.begin() as db:
        account = accounts.by_person(db, actor.person_id or 0)
        if account is None or account.factor_since is None:
            raise Refused(Message("factors.codes_need_factor"))
        return make(rt, db, actor, at)


def make(rt: Runtime, db: Connection, actor: Actor, at: datetime) -> tuple[str, ...]:
    """The same inside the transaction of a verb that gave the first factor."""
    shown = tuple(recovery.written(secrets.token_bytes(recovery.CODE_BYTES)) for _ in range(recovery.COUNT))
    hashes = [_hashed(rt, actor.ref, code) for code in shown]
    queries.replace_codes(db, actor.person_id or 0, [each for each in hashes if each], to_text(at))
    held.record(rt, db, actor, "account.recovery_codes_made", at, {"count": len(shown)})
    return shown


def use(rt: Runtime, db: Connection, actor: Actor, typed: str, at: datetime) -> bool:
    """Whether a code is one of his that was never used; from now on it is used."""
    hashed = _hashed(rt, actor.ref, typed)
    if hashed is None or not queries.use_code(db, actor.person_id or 0, hashed, to_text(at)):
        return False
    left, _ = queries.codes(db, actor.person_id or 0)
    held.record(rt, db, actor, "account.recovery_code_used", at, {"left": left})
    return True


def _hashed(rt: Runtime, person_ref: str, typed: str) -> bytes | None:
    code = recovery.plain(typed)
    return None if code is None else recovery.hashed(key_for(rt, "recovery"), person_ref, code)
