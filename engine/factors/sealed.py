"""Secrets at rest: sealed under a key that is not in the database, each for one use and one owner.

The only module that knows `cryptography`. AES-256-GCM with a random nonce (NIST SP 800-38D); what a secret is for and
whose it is are authenticated with it, so that a row copied to somebody else opens nothing.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.factors.keys import key_for
from engine.runtime import Runtime

NONCE_BYTES = 12


def seal(rt: Runtime, use: str, owner: str, secret: bytes) -> bytes:
    """A secret as it is kept. Raises Unavailable when this installation has no key for it."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key_for(rt, "seal")).encrypt(nonce, secret, _about(use, owner))


def unseal(rt: Runtime, use: str, owner: str, sealed: bytes) -> bytes | None:
    """The secret; None when it was altered, is another's, or was sealed under another key."""
    try:
        return AESGCM(key_for(rt, "seal")).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _about(use, owner))
    except (InvalidTag, ValueError):
        return None


def _about(use: str, owner: str) -> bytes:
    return f"{use}\0{owner}".encode()
