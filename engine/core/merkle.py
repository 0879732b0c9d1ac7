"""Merkle tree hashing as RFC 9162 has it (section 2.1.1): bytes in, 32 bytes out. SHA-256 throughout.

Leaves and inner nodes are hashed with different first bytes, so that neither can pass for the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

HASH_BYTES = 32


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry: SHA-256(0x00 ‖ data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees: SHA-256(0x01 ‖ left ‖ right); both must be 32 bytes."""
    if len(left) != HASH_BYTES or len(right) != HASH_BYTES:
        raise ValueError(f"a node has two hashes of 32 bytes, not {len(left)} and {len(right)}")
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(entries: Iterable[bytes]) -> bytes:
    """The root of a list of entries; that of the empty list is SHA-256 of nothing."""
    stack: list[tuple[int, bytes]] = []  # complete subtrees from left to right, with their sizes
    for entry in entries:
        size, subtree = 1, leaf_hash(entry)
        while stack and stack[-1][0] == size:
            subtree = node_hash(stack.pop()[1], subtree)
            size *= 2
        stack.append((size, subtree))
    if not stack:
        return hashlib.sha256().digest()
    subtree = stack.pop()[1]
    while stack:
        subtree = node_hash(stack.pop()[1], subtree)
    return subtree
