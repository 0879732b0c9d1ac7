"""Challenges of passkeys: random, ours, for one use and one browser, for ten minutes, answered once (WebAuthn, 13.4.3).

Nothing is stored when one is given out, so that nobody fills a table by opening a page; an answered one is noted.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection

from engine.core.times import to_text
from engine.factors.keys import key_for
from engine.runtime import Runtime
from engine.store.queries import factors as queries

LIFETIME = timedelta(minutes=10)
CHANCE, CLOCK, MAC = 16, 8, 32  # bytes


def make(rt: Runtime, use: str, browser: str) -> bytes:
    """A fresh challenge; `browser`: whose it is (a session, a person), or nothing before anybody is known."""
    body = secrets.token_bytes(CHANCE) + int(rt.clock().timestamp()).to_bytes(CLOCK, "big")
    return body + _mac(rt, use, browser, body)


def spend(rt: Runtime, db: Connection, use: str, browser: str, challenge: bytes) -> bool:
    """Whether this is a challenge of ours that nobody has answered yet; from now on it is answered."""
    body, mac, now = challenge[: CHANCE + CLOCK], challenge[CHANCE + CLOCK :], rt.clock()
    if not hmac.compare_digest(mac, _mac(rt, use, browser, body)):
        return False
    made = datetime.fromtimestamp(int.from_bytes(body[CHANCE:], "big"), tz=now.tzinfo)
    if not timedelta(0) <= now - made + timedelta(seconds=1) <= LIFETIME:
        return False
    until = to_text(made + LIFETIME + timedelta(minutes=1))
    return queries.spend(db, hashlib.sha256(challenge).digest(), now=to_text(now), until=until)


def _mac(rt: Runtime, use: str, browser: str, body: bytes) -> bytes:
    return hmac.digest(key_for(rt, f"challenge {use}"), browser.encode() + b"\0" + body, "sha256")
