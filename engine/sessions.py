"""Verbs on sessions: whose token is this, sign out, list, revoke. Passwords are in accounts.py.

A session is a row; the browser holds 256 random bits, the row their SHA-256. It ends after 30 minutes without a
request, after 12 hours in any case, and at once when it is revoked or its account is shut (OWASP ASVS 5.0, V7). One
that waits for a second factor ends after ten minutes. Whatever raises a session gives it a new token.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from engine.access import FOR_ALL, FOR_RIGHTS
from engine.core.case import Actor, Right
from engine.core.errors import NotFound, Unavailable
from engine.core.messages import Message
from engine.core.times import to_date, to_datetime, to_text
from engine.runtime import Runtime
from engine.signin import Shown, Standing, what_is_missing
from engine.store import apply
from engine.store.queries import accounts as queries

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
HALF = timedelta(minutes=10)  # of a session whose second factor is awaited
SEEN_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32
LONGEST_AGENT = 200
DEFAULT_ZONE = "Asia/Jakarta"
PASSKEY, PROVIDER, DIRECTORY = "passkey", "provider", "directory"  # ways in without a password of ours


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session as the browser gets it: the token appears here and nowhere else."""

    token: str
    person_ref: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is behind a token now, with the rights of today in his own time zone.

    `missing`: what he must still do before he may act (signin.py). `confirmed_at`: when he last showed that it is he.
    `unread`: how many notices he has not read. `registers`: whether any is in force.
    """

    actor: Actor
    language: str
    zone: str
    missing: tuple[str, ...]
    session: str
    confirmed_at: datetime | None
    unread: int = 0
    registers: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser of a person, as he sees it in his list."""

    ref: str
    agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


def open_session(
    db: Connection,
    account: Any,
    agent: str,
    at: datetime,
    *,
    factor: bool = False,
    way: str | None = None,
    shown: datetime | None = None,
) -> NewSession:
    """Start a session inside the transaction that proved who it is.

    `account` is a row of queries.accounts; `factor`: a second factor was shown too; `way`: how, without a password;
    `shown`: when he showed that it is he, where that was not now. A half session has no other one of this browser to
    fall back on: the caller ends that (`renew`, `sign_out`).
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    is_half = account.factor_since is not None and not factor
    queries.add_session(
        db,
        token_hash=token_hash(token),
        person_id=account.id,
        created_at=to_text(at),
        seen_at=to_text(at),
        expires_at=to_text(at + (HALF if is_half else LONGEST)),
        agent=agent[:LONGEST_AGENT],
        factor_at=to_text(at) if factor else None,
        confirmed_at=None if is_half else to_text(shown or at),
        way=way,
    )
    return NewSession(token, account.ref)


def renew(db: Connection, token: str, at: datetime, *, factor: bool) -> NewSession | None:
    """Put a new session in the place of a live one that has shown more: it is he (and a second factor, with `factor`).

    The old token opens nothing any more; the twelve hours go on, but for a half one, whose day begins here. None when
    the session has ended meanwhile.
    """
    old = queries.live_session(db, token_hash(token), now=to_text(at), idle=to_text(at - IDLE))
    if old is None:
        return None
    fresh = secrets.token_urlsafe(TOKEN_BYTES)
    queries.revoke_token(db, old.token_hash, to_text(at))
    queries.add_session(
        db,
        token_hash=token_hash(fresh),
        person_id=old.person_id,
        created_at=old.created_at,
        seen_at=to_text(at),
        expires_at=to_text(at + LONGEST) if old.confirmed_at is None else old.expires_at,
        agent=old.agent,
        factor_at=to_text(at) if factor else old.factor_at,
        confirmed_at=to_text(at),
        way=old.way,
    )
    return NewSession(fresh, old.person_ref)


def token_hash(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def whoami(rt: Runtime, token: str, now: datetime, *, quiet: bool = False) -> SignedIn | None:
    """Who is signed in by this token, or None. One read; a write at most once a minute, to remember that he came.

    quiet: a page asks by itself; that is nobody's coming, and a session that nobody uses ends in its time.
    """
    hashed, policy = token_hash(token), rt.access.second_factor
    about = {"now": to_text(now), "idle": to_text(now - IDLE), "day": now.date().isoformat()}
    with rt.db.read() as db:
        rows = queries.signed_in(db, hashed, **about, leads=policy == FOR_RIGHTS)
    if not rows:
        return None
    first = rows[0]
    if not quiet and now - to_datetime(first.seen_at) >= SEEN_EVERY:
        with suppress(Unavailable), rt.db.begin() as db:  # on a full disk pages are still read
            queries.touch_session(db, first.id, to_text(now))
    zone = first.zone or DEFAULT_ZONE
    today = now.astimezone(ZoneInfo(zone)).date()
    rights = tuple(Right(row.grant_ref, row.role, row.unit_id) for row in rows if _holds(row, today))
    actor = Actor(first.person_id, first.ref, first.name, rights)
    missing, confirmed_at = _missing(first, rights, policy), _moment(first.confirmed_at)
    return SignedIn(actor, first.language, zone, missing, _ref(hashed), confirmed_at, first.unread, first.registers > 0)


def _missing(row: Any, rights: tuple[Right, ...], policy: str) -> tuple[str, ...]:
    must_enrol = policy == FOR_ALL or (policy == FOR_RIGHTS and bool(rights or row.leads))
    held = frozenset(right.role for right in rights)
    standing = Standing(bool(row.must_change), row.factor_since is not None, held, must_enrol)
    return what_is_missing(standing, Shown(row.factor_at is not None, row.way in (PROVIDER, DIRECTORY)))


def _moment(stored: str | None) -> datetime | None:
    return to_datetime(stored) if stored else None


def _holds(row: Any, today: date) -> bool:
    if row.grant_ref is None or to_date(row.starts_on) > today:
        return False
    return row.ends_on is None or to_date(row.ends_on) > today


def _ref(hashed: bytes) -> str:
    # Half of the hash names a session in an address; nobody finds a token from it.
    return hashed[:16].hex()


def sign_out(rt: Runtime, token: str) -> None:
    """End the session of a token; an unknown or ended one is no error."""
    with rt.db.begin() as db:
        queries.revoke_token(db, token_hash(token), to_text(rt.clock()))


def sessions(rt: Runtime, *, actor: Actor) -> tuple[Session, ...]:
    """One's own sessions that still let in, the one seen last first."""
    now = rt.clock()
    with rt.db.read() as db:
        return tuple(_session(row) for row in _live(db, actor, now))


