"""What a file is by its first bytes; nothing is believed of its name."""

from __future__ import annotations

import re
from pathlib import Path

import puremagic

from engine.core.errors import FileRefused
from engine.core.messages import Message

HEAD = 4_096
TAIL = 70_000  # a ZIP reader looks for its directory in the last 65,557 bytes
ZIP = b"PK\x03\x04"
ZIP_END = b"PK\x05\x06"
# What another reader would take a file for, if it stood at its end.
SECOND = re.compile(rb"PK\x05\x06|<!doctype|<html|<script|<svg|<iframe|<\?php|%PDF-|\x7fELF", re.IGNORECASE)


def sign(head: bytes) -> str:
    """`pdf`, `jpeg`, `png`, `webp`, `zip`, or `text` for what none of them is: its own check decides."""
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    return "zip" if head.startswith(ZIP) else "text"


def called(head: bytes) -> str:
    """What a file that is not taken seems to be, as people call it: `GIF`, `EXE`; "?" where nobody knows."""
    try:
        found = str(puremagic.from_string(head))
    except (puremagic.PureError, ValueError):
        return "?"
    return found.lstrip(".").upper()[:12] or "?"


def ends(path: Path) -> bytes:
    """The last bytes of a file."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        return file.read()


def refuse_second(tail: bytes) -> None:
    """Refuse bytes behind the end of a file that make it a file of a second kind."""
    if SECOND.search(tail):
        raise FileRefused(Message("file.refused.polyglot"))
