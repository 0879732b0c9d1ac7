"""Bytes on their way in: one part file for each upload, in a folder of this machine, written in order from its end.

How far an upload has come is the size of its part, nothing else: what a cut took away is asked for again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.core.errors import StaleCase, Unavailable
from engine.core.messages import Message

PIECE = 64 * 1024
SUFFIXES = (".part", ".fresh", ".preview")


@dataclass(frozen=True, slots=True)
class Incoming:
    """The folder of parts."""

    root: Path

    def part(self, name: str) -> Path:
        """Where the part of an upload lies."""
        return self.root / f"{name}.part"

    def size(self, name: str) -> int:
        """How many bytes have come; 0 for an upload of which nothing has."""
        try:
            return self.part(name).stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, name: str, offset: int, pieces: Iterable[bytes], most: int) -> int:
        """Write pieces at the end, which must be at `offset`; answer the new size, durable.

        Raises StaleCase when the end is elsewhere or another request is writing. Bytes beyond `most` in all are not
        read; what came before a cut stays.
        """
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self.part(name).open("ab", buffering=0) as file, _alone(file.fileno()):
                if os.fstat(file.fileno()).st_size != offset:
                    raise StaleCase(Message("file.other_offset"))
                left = most - offset
                for piece in pieces:
                    file.write(piece[:left])
                    left -= len(piece[:left])
                    if not left:
                        break
                os.fsync(file.fileno())
                return most - left
        except OSError as error:
            raise Unavailable(Message("file.disk", why=error.strerror or "")) from error

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Keep every other request from a part that has come; StaleCase when one is at it."""
        try:
            with self.part(name).open("rb") as file, _alone(file.fileno()):
                yield
        except FileNotFoundError as gone:
            raise StaleCase(Message("file.other_offset")) from gone

    def drop(self, name: str) -> None:
        """Forget what has come, and what judging it left."""
        for suffix in SUFFIXES:
            self.part(name).with_suffix(suffix).unlink(missing_ok=True)

    def old(self, seconds: int) -> list[str]:
        """The names of uploads whose files nobody has touched for so long."""
        before = time.time() - seconds
        found = {path.stem for path in self.root.glob("*") if path.suffix in SUFFIXES and path.stat().st_mtime < before}
        return sorted(found)


@contextmanager
def _alone(handle: int) -> Iterator[None]:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as busy:
        raise StaleCase(Message("file.busy")) from busy
    yield  # closing the file gives the turn away


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
