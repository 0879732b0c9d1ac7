"""Verbs on accounts: sign in, change a password, give one, shut an account. What a session is stands in sessions.py.

The only module that knows argon2. Passwords are compared as they were typed; only their hashes are kept.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from sqlalchemy import Connection, Row

from engine.authority import administered_person, require_whole_person
from engine.core.attempts import KNOWN_FOR, seconds_to_wait
from engine.core.case import Actor
from engine.core.errors import InvalidSubmission, NotFound, Refused, SignInRefused, TooManyTries
from engine.core.messages import Message
from engine.core.nip import plain_nip
from engine.core.passwords import judge_password
from engine.core.times import to_text
from engine.requests import Once
from engine.runtime import Runtime
from engine.sessions import NewSession, open_session
from engine.store import apply
from engine.store.queries import accounts as queries
from engine.store.queries.locks import wait_for_turn

# OWASP password storage cheat sheet, argon2id: 19 MiB, two passes, one lane. An older hash is renewed at sign-in.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
LONGEST_NAME = 254  # of an e-mail address (RFC 5321, 4.5.3.1.3 and erratum 1690)


def sign_in(rt: Runtime, name: str, password: str, *, address: str, agent: str) -> NewSession:
    """Open a session for a NIP or e-mail address and its password.

    Two transactions: the try is counted before the password is looked at, so that tries in parallel are all counted,
    and nobody holds the database while a hash is computed. Raises SignInRefused, the same for all reasons, and
    TooManyTries with the seconds to wait; a try made while waiting is neither looked at nor counted.
    """
    at = rt.clock()
    typed = plain_name(name)
    with rt.db.begin() as db:
        account = queries.by_name(db, typed) if _may_be_a_name(typed) else None
        attempt = _count_try(rt, db, account.ref if account else typed, address, at)
    if not _fits(rt, account, password) or account is None:
        raise SignInRefused(Message("accounts.sign_in_refused"))
    renewed = hash_password(password) if HASHER.check_needs_rehash(account.password_hash) else account.password_hash
    with rt.db.begin() as db:
        if not queries.renew_hash(db, account.id, account.password_hash, renewed):
            raise SignInRefused(Message("accounts.sign_in_refused"))  # shut or changed while we computed
        queries.mark_succeeded(db, attempt)
        return open_session(db, account, agent, at)


def plain_name(name: str) -> str:
    """A name as it is looked up: an e-mail address in lower case, a NIP without what groups its digits."""
    name = name.strip()
    return name.lower() if "@" in name else plain_nip(name)


def _may_be_a_name(typed: str) -> bool:
    return 0 < len(typed) <= LONGEST_NAME and typed.isascii() and typed.isprintable()


def _count_try(rt: Runtime, db: Connection, who: str, address: str, at: datetime) -> int:
    name_hash = _keyed(rt, "name", who).hex()
    wait_for_turn(db, name_hash)
    seconds = seconds_to_wait(queries.tries(db, name_hash, address, at), at)
    if seconds:
        raise TooManyTries(Message("accounts.too_many_tries", count=-(-seconds // 60)), seconds)
    queries.forget_attempts(db, to_text(at - KNOWN_FOR))
    return queries.add_attempt(db, name_hash, address, to_text(at))


def _fits(rt: Runtime, account: Row[Any] | None, password: str) -> bool:
    """Whether the password opens this account. Takes the same time when there is no account, or a shut one."""
    dummy = _dummy_hash(_keyed(rt, "dummy", "salt")[:16])
    usable = account is not None and account.active and account.disabled_at is None
    fits = _is_right(account.password_hash if account else dummy, password)
    return fits and usable


@lru_cache(maxsize=4)
def _dummy_hash(salt: bytes) -> str:
    return HASHER.hash(hashlib.sha256(salt).hexdigest(), salt=salt)


def _is_right(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, _as_typed(password))
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with its parameters and salt."""
    return HASHER.hash(_as_typed(password))


