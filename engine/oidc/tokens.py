"""ID tokens: whose signature, for whom, until when. The only module that knows `joserfc`.

OpenID Connect Core 1.0, 3.1.3.7, with two algorithms and no others: what the token says of its own algorithm chooses
between keys of these two kinds, never between checking and not checking (RFC 8725, 3.1).
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import errors, jwk, jws

from engine.core.errors import SignInRefused, UnknownKey
from engine.core.messages import Message

KINDS = {"RS256": "RSA", "ES256": "EC"}
SKEW = 60  # seconds by which clocks may differ
OLDEST = 600  # seconds since a token was made
LONGEST = 32 * 1024
LEAST_RSA = 256  # bytes of a modulus: 2048 bits


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say: who made it, for whom, in answer to which visit."""

    issuer: str
    client_id: str
    nonce: str


def read(token: str, keys: Sequence[Mapping[str, Any]], expected: Expected, now: datetime) -> dict[str, Any]:
    """The claims of a token that holds. Raises UnknownKey, SignInRefused: the same words for all reasons."""
    header, _, _ = token.partition(".")
    known = _json(header)
    key = _key(known, keys)
    try:
        signed = jws.deserialize_compact(token, key, algorithms=[known["alg"]])
        claims = json.loads(signed.payload)
    except (errors.JoseError, ValueError, TypeError, RecursionError) as wrong:
        raise refused("signature") from wrong
    _check(claims if isinstance(claims, dict) else {}, expected, now.timestamp())
    return dict(claims)


def _json(part: str) -> dict[str, Any]:
    try:
        found = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))) if len(part) <= LONGEST else {}
    except (ValueError, RecursionError):
        found = {}
    if not isinstance(found, dict) or not isinstance(found.get("alg"), str) or found["alg"] not in KINDS:
        raise refused("algorithm")
    return found


def _key(header: Mapping[str, Any], keys: Sequence[Mapping[str, Any]]) -> Any:
    fitting = [key for key in keys if _fits(key, header)]
    if "kid" in header:
        fitting = [key for key in fitting if key.get("kid") == header["kid"]]
    if len(fitting) != 1:
        raise UnknownKey(Message("factors.provider.refused", why="key"))
    try:
        return jwk.import_key({name: value for name, value in fitting[0].items() if name in PUBLIC})
    except (errors.JoseError, ValueError, TypeError, KeyError) as wrong:
        raise refused("key") from wrong


PUBLIC = ("kty", "n", "e", "crv", "x", "y")


def _fits(key: Mapping[str, Any], header: Mapping[str, Any]) -> bool:
    if key.get("kty") != KINDS[header["alg"]] or key.get("use", "sig") != "sig":
        return False
    if key.get("alg", header["alg"]) != header["alg"]:
        return False
    if key["kty"] == "EC":
        return key.get("crv") == "P-256"
    return len(str(key.get("n", ""))) * 3 // 4 >= LEAST_RSA


def _check(claims: Mapping[str, Any], expected: Expected, now: float) -> None:
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp", expected.client_id)
    holds = {
        "issuer": claims.get("iss") == expected.issuer,
        "audience": expected.client_id in named,
        "party": party == expected.client_id and (len(named) == 1 or "azp" in claims),
        "expiry": _seconds(claims, "exp") > now - SKEW,
        "age": now - OLDEST - SKEW <= _seconds(claims, "iat") <= now + SKEW,
        "not before": _seconds(claims, "nbf", now) <= now + SKEW,
        "nonce": hmac.compare_digest(str(claims.get("nonce", "")).encode(), expected.nonce.encode()),
        "subject": isinstance(claims.get("sub"), str) and bool(claims["sub"]),
    }
    for what, is_so in holds.items():
        if not is_so:
            raise refused(what)


def _seconds(claims: Mapping[str, Any], name: str, otherwise: float = 0) -> float:
    found = claims.get(name, otherwise)
    return float(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else 0.0


def refused(why: str) -> SignInRefused:
    """One wording for people; `why` is for whoever debugs."""
    return SignInRefused(Message("factors.provider.refused", why=why))
