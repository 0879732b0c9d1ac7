"""Verbs on accounts: sign in, change a password, shut an account. What a session is stands in sessions.py.

Codes that let somebody set his first password, or a new one, stand in codes.py.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from engine import directory_keys, key_ends
from engine.authority import administered_person, require_whole_person
from engine.core.case import SYSTEM, Actor
from engine.core.errors import InvalidSubmission, NotFound, NotSignedIn, SignInRefused
from engine.core.messages import Message
from engine.core.times import to_text
from engine.hashing import hash_password, is_right, renewed
from engine.known_passwords import judge
from engine.runtime import Runtime
from engine.sessions import DIRECTORY, NewSession, open_session, renew, token_hash
from engine.store import apply
from engine.store.queries import accounts as queries
from engine.store.queries import attempts
from engine.tries import count_try, keyed, may_be_a_name, plain_name

__all__ = ["change_password", "confirm", "hash_password", "require_good", "set_disabled", "sign_in"]

OWN = "own"  # the password that the account has here


def sign_in(rt: Runtime, name: str, password: str, *, address: str, agent: str) -> NewSession:
    """Open a session for a NIP or e-mail address and its password.

    Two transactions: the try is counted before the password is looked at, so that tries in parallel are all counted,
    and nobody holds the database while a hash is computed. Raises SignInRefused, the same for all reasons, and
    TooManyTries with the seconds to wait; a try made while waiting is neither looked at nor counted.
    """
    at = rt.clock()
    typed = plain_name(name)
    with rt.db.begin() as db:
        account = queries.by_name(db, typed) if may_be_a_name(typed) else None
        attempt = count_try(rt, db, account.ref if account else typed, address, at)
    way = _way(rt, account, password, typed)
    if way is None or account is None:
        raise SignInRefused(Message("accounts.sign_in_refused"))
    hashed = renewed(account.password_hash, password) if way == OWN else account.password_hash
    set_at = directory_keys.set_at_sign_in(rt, account) if way == DIRECTORY else None
    with rt.db.begin() as db:
        if not queries.renew_hash(db, account.id, account.password_hash, hashed):
            raise SignInRefused(Message("accounts.sign_in_refused"))  # shut or changed while we computed
        if set_at is not None:
            key_ends.revoke_all(rt, db, account.id, account.ref, actor=SYSTEM, at=at, before=set_at)
        attempts.mark_succeeded(db, attempt)
        return open_session(db, account, agent, at, way=None if way == OWN else way)


def _way(rt: Runtime, account: Row[Any] | None, password: str, typed: str = "") -> str | None:
    """Whether the password opens this account: OWN, or the DIRECTORY's. Takes as long when there is no account.

    The directory is asked for the NIP of the account, which nobody can give himself there; for the
    address of who has none.
    """
    usable = account is not None and account.active and account.disabled_at is None
    if is_right(account.password_hash if account else None, password, keyed(rt, "dummy", "salt")):
        return OWN if usable else None
    named = (account.nip or account.email) if account is not None else typed
    known = rt.directory is not None and may_be_a_name(named) and rt.directory.knows(named, password)
    return DIRECTORY if known and usable else None


def change_password(rt: Runtime, *, actor: Actor, old: str, new: str, token: str) -> NewSession:
    """Change one's own password; every session and API key ends; a new session takes the place of `token`'s.

    Raises InvalidSubmission naming `old` or `new`, TooManyTries for who guesses the old one: a try counts once the
    new password is one that could be taken, and against this person alone.
    """
    at = rt.clock()
    with rt.db.begin() as db:
        account = queries.by_person(db, actor.person_id or 0)
        if account is None:
            raise NotFound(Message("accounts.none"))
        require_good(db, "new", new, account)
        if new == old:
            raise InvalidSubmission({"new": Message("accounts.password.same")})
        attempt = count_try(rt, db, account.ref, f"change of password of {account.ref}", at)
    if not is_right(account.password_hash, old, b""):
        raise InvalidSubmission({"old": Message("accounts.old_password_wrong")})
    hashed = hash_password(new)
    with rt.db.begin() as db:
        opened = renew(db, token, at, factor=False)
        if opened is None or opened.person_ref != account.ref:
            raise NotSignedIn(Message("error.not_signed_in"))
        attempts.mark_succeeded(db, attempt)
        queries.set_password(db, account.id, hashed, to_text(at), must_change=False)
        queries.revoke_sessions(db, account.id, to_text(at), but=token_hash(opened.token))
        key_ends.revoke_all(rt, db, account.id, account.ref, actor=actor, at=at)
        _record(rt, db, account.ref, "account.password_changed", actor, at)
        return opened


def confirm(rt: Runtime, *, actor: Actor, password: str, address: str) -> bool:
    """Whether whoever acts knows the password of the account: asked again before an act that weighs much.

    Counts as a try to sign in from this address. Raises TooManyTries, NotFound for who has no account.
    """
    at = rt.clock()
    with rt.db.begin() as db:
        account = queries.by_person(db, actor.person_id or 0)
        if account is None:
            raise NotFound(Message("accounts.none"))
        attempt = count_try(rt, db, account.ref, address, at)
    if _way(rt, account, password) is None:
        return False
    with rt.db.begin() as db:
        if not queries.renew_hash(db, account.id, account.password_hash, account.password_hash):
            return False  # shut or changed while we computed
        attempts.mark_succeeded(db, attempt)
    return True


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


def require_good(db: Connection, field: str, password: str, owner: Any) -> None:
    """Raise InvalidSubmission naming the field when a password is not one that its owner (a row) may take."""
    about = [text for text in (owner.name, owner.nip, owner.email) if text]
    wrong = judge(password, [*about, *queries.office_names(db, owner.id)])
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
