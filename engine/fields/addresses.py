"""Web addresses as text: which are fit to be kept and shown as links. Nobody is asked whether they can be reached."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address
from typing import Any
from urllib.parse import SplitResult, urlsplit, urlunsplit

from engine.core.filling.fieldtype import unfit
from engine.core.messages import Message
from engine.fields.reading import line, quoted

LONGEST = 2000
LONGEST_HOST = 253
SCHEMES = ("http", "https")
# Browsers read a backslash as a slash; the others have no place in an address (RFC 3986, 2.2 and appendix C).
_NEVER = re.compile(r"[\s\\<>\"{}|^`]")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")


def address(raw: Any) -> str:
    """The address that was written: http or https, a host, no credentials; "" where nothing was.

    The host is kept and shown in ASCII (`xn--…`, RFC 3492), so that a letter of another script that looks like one of
    ours cannot pass for it. Raises InvalidSubmission.
    """
    text = line(raw)
    if not text:
        return ""
    if len(text) > LONGEST:
        raise unfit(Message("field.too_long", limit=LONGEST, found=len(text)))
    if not text.isprintable() or _NEVER.search(text):
        raise unfit(Message("field.link.character", found=quoted(text)))
    parts, port = _split(text)
    if parts.scheme not in SCHEMES:
        raise unfit(Message("field.link.scheme", found=quoted(text)))
    if "@" in parts.netloc:
        raise unfit(Message("field.link.credentials"))
    place = _host(parts.hostname or "") + (f":{port}" if port is not None else "")
    return urlunsplit((parts.scheme, place, parts.path, parts.query, parts.fragment))


def host(address: str) -> str:
    """The host of an address that has been read."""
    return urlsplit(address).hostname or ""


def _split(text: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(text)
        return parts, parts.port
    except ValueError:
        raise unfit(Message("field.link.unreadable", found=quoted(text))) from None


def _host(name: str) -> str:
    wrong = unfit(Message("field.link.host", found=quoted(name)))
    if not name or len(name) > LONGEST_HOST:
        raise wrong
    try:
        found = name if name.isascii() else name.encode("idna").decode().lower()
        if found.rpartition(".")[2].isdecimal():
            return str(IPv4Address(found))
    except (UnicodeError, AddressValueError):
        raise wrong from None
    if not _HOST.match(found):
        raise wrong
    return found
