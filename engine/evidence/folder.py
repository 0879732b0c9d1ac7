"""Bytes in a folder: the default. Random names, written whole under another name first, then moved into place.

`fsync` of the file and of the folder come before the row that names it: a row never speaks of bytes that a power cut
took away.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine.core.errors import NotFound, Unavailable
from engine.core.messages import Message

PIECE = 64 * 1024


class _Pieces(Iterator[bytes]):
    """An open file in pieces; `close` ends it also where nobody has asked for the first (HEAD, 304)."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __next__(self) -> bytes:
        piece = b"" if self._file.closed else self._file.read(PIECE)
        if not piece:
            self.close()
            raise StopIteration
        return piece

    def close(self) -> None:
        self._file.close()


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder outside of everything that a web server shows; made on first use, readable for its user alone."""

    root: Path

    def put(self, name: str, source: Path) -> None:
        """Keep the bytes of a file under a random name; `source` is moved, not copied."""
        target = self._place(name)
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)  # parents get the usual mode
            target.parent.mkdir(mode=0o700, exist_ok=True)
            sync(source)
            source.replace(target)
            sync(target.parent)
        except OSError as error:
            raise Unavailable(Message("file.disk", why=error.strerror or "")) from error

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes in pieces; NotFound where there are none."""
        try:
            return _Pieces(self._place(name).open("rb"))
        except OSError as error:
            raise NotFound(Message("file.bytes_missing")) from error

    def drop(self, name: str) -> None:
        """Forget the bytes, if there are any."""
        self._place(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Every name that there is."""
        yield from (path.name for path in sorted(self.root.glob("??/*")) if path.is_file())

    def _place(self, name: str) -> Path:
        return self.root / name[:2] / name


def sync(path: Path) -> None:
    """Wait until the disk has a file, or a folder's list of names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