def revoke_session(rt: Runtime, *, actor: Actor, session_ref: str) -> None:
    """End one of one's own sessions; NotFound for any other."""
    now = rt.clock()
    with rt.db.begin() as db:
        found = next((row for row in _live(db, actor, now) if _ref(row.token_hash) == session_ref), None)
        if found is None:
            raise NotFound(Message("accounts.session_not_found"))
        queries.revoke_token(db, found.token_hash, to_text(now))
        _record(rt, db, actor, "account.session_revoked", now, {"session": session_ref})


def revoke_all(rt: Runtime, *, actor: Actor, but: str | None = None) -> int:
    """End all of one's own sessions, but that of the token `but`. Answers how many."""
    now = rt.clock()
    with rt.db.begin() as db:
        ended = queries.revoke_sessions(db, actor.person_id or 0, to_text(now), but=token_hash(but) if but else None)
        if ended:
            _record(rt, db, actor, "account.sessions_revoked", now, {"count": ended})
        return ended


def _live(db: Connection, actor: Actor, now: datetime) -> list[Row[Any]]:
    return queries.live_sessions(db, actor.person_id or 0, now=to_text(now), idle=to_text(now - IDLE))


def _session(row: Row[Any]) -> Session:
    times = (to_datetime(row.created_at), to_datetime(row.seen_at), to_datetime(row.expires_at))
    return Session(_ref(row.token_hash), row.agent or "", *times)


def _record(rt: Runtime, db: Connection, actor: Actor, kind: str, at: datetime, about: dict[str, Any]) -> None:
    apply.append_event(
        db,
        stream=f"person:{actor.ref}",
        kind=kind,
        at=at,
        actor=actor,
        public={"person": actor.ref, **about},
        private={},
        product=rt.version,
    )