def _as_typed(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def _keyed(rt: Runtime, use: str, text: str) -> bytes:
    # What people type as a name may be a password: it is kept under a key that is not in the database.
    return hmac.digest(rt.keys.session, f"accounts.{use}\0{text}".encode("utf-8", "surrogatepass"), "sha256")


def change_password(rt: Runtime, *, actor: Actor, old: str, new: str, agent: str = "") -> NewSession:
    """Change one's own password; every session ends, and a new one takes the place of the one that asked.

    Raises InvalidSubmission naming `old` or `new`, TooManyTries for who guesses the old one: a try counts once the
    new password is one that could be taken, and against this person alone.
    """
    at = rt.clock()
    with rt.db.begin() as db:
        account = queries.by_person(db, actor.person_id or 0)
        if account is None:
            raise NotFound(Message("accounts.none"))
        _require_good("new", new, account)
        if new == old:
            raise InvalidSubmission({"new": Message("accounts.password.same")})
        attempt = _count_try(rt, db, account.ref, f"change of password of {account.ref}", at)
    if not _is_right(account.password_hash, old):
        raise InvalidSubmission({"old": Message("accounts.old_password_wrong")})
    hashed = hash_password(new)
    with rt.db.begin() as db:
        queries.mark_succeeded(db, attempt)
        queries.set_password(db, account.id, hashed, to_text(at), must_change=False)
        queries.revoke_sessions(db, account.id, to_text(at))
        _record(rt, db, account.ref, "account.password_changed", actor, at)
        return open_session(db, queries.by_person(db, account.id), agent, at)


def confirm(rt: Runtime, *, actor: Actor, password: str, address: str) -> bool:
    """Whether whoever acts knows the password of the account: asked again before an act that weighs much.

    Counts as a try to sign in from this address. Raises TooManyTries, NotFound for who has no account.
    """
    at = rt.clock()
    with rt.db.begin() as db:
        account = queries.by_person(db, actor.person_id or 0)
        if account is None:
            raise NotFound(Message("accounts.none"))
        attempt = _count_try(rt, db, account.ref, address, at)
    if not _fits(rt, account, password):
        return False
    with rt.db.begin() as db:
        if not queries.renew_hash(db, account.id, account.password_hash, account.password_hash):
            return False  # shut or changed while we computed
        queries.mark_succeeded(db, attempt)
    return True


def set_password(rt: Runtime, *, actor: Actor, person_ref: str, new: str, once: str | None = None) -> None:
    """Give somebody a password that he must change when he next signs in; ends his sessions.

    `once` is the idempotency key, one for both ways of giving a password; what is kept with it says nothing of it.
    """
    at = rt.clock()
    hashed = hash_password(new)
    asked = Once(actor, once, f"account:{person_ref}", None)
    with rt.db.begin() as db:
        if asked.answered(db) is not None:
            return
        account = _administered(db, actor, person_ref, at)
        _require_good("new", new, account)
        queries.set_password(db, account.id, hashed, to_text(at), must_change=True)
        queries.revoke_sessions(db, account.id, to_text(at))
        _record(rt, db, person_ref, "account.password_set", actor, at)
        asked.remember(db, {}, at)


def create_account(rt: Runtime, *, actor: Actor, person_ref: str, password: str, once: str | None = None) -> None:
    """Let a person sign in, with a password that he must change the first time. `once`: as above."""
    at = rt.clock()
    hashed = hash_password(password)
    asked = Once(actor, once, f"account:{person_ref}", None)
    with rt.db.begin() as db:
        if asked.answered(db) is not None:
            return
        person = administered_person(db, actor, person_ref, at)
        require_whole_person(db, actor, person.id, at)
        if person.nip is None and person.email is None:
            raise Refused(Message("accounts.no_name"))
        if queries.by_person(db, person.id) is not None:
            raise Refused(Message("accounts.exists"))
        _require_good("password", password, person)
        queries.add(db, person.id, hashed, to_text(at), must_change=True)
        _record(rt, db, person_ref, "account.created", actor, at)
        asked.remember(db, {}, at)


def set_disabled(rt: Runtime, *, actor: Actor, person_ref: str, disabled: bool) -> None:
    """Shut an account, which ends its sessions, or open it again. What is so already stays without an event."""
    at = rt.clock()
    with rt.db.begin() as db:
        account = _administered(db, actor, person_ref, at)
        if (account.disabled_at is not None) == disabled:
            return
        queries.set_disabled(db, account.id, to_text(at) if disabled else None)
        queries.revoke_sessions(db, account.id, to_text(at))
        _record(rt, db, person_ref, "account.disabled" if disabled else "account.enabled", actor, at)


def _administered(db: Connection, actor: Actor, person_ref: str, at: datetime) -> Row[Any]:
    person = administered_person(db, actor, person_ref, at)
    require_whole_person(db, actor, person.id, at)
    account = queries.by_person(db, person.id)
    if account is None:
        raise NotFound(Message("accounts.none"))
    return account


def _require_good(field: str, password: str, owner: Row[Any]) -> None:
    about = [text for text in (owner.name, owner.nip, owner.email) if text]
    wrong = judge_password(password, about)
    if wrong is not None:
        raise InvalidSubmission({field: wrong})


def _record(rt: Runtime, db: Connection, person_ref: str, kind: str, actor: Actor, at: datetime) -> None:
    apply.append_event(
        db,
        stream=f"person:{person_ref}",
        kind=kind,
        at=at,
        actor=actor,
        public={"person": person_ref},
        private={},
        product=rt.version,
    )
