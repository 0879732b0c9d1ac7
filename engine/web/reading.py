"""Readers of what a request says: text that can be kept, whole numbers, days, hosts. Each has bounds; no rights here.

Refused before anything calculates with it or stores it: a NUL, a number of a thousand digits, the year 9999.
"""

from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import urlsplit

from flask import request

from engine.core.errors import BadRequest
from engine.core.messages import Message

LONGEST = 9  # digits of a number
FIRST, LAST = date(1900, 1, 1), date(2200, 12, 31)  # a day beside them has no midnight in every zone, or no sense
LARGEST = 2**63 - 1  # of an integer column


def refuse_nul() -> None:
    """Refuse a request with a NUL in its path, query, fields or names of files: PostgreSQL keeps none in text."""
    if any("\0" in text for text in _said()):
        raise BadRequest(Message("error.nul"))


def whole(text: str) -> int | None:
    """The number that a few ASCII digits write; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST else None


def day(text: str) -> date | None:
    """The day that an input of type date sent, within three centuries; None for anything else."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST <= found <= LAST else None


def moment_said(text: str) -> datetime | None:
    """The moment that a script of ours wrote (ISO 8601, UTC), within three centuries; None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None and FIRST <= found.date() <= LAST else None


def host(address: str) -> str | None:
    """Host and port of an address; None where it is none."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return None


def can_be_kept(value: object) -> bool:
    """Whether a database can compare its columns with this value: bounded integers, text without NUL in UTF-8."""
    if isinstance(value, int):
        return abs(value) <= LARGEST
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return True


def _said() -> Iterator[str]:
    yield request.path
    for fields in (request.args, request.form):
        for name, values in fields.lists():
            yield name
            yield from values
    for name, file in request.files.items(multi=True):
        yield name
        yield file.filename or ""
