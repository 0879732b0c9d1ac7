"""Plain text and CSV: UTF-8, no control characters, and nothing that another program would run or show as a page."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from engine.core.errors import FileRefused
from engine.core.messages import Message
from engine.evidence.signs import HEAD, unknown

PIECE = 64 * 1024
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
PAGE = re.compile(
    r"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|meta|link|\?xml|\?php)\b", re.IGNORECASE
)
PROGRAM = re.compile(r"\A\ufeff?\s*(?:#!|@echo\b|%!PS|MZ|\{\\rtf)", re.IGNORECASE)


def check(path: Path) -> dict[str, int]:
    """The number of `lines` of a text. Raises FileRefused, naming what it seems to be instead."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, before = 0, ""
    with path.open("rb") as file:
        head = file.read(HEAD)
        file.seek(0)
        while piece := file.read(PIECE):
            try:
                text = decoder.decode(piece)
            except UnicodeDecodeError as unreadable:
                raise unknown(head) from unreadable
            _refuse(before + text, head, first=not before and not lines)
            lines += text.count("\n")
            before = text[-20:]  # a tag may stand across two pieces
    return {"lines": lines + 1}


def _refuse(text: str, head: bytes, *, first: bool) -> None:
    if CONTROLS.search(text):
        raise unknown(head)
    if PAGE.search(text):
        raise FileRefused(Message("file.refused.page"))
    if first and PROGRAM.search(text):
        raise FileRefused(Message("file.refused.program"))
