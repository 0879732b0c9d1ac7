"""Many records under one event: the root (RFC 9162, section 2.1.1) over their leaves, made one by one, and the proof of
one of them (section 2.1.3).

A leaf of an entry is the canonical JSON `[ref, about, day, root]`: its name, the ref of whom it is about (nothing for
nobody), its day, and the root of what it holds in hex. Those that a batch ends are leaves of their refs alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.core.proof import merkle


@dataclass(slots=True)
class Growing:
    """The root over leaves that come one after the other; remembers as many hashes as the count has binary digits."""

    count: int = 0
    _peaks: list[tuple[int, bytes]] = field(default_factory=list)  # height and hash, the highest first

    def add(self, entry: bytes) -> None:
        """Add the next leaf."""
        height, found = 0, merkle.leaf_hash(entry)
        while self._peaks and self._peaks[-1][0] == height:
            found = merkle.node_hash(self._peaks.pop()[1], found)
            height += 1
        self._peaks.append((height, found))
        self.count += 1

    def root(self) -> bytes:
        """The root over the leaves so far."""
        if not self._peaks:
            return merkle.root(())
        found = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            found = merkle.node_hash(left, found)
        return found

    def said(self) -> dict[str, int | str]:
        """How an event says it: how many, and the root in hex."""
        return {"count": self.count, "root": self.root().hex()}


def said(count: int, leaves: Iterable[bytes]) -> dict[str, int | str]:
    """What Growing.said answers, of so many leaves that are all there: twice as fast."""
    return {"count": count, "root": merkle.root(leaves).hex()}


def entry_leaf(ref: str, about: str, day: str, root: bytes) -> bytes:
    """The leaf of an entry; refs and days are plain ASCII, so this is its canonical JSON."""
    return f'["{ref}","{about}","{day}","{root.hex()}"]'.encode()


def ended_leaf(ref: str) -> bytes:
    """The leaf of an entry that a batch ends."""
    return f'["{ref}"]'.encode()


def path(entries: Sequence[bytes], place: int) -> list[bytes]:
    """The hashes beside the way from the leaf at a place up to the root, the lowest first."""
    level, found = [merkle.leaf_hash(entry) for entry in entries], []
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            found.append(level[beside])
        pairs = [merkle.node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level, place = ([*pairs, level[-1]] if len(level) % 2 else pairs), place // 2
    return found


def root_by(entry: bytes, place: int, count: int, beside: Sequence[bytes]) -> bytes | None:
    """The root to which a leaf at a place among so many leads; None where the hashes beside its way do not fit."""
    found, rest, last = merkle.leaf_hash(entry), list(beside), count - 1
    if not 0 <= place < count:
        return None
    while last:
        if place % 2 or place < last:
            if not rest:
                return None
            other = rest.pop(0)
            found = merkle.node_hash(other, found) if place % 2 else merkle.node_hash(found, other)
        place, last = place // 2, last // 2
    return None if rest else found
