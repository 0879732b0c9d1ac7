"""Passkeys (WebAuthn): registering one, and showing one instead of a code, or instead of name and password.

The only module that knows `webauthn`. The device checks its owner each time (finger, face, PIN), so a passkey alone
is two factors: something that he has, and something that he is or knows. Attestation is not asked for: it would tell
which device he has, and keep nobody out whom we want out.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import Connection

from engine.core.case import Actor
from engine.core.errors import InvalidSubmission, NotFound, NotSignedIn, Refused, SignInRefused
from engine.core.messages import Message
from engine.core.times import to_text
from engine.factors import challenges, held
from engine.factors.authenticator import Enrolled, given
from engine.runtime import Runtime
from engine.sessions import PASSKEY, NewSession, open_session, renew
from engine.store.queries import accounts
from engine.store.queries import factors as queries
from engine.store.refs import new_ref

MOST, LONGEST_NAME, LONGEST_ANSWER = 10, 60, 20_000
REGISTER, SHOW, ENTER = "register", "show", "enter"
TRANSPORTS = ("usb", "nfc", "ble", "smart-card", "internal", "cable", "hybrid")
TIMEOUT = 5 * 60 * 1000  # milliseconds
ALGORITHMS = (-8, -7, -257)  # Ed25519, ES256, RS256 (COSE)


def registration(rt: Runtime, *, actor: Actor, origin: str, site_name: str) -> str:
    """What the browser needs for making a key, as JSON. `origin`: our address outside.

    Written by hand, as in `request`: pages that many open need not load the library.
    """
    with rt.db.read() as db:
        account = accounts.by_person(db, actor.person_id or 0)
        known = queries.passkeys(db, actor.person_id or 0)
    if account is None:
        raise NotFound(Message("accounts.none"))
    called = account.nip or account.email or account.name
    options = {
        "rp": {"id": _host(origin), "name": site_name},
        "user": {"id": _text(actor.ref.encode()), "name": called, "displayName": account.name},
        "challenge": _text(challenges.make(rt, REGISTER, actor.ref)),
        "pubKeyCredParams": [{"type": "public-key", "alg": number} for number in ALGORITHMS],
        "timeout": TIMEOUT,
        "excludeCredentials": _described(known),
        "authenticatorSelection": {"residentKey": "preferred", "userVerification": "required"},
        "attestation": "none",
    }
    return json.dumps(options)


def register(rt: Runtime, *, actor: Actor, answer: str, name: str, origin: str, token: str) -> Enrolled:
    """Give whoever acts the key that his browser made. `token`: his session's, which is renewed.

    Raises InvalidSubmission for an answer that does not hold, Refused for one key too many.
    """
    at, asked = rt.clock(), _challenge(answer)
    with rt.db.begin() as db:
        if len(queries.passkeys(db, actor.person_id or 0)) >= MOST:
            raise Refused(Message("factors.too_many_passkeys", most=MOST))
        if not challenges.spend(rt, db, REGISTER, actor.ref, asked):
            raise InvalidSubmission({"": Message("factors.passkey_over")})
        try:
            made = webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=asked,
                expected_rp_id=_host(origin),
                expected_origin=origin,
                require_user_verification=True,
            )
        except webauthn.helpers.exceptions.WebAuthnException as wrong:
            raise InvalidSubmission({"": Message("factors.passkey_wrong")}) from wrong
        if queries.passkey(db, made.credential_id) is not None:
            raise Refused(Message("factors.passkey_known"))
        queries.add_passkey(
            db,
            ref=new_ref(),
            person_id=actor.person_id,
            credential=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            name=" ".join(name.split())[:LONGEST_NAME],
            transports=json.dumps(_transports(answer)),
            made_at=to_text(at),
        )
        return given(rt, db, actor, held.PASSKEY, token, at)


def request(rt: Runtime, *, origin: str, actor: Actor | None = None, session: str = "") -> str:
    """What the browser needs for showing a key, as JSON: one of the actor's, or any that it has for us."""
    known: list[Any] = []
    if actor is not None:
        with rt.db.read() as db:
            known = queries.passkeys(db, actor.person_id or 0)
    challenge = challenges.make(rt, SHOW if actor else ENTER, session)
    options = {"challenge": _text(challenge), "timeout": TIMEOUT, "rpId": _host(origin), "userVerification": "required"}
    return json.dumps({**options, "allowCredentials": _described(known)})


def _described(keys: list[Any]) -> list[dict[str, Any]]:
    return [{"id": _text(row.credential), "type": "public-key", **_reached(row)} for row in keys]


def _reached(row: Any) -> dict[str, Any]:
    ways = json.loads(row.transports)
    return {"transports": ways} if ways else {}


def show(rt: Runtime, *, actor: Actor, answer: str, origin: str, session: str, token: str) -> NewSession:
    """Raise a session by a key of the actor's. Raises SignInRefused for any that does not hold, NotSignedIn."""
    at = rt.clock()
    with rt.db.begin() as db:
        found = _proved(rt, db, SHOW, answer, origin, session)
        if found.person_id != actor.person_id:
            raise SignInRefused(Message("factors.passkey_refused"))
        opened = renew(db, token, at, factor=True)
        if opened is None or opened.person_ref != actor.ref:
            raise NotSignedIn(Message("error.not_signed_in"))
        return opened


def sign_in(rt: Runtime, *, answer: str, origin: str, agent: str) -> NewSession:
    """Open a session for whoever shows a key: no name, no password. Raises SignInRefused, the same for all reasons."""
    at = rt.clock()
    with rt.db.begin() as db:
        found = _proved(rt, db, ENTER, answer, origin, "")
        account = accounts.by_person(db, found.person_id)
        if account is None or not account.active or account.disabled_at is not None:
            raise SignInRefused(Message("factors.passkey_refused"))
        return open_session(db, account, agent, at, factor=True, way=PASSKEY)


def _proved(rt: Runtime, db: Connection, use: str, answer: str, origin: str, session: str) -> Any:
    """The key that an answer proves; its use is counted, so that a copy of the key is noticed (WebAuthn, 6.1.1)."""
    refused = SignInRefused(Message("factors.passkey_refused"))
    asked = _challenge(answer)
    found = queries.passkey(db, _credential(answer))
    if found is None or not challenges.spend(rt, db, use, session, asked):
        raise refused
    try:
        proof = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=asked,
            expected_rp_id=_host(origin),
            expected_origin=origin,
            credential_public_key=found.public_key,
            credential_current_sign_count=found.sign_count,
            require_user_verification=True,
        )
    except webauthn.helpers.exceptions.WebAuthnException as wrong:
        raise refused from wrong
    if not queries.use_passkey(db, found, proof.new_sign_count, to_text(rt.clock())):
        raise refused
    return found


def _challenge(answer: str) -> bytes:
    """The challenge that an answer says it answers; nothing for what is no answer."""
    try:
        return _octets(json.loads(_octets(_read(answer)["response"]["clientDataJSON"]))["challenge"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return b""


def _credential(answer: str) -> bytes:
    try:
        return _octets(_read(answer)["rawId"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return b""


def _transports(answer: str) -> list[str]:
    said = _read(answer)["response"].get("transports", [])
    return [each for each in TRANSPORTS if isinstance(said, list) and each in said]


def _read(answer: str) -> Any:
    return json.loads(answer) if len(answer) <= LONGEST_ANSWER else {}


def _text(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def _octets(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _host(origin: str) -> str:
    return urlsplit(origin).hostname or ""
