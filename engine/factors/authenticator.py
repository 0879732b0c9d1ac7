"""An app that makes one-time codes: offered as a QR code, given once a code of it was typed, asked for afterwards."""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from datetime import datetime, timedelta

import segno
from sqlalchemy import Connection

from engine.core import totp
from engine.core.case import Actor
from engine.core.errors import InvalidSubmission, NotAllowed, NotFound, Refused
from engine.core.messages import Message
from engine.core.times import to_text
from engine.factors import codes, held, sealed
from engine.runtime import Runtime
from engine.sessions import NewSession, renew
from engine.store.queries import accounts
from engine.store.queries import factors as queries

USE, OFFER = "authenticator", "offer"
OFFERED_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret that nobody uses yet. `token` carries it sealed; `picture` is a QR code as a data address."""

    token: str
    picture: str
    text: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What giving a factor led to: the session that goes on, and recovery codes when it was the first one."""

    session: NewSession
    codes: tuple[str, ...]


def offer(rt: Runtime, *, actor: Actor, issuer: str, token: str = "") -> Offer:
    """A secret for one's app, or that of `token` once more. Writes nothing: it travels sealed, for this person."""
    secret = _offered(rt, actor, token) or secrets.token_bytes(totp.SECRET_BYTES)
    with rt.db.read() as db:
        account = accounts.by_person(db, actor.person_id or 0)
        if account is None:
            raise NotFound(Message("accounts.none"))
    address = totp.address(secret, issuer=issuer, account=account.nip or account.email or account.name)
    picture = segno.make(address, error="m", boost_error=False).svg_data_uri(scale=5, border=2)
    return Offer(token or _carried(rt, actor, secret), picture, totp.typed_secret(secret))


def _carried(rt: Runtime, actor: Actor, secret: bytes) -> str:
    body = {"at": rt.clock().isoformat(), "secret": b64encode(secret).decode()}
    return urlsafe_b64encode(sealed.seal(rt, OFFER, actor.ref, json.dumps(body).encode())).decode()


def _offered(rt: Runtime, actor: Actor, token: str) -> bytes | None:
    try:
        body = sealed.unseal(rt, OFFER, actor.ref, urlsafe_b64decode(token.encode("ascii", "replace")))
    except (Error, ValueError):
        return None
    if not body:
        return None
    found = json.loads(body)
    fresh = rt.clock() - datetime.fromisoformat(found["at"]) <= OFFERED_FOR
    return b64decode(found["secret"]) if fresh else None


def give(rt: Runtime, *, actor: Actor, token: str, typed: str, session: str) -> Enrolled:
    """Give an app to whoever acts, once a code of it fits. `session`: his session's token, which is renewed.

    Raises InvalidSubmission for a wrong code or an offer that is too old, Refused when he has an app.
    """
    at = rt.clock()
    secret = _offered(rt, actor, token)
    if secret is None:
        raise InvalidSubmission({"code": Message("factors.offer_over")})
    step = totp.matching_step(secret, typed, at, None)
    if step is None:
        raise InvalidSubmission({"code": Message("factors.code_wrong")})
    with rt.db.begin() as db:
        if queries.authenticator(db, actor.person_id or 0) is not None:
            raise Refused(Message("factors.has_authenticator"))
        kept = sealed.seal(rt, USE, actor.ref, secret)
        queries.add_authenticator(db, actor.person_id or 0, kept, to_text(at), step)
        return given(rt, db, actor, held.AUTHENTICATOR, session, at)


def given(rt: Runtime, db: Connection, actor: Actor, kind: str, session: str, at: datetime) -> Enrolled:
    """What follows each factor that was given: the mark, the event, recovery codes with the first, a new session."""
    account = accounts.by_person(db, actor.person_id or 0)
    is_first = account is not None and account.factor_since is None
    queries.mark(db, actor.person_id or 0, to_text(at))
    held.record(rt, db, actor, "account.factor_added", at, {"factor": kind})
    shown = codes.make(rt, db, actor, at) if is_first else ()
    opened = renew(db, session, at, factor=True)
    if opened is None or opened.person_ref != actor.ref:
        raise NotAllowed(Message("error.not_signed_in"))
    return Enrolled(opened, shown)


def fits(rt: Runtime, db: Connection, actor: Actor, typed: str, at: datetime) -> bool:
    """Whether a code is that of his app and was never used; from now on it, and those before it, are used."""
    app = queries.authenticator(db, actor.person_id or 0)
    secret = sealed.unseal(rt, USE, actor.ref, app.sealed) if app is not None else None
    if app is None or secret is None:
        return False
    step = totp.matching_step(secret, typed, at, app.last_step)
    return step is not None and queries.use_step(db, actor.person_id or 0, step)
