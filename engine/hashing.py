"""What is kept of a password: its argon2id hash. The only module that knows argon2; it asks no database.

Passwords are compared exactly as they were typed. Nothing here decides which password is a good one.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import argon2

from engine.core.errors import BadRequest
from engine.core.messages import Message

# OWASP password storage cheat sheet, argon2id: 19 MiB, two passes, one lane. An older hash is renewed at sign-in.
PASSES, MEMORY, LANES = 2, 19 * 1024, 1  # memory in KiB
LEAST = (2, 19 * 1024, 1)
NONE = ""  # kept in the place of a hash: no password opens this account


def require_strength() -> None:
    """Refuse to start with weaker parameters than the floor (ASVS 5.0, 11.4.2); argon2 itself is not loaded for it."""
    found = (PASSES, MEMORY, LANES)
    if any(one < least for one, least in zip(found, LEAST, strict=True)):
        raise BadRequest(Message("settings.weak_hash", found=found, least=LEAST))


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with its parameters and salt."""
    return _hasher().hash(_as_typed(password))


def is_right(kept: str | None, password: str, secret: bytes) -> bool:
    """Whether a password is that of a hash. It takes the same time when there is none; `secret` seeds what is compared.

    NONE is the hash of no password.
    """
    dummy = _dummy(hashlib.sha256(secret).digest()[:16])
    try:
        return _hasher().verify(kept or dummy, _as_typed(password)) and bool(kept)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def renewed(kept: str, password: str) -> str:
    """The hash of a right password, computed again when the one that is kept has other parameters than ours."""
    return hash_password(password) if _hasher().check_needs_rehash(kept) else kept


@lru_cache(maxsize=1)
def _hasher() -> argon2.PasswordHasher:
    return argon2.PasswordHasher(
        time_cost=PASSES, memory_cost=MEMORY, parallelism=LANES, hash_len=32, salt_len=16, type=argon2.Type.ID
    )


@lru_cache(maxsize=4)
def _dummy(salt: bytes) -> str:
    return _hasher().hash(hashlib.sha256(salt).hexdigest(), salt=salt)


def _as_typed(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
