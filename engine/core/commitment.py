"""Commitments to values: a leaf names a root, the values lie elsewhere, and can be erased or opened one by one.

Each field has its own salt, made from the record's seed, so that a score of 0–100 cannot be found by trial.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from engine.core import merkle
from engine.core.canonical import ENCODER, canonical

PREFIX = b"siklus/commit/v1\n"
SEED_BYTES = 32


def root(seed: bytes, fields: Mapping[str, Any]) -> bytes:
    """The commitment to a record: the RFC 9162 root over its sorted `[path, commitment in hex]` entries.

    fields: path → JSON-able value; seed: 32 random bytes of this record alone.
    """
    return root_of({path: commit(seed, path, value) for path, value in fields.items()})


def commit(seed: bytes, path: str, value: Any) -> bytes:
    """The commitment to one field: SHA-256(prefix ‖ salt ‖ canonical value)."""
    return hashlib.sha256(PREFIX + salt(seed, path) + canonical(value)).digest()


def salt(seed: bytes, path: str) -> bytes:
    """The salt of one field: HMAC-SHA-256(seed, path). Whoever gets this can check this field and no other."""
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a seed has 32 bytes, not {len(seed)}")
    return hmac.digest(seed, path.encode(), "sha256")


def root_of(commitments: Mapping[str, bytes]) -> bytes:
    """The root over commitments that are already made: path → 32 bytes."""
    return merkle.root(_entry(path, commitments[path]) for path in sorted(commitments))


def _entry(path: str, commitment: bytes) -> bytes:
    """The canonical JSON of `[path, commitment in hex]`, put together here since it is made for each field twice."""
    return f'[{ENCODER.encode(path)},"{commitment.hex()}"]'.encode()
