"""Checks of a PDF: whole, nothing behind its end, no script, no file inside, no password. Counts its pages.

A reader of names, not of the whole format (ISO 32000-1); what counts as the data of a stream says pdf_objects.py.
What a determined author hides from it is what the malware scan and serving as an attachment are for.
"""

from __future__ import annotations

import mmap
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from engine.core.errors import FileRefused
from engine.core.messages import Message
from engine.evidence.pdf_objects import outside_data, walks
from engine.evidence.signs import TAIL, ZIP_END, refuse_second

END = b"%%EOF"
OBJECTS = re.compile(rb"/(?:ObjStm|First)(?![A-Za-z0-9])")  # not every reader asks for the type of an object stream
FORBIDDEN = {
    "script": re.compile(rb"/(?:JavaScript|JS|XFA)(?![A-Za-z0-9])"),
    "launch": re.compile(rb"/(?:Launch|RichMedia)(?![A-Za-z0-9])"),
    "inside": re.compile(rb"/EmbeddedFiles?(?![A-Za-z0-9])"),
    "password": re.compile(rb"/Encrypt(?![A-Za-z0-9])"),
}
PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
WRITTEN_OTHERWISE = re.compile(rb"/[!-~]{0,60}#[0-9A-Fa-f]{2}[!-~]{0,60}")
ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
MOST_UNPACKED = 64_000_000  # bytes of object streams; the objects of a thousand pages are a few millions

Bytes: TypeAlias = bytes | mmap.mmap


def check(path: Path) -> dict[str, int]:
    """The facts of a PDF: its `pages`. Raises FileRefused."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        _check_end(whole)
        pages = sum(_read(*part) for part in _parts(whole))
    return {"pages": pages}


def _check_end(whole: mmap.mmap) -> None:
    end = whole.rfind(END)
    if end < 0 or len(whole) - end > TAIL:
        raise FileRefused(Message("file.refused.broken"))
    behind = whole[end + len(END) :]
    if behind.strip(b"\0\t\n\f\r "):
        refuse_second(behind)
        if len(behind) > 1024:  # ISO 32000-1, annex H 3.4.4: readers look for the end in the last 1024 bytes
            raise FileRefused(Message("file.refused.polyglot"))
    if whole.rfind(ZIP_END, max(0, len(whole) - TAIL)) >= 0:
        raise FileRefused(Message("file.refused.polyglot"))


def _parts(whole: mmap.mmap) -> Iterator[tuple[Bytes, int, int]]:
    """What stands outside the data of streams, and what object streams hold: (bytes, from, to)."""
    found = walks(whole)
    for start, end in outside_data(found, len(whole)):
        yield whole, start, end
    left, seen = MOST_UNPACKED, set[int]()
    for walk in found:
        if walk.data is None or walk.data in seen or not OBJECTS.search(_unescaped(whole[walk.start : walk.end])):
            continue
        seen.add(walk.data)
        unpacked = _unpack(whole[walk.data : walk.until], left)
        left -= len(unpacked)
        yield unpacked, 0, len(unpacked)


def _unpack(packed: bytes, most: int) -> bytes:
    """What an object stream holds. Readers mend a damaged one; what we cannot open is refused."""
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(packed, most)
    except zlib.error as unreadable:
        raise FileRefused(Message("file.refused.broken")) from unreadable
    if unpacker.unconsumed_tail:
        raise FileRefused(Message("file.refused.bomb"))
    if not unpacker.eof:  # a reader that believes in /Length may find more behind an `endstream` among the data
        raise FileRefused(Message("file.refused.broken"))
    return found


def _read(text: Bytes, start: int, end: int) -> int:
    """Refuse what must not stand in these bytes; count the pages in them."""
    for why, pattern in FORBIDDEN.items():
        if pattern.search(text, start, end):
            raise FileRefused(Message(f"file.refused.pdf_{why}"))
    for name in WRITTEN_OTHERWISE.finditer(text, start, end):
        plain = _unescaped(name[0])
        for why, pattern in FORBIDDEN.items():
            if pattern.search(plain):
                raise FileRefused(Message(f"file.refused.pdf_{why}"))
    return sum(1 for _ in PAGE.finditer(text, start, end))


def _unescaped(text: bytes) -> bytes:
    return ESCAPE.sub(lambda code: bytes([int(code[1], 16)]), text)
