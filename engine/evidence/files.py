"""What an installation has for evidence: a place for bytes, a folder for what is coming in, a scanner, limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from engine.evidence.incoming import Incoming
from engine.evidence.scan import Scan

MEGABYTE = 1_000_000


class Place(Protocol):
    """Where bytes lie, each under its random name; `Folder` and `Bucket` are ones."""

    def put(self, name: str, source: Path) -> None: ...
    def pieces(self, name: str) -> Iterator[bytes]: ...
    def drop(self, name: str) -> None: ...
    def names(self) -> Iterator[str]: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """In bytes, but `files`: of one file, of one person in a case, in a day and in all; how many files a day."""

    file: int = 100 * MEGABYTE
    case: int = 500 * MEGABYTE
    day: int = 500 * MEGABYTE
    person: int = 5_000 * MEGABYTE
    files: int = 300


@dataclass(frozen=True, slots=True)
class Files:
    """The evidence store of one process; `rt.files`."""

    place: Place
    incoming: Incoming
    scan: Scan | None = None
    limits: Limits = field(default_factory=Limits)
