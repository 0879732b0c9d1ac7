"""VERBS of signing in through a provider: the way there, and what comes back. Authorization code with PKCE.

RFC 6749, 4.1; RFC 7636; RFC 9207; OpenID Connect Core 1.0. Nobody gets an account by it: whoever is not known here is
told so, and nothing is written.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, Row

from engine.access import EMAIL
from engine.core.errors import SignInRefused
from engine.core.messages import Message
from engine.core.nip import plain_nip
from engine.core.times import to_text
from engine.oidc import fetching
from engine.oidc.provider import Provider
from engine.oidc.tokens import refused
from engine.runtime import Runtime
from engine.sessions import PROVIDER, NewSession, open_session
from engine.store.queries import accounts
from engine.store.queries import factors as queries

LIFETIME = timedelta(minutes=10)
NIP_DIGITS = 18
LONG_AGO = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Visit:
    """One way to the provider and back. The browser keeps it, signed; nobody else knows `verifier`."""

    state: str
    nonce: str
    verifier: str


def begin(rt: Runtime, provider: Provider, *, back_to: str, language: str, again: bool = False) -> tuple[str, Visit]:
    """The address to send the browser to, and what it keeps meanwhile. `back_to`: our address for the answer.

    `again`: the provider asks who it is even of somebody whom it knows.
    """
    visit = Visit(*(secrets.token_urlsafe(32) for _ in range(3)))
    challenge = urlsafe_b64encode(hashlib.sha256(visit.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": provider.settings.client_id,
        "redirect_uri": back_to,
        "scope": provider.settings.scopes,
        "state": visit.state,
        "nonce": visit.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "ui_locales": language,
        **({"prompt": "login", "max_age": "0"} if again else {}),
    }
    endpoint = str(provider.described(rt.clock())["authorization_endpoint"])
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}", visit


def finish(
    rt: Runtime, provider: Provider, visit: Visit, answered: Mapping[str, str], *, back_to: str, agent: str
) -> NewSession:
    """Open a session for whom the provider names. `answered`: what the browser brought back.

    Raises SignInRefused for an answer that does not hold and for a person who has no account here.
    """
    code = _code(rt, provider, visit, answered)
    given = _exchanged(rt, provider, visit, code, back_to)
    at = rt.clock()
    claims = provider.read_token(str(given.get("id_token", "")), visit.nonce, at)
    known = _with_userinfo(rt, provider, claims, str(given.get("access_token", "")))
    shown = claims.get("amr")
    factor = provider.settings.trusted_factor and isinstance(shown, list) and "mfa" in shown
    with rt.db.begin() as db:
        spent = hashlib.sha256(f"visit {visit.state}".encode()).digest()
        if not queries.spend(db, spent, now=to_text(at), until=to_text(at + LIFETIME * 2)):
            raise refused("state used")
        account = _account(db, provider, known)
        if account is None or not account.active or account.disabled_at is not None:
            raise SignInRefused(Message("factors.provider.unknown", name=provider.settings.name))
        return open_session(db, account, agent, at, factor=factor, way=PROVIDER, shown=_shown(claims, at))


def _shown(claims: Mapping[str, Any], at: datetime) -> datetime:
    """When he showed the provider who he is; long ago where it does not say, so that weighty acts ask once more."""
    told = claims.get("auth_time")
    is_time = isinstance(told, int) and not isinstance(told, bool) and 0 <= told <= at.timestamp()
    return datetime.fromtimestamp(told, tz=at.tzinfo) if is_time and told else at - LONG_AGO


def _code(rt: Runtime, provider: Provider, visit: Visit, answered: Mapping[str, str]) -> str:
    if not hmac.compare_digest(answered.get("state", "").encode(), visit.state.encode()):
        raise refused("state")
    described = provider.described(rt.clock())
    says_who = described.get("authorization_response_iss_parameter_supported") is True
    if answered.get("iss", "" if says_who else provider.settings.issuer) != provider.settings.issuer:
        raise refused("issuer of the answer")
    if answered.get("error") or not answered.get("code"):
        raise SignInRefused(Message("factors.provider.declined", name=provider.settings.name))
    return answered["code"]


def _exchanged(rt: Runtime, provider: Provider, visit: Visit, code: str, back_to: str) -> dict[str, Any]:
    settings, described = provider.settings, provider.described(rt.clock())
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back_to, "code_verifier": visit.verifier}
    ways = described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    by_header = bool(settings.client_secret) and "client_secret_basic" in ways
    if not by_header:
        form["client_id"] = settings.client_id
        if settings.client_secret:
            form["client_secret"] = settings.client_secret
    pair = (settings.client_id, settings.client_secret) if by_header else ("", "")
    given = fetching.post(str(described["token_endpoint"]), form, *pair)
    if "error" in given:
        raise refused("code")
    return given


def _with_userinfo(rt: Runtime, provider: Provider, claims: dict[str, Any], access: str) -> dict[str, Any]:
    """The claims with those that the provider tells only when asked (OpenID Connect Core 1.0, 5.3)."""
    endpoint = provider.described(rt.clock()).get("userinfo_endpoint")
    if provider.settings.claim in claims or not endpoint or not access:
        return claims
    more = fetching.get(str(endpoint), bearer=access)
    if more.get("sub") != claims["sub"]:
        raise refused("subject of the user info")
    return {**more, **claims}


def _account(db: Connection, provider: Provider, claims: Mapping[str, Any]) -> Row[Any] | None:
    """The account of a NIP, or of an address that the provider has verified."""
    said = claims.get(provider.settings.claim)
    if provider.settings.claim == EMAIL:
        is_sure = claims.get("email_verified") is True and isinstance(said, str) and "@" in said
        return accounts.by_name(db, str(said).strip().lower()) if is_sure else None
    nip = plain_nip(str(said)) if isinstance(said, (str, int)) else ""
    return accounts.by_name(db, nip) if len(nip) == NIP_DIGITS and nip.isascii() and nip.isdigit() else None


def farewell(provider: Provider, now: datetime, *, back_to: str) -> str | None:
    """Where to end the session at the provider too; None where it offers none (RP-Initiated Logout 1.0)."""
    endpoint = provider.described(now).get("end_session_endpoint")
    asked = urlencode({"client_id": provider.settings.client_id, "post_logout_redirect_uri": back_to})
    return f"{endpoint}{'&' if '?' in str(endpoint) else '?'}{asked}" if endpoint else None
