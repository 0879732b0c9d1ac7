"""What a job is to who writes one: what it sees, and what a chunk of it answers with. Decides and stores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.core.messages import Message

State = Literal["queued", "running", "done", "failed", "cancelled"]
OVER: tuple[State, ...] = ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Job:
    """A job as its next chunk finds it.

    body: what was asked, JSON. cursor: what the chunk before left for this one, None at the beginning. done of total:
    how far it is. asked_by: the person's key, None for the system. parts: how many pieces of its file are made.
    """

    id: int
    ref: str
    kind: str
    body: Mapping[str, Any]
    cursor: Any
    done: int
    total: int | None
    asked_by: int | None
    unit_id: int | None
    parts: int = 0

    @property
    def begins(self) -> bool:
        """Whether no chunk has been done yet."""
        return self.cursor is None


@dataclass(frozen=True, slots=True)
class More:
    """A chunk is done and there is more: where to go on, how far it is, in words if there is something to say.

    part: bytes that are added to the file that the job makes.
    """

    cursor: Any
    done: int
    total: int | None = None
    words: Message | None = None
    part: bytes | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """The file that a job made, out of its parts: its name for who downloads it, and its media type."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The last chunk: what came of it in words, and the page that shows it (`/…`) or the file to download."""

    words: Message | None = None
    path: str | None = None
    file: Made | None = None
    part: bytes | None = None
    done: int | None = None


Chunk = More | Finished
