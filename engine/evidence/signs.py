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
KNOWN = {  # what people mistake for evidence most, as they call it
    b"MZ": "EXE", b"\x7fELF": "ELF", b"GIF8": "GIF", b"BM": "BMP", b"II*\0": "TIFF", b"MM\0*": "TIFF",
    b"Rar!": "RAR", b"7z\xbc\xaf": "7Z", b"\x1f\x8b": "GZ", b"ID3": "MP3", b"{\\rtf": "RTF",
}  # fmt: skip
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc", b"ftypavif")
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


def unknown(head: bytes) -> FileRefused:
    """The refusal of a file by its first bytes: what it seems to be, and the way out where there is a usual one."""
    if head.startswith(OLD_OFFICE):
        return FileRefused(Message("file.refused.old_office"))
    if head[4:12] in HEIC:
        return FileRefused(Message("file.refused.heic"))
    return FileRefused(Message("file.refused.kind", found=_called(head)))


def _called(head: bytes) -> str:
    """`GIF`, `EXE`; "?" where nobody knows."""
    for start, name in KNOWN.items():
        if head.startswith(start):
            return name
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
