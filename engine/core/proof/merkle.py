"""Merkle tree hashing as RFC 9162 has it (section 2.1.1): bytes in, 32 bytes out. SHA-256 throughout.

Leaves and inner nodes are hashed with different first bytes, so that neither can pass for the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256 as _sha256
from typing import Any

HASH_BYTES = 32
LEAF, NODE = _sha256(b"\x00"), _sha256(b"\x01")  # to copy a begun hash takes half as long as to begin one


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry: SHA-256(0x00 ‖ data)."""
    return _after(LEAF, data)


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees: SHA-256(0x01 ‖ left ‖ right); both must be 32 bytes."""
    if len(left) != HASH_BYTES or len(right) != HASH_BYTES:
        raise ValueError(f"a node has two hashes of 32 bytes, not {len(left)} and {len(right)}")
    return _after(NODE, left + right)


def root(entries: Iterable[bytes]) -> bytes:
    """The root of a list of entries; that of the empty list is SHA-256 of nothing."""
    level = [_after(LEAF, entry) for entry in entries]
    if not level:
        return _sha256().digest()
    # Pairs from left to right, the odd one out carried up: the RFC's split at the largest power of two.
    while len(level) > 1:
        above = [_after(NODE, left + right) for left, right in zip(level[::2], level[1::2], strict=False)]
        level = [*above, level[-1]] if len(level) % 2 else above
    return level[0]


def _after(begun: Any, data: bytes) -> bytes:
    hashing = begun.copy()
    hashing.update(data)
    digest: bytes = hashing.digest()
    return digest
