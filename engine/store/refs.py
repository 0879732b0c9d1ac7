"""Names for the outside and secrets for commitments. Chance enters here and nowhere below."""

from __future__ import annotations

import base64
import secrets

SEED_BYTES = 32


def new_ref() -> str:
    """128 random bits in base32, lower case, without padding: 26 characters."""
    return base64.b32encode(secrets.token_bytes(16))[:26].decode().lower()


def new_seed() -> bytes:
    """32 random bytes, from which the salts of one record's commitments are made."""
    return secrets.token_bytes(SEED_BYTES)
