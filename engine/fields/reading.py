"""How text that came from outside is read: shared by the field types. Each function answers a value or raises unfit."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from engine.core.filling.fieldtype import unfit
from engine.core.messages import Message

LONGEST = 100_000  # characters; more is not even looked at
QUOTED = 60

# Controls, halves of surrogate pairs, and marks that reorder what is read (a name could be made to look like another).
_NEVER = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
_IN_A_LINE = re.compile(f"[{_NEVER}\t\n]")
_IN_TEXT = re.compile(f"[{_NEVER}]")


def line(raw: Any) -> str:
    """One line of text: trimmed, NFC, without control characters. "" where nothing was written."""
    text = _text(raw)
    if not text.isprintable() and (found := _IN_A_LINE.search(text.strip())):
        raise _forbidden(found[0])
    return _composed(text).strip()


def lines(raw: Any) -> str:
    """Text of several lines, separated by a line feed."""
    text = _text(raw).replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable() and (found := _IN_TEXT.search(text)):
        raise _forbidden(found[0])
    return _composed(text).strip()


def quoted(raw: Any) -> str:
    """What was found, short and fit to be shown in a message."""
    text = raw if isinstance(raw, str) else type(raw).__name__
    shown = text if len(text) <= QUOTED else f"{text[: QUOTED - 1]}…"
    return _IN_A_LINE.sub("\ufffd", shown)


def wrong_type(raw: Any, expected: Message) -> Exception:
    """The refusal of a value of another JSON type."""
    return unfit(Message("field.wrong_type", expected=expected, found=quoted(raw)))


def _text(raw: Any) -> str:
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise wrong_type(raw, Message("field.kind.text"))
    if len(raw) > LONGEST:
        raise unfit(Message("field.too_long", limit=LONGEST, found=len(raw)))
    return raw


def _forbidden(character: str) -> Exception:
    return unfit(Message("field.forbidden_character", code=f"U+{ord(character):04X}"))


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)
