"""Canonical JSON (RFC 8785) for the values that this product stores: no floats, integers below 2^53, NFC text.

Keys are ASCII by our grammar, so sorting by code point equals the RFC's sorting by UTF-16 unit; others are refused.
"""

from __future__ import annotations

import hashlib
import unicodedata
from json.encoder import encode_basestring
from typing import Any

from engine.core.errors import BadRequest
from engine.core.messages import Message

LARGEST = 2**53 - 1


def canonical(value: Any) -> bytes:
    """The one byte string of a JSON-able value; refuses floats, huge integers and non-text keys."""
    try:
        return written(value).encode()
    except UnicodeEncodeError as error:
        raise BadRequest(Message("canonical.surrogate")) from error


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON, as 64 hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def written(value: Any) -> str:
    """The canonical JSON as text, checked and written in one pass; it may still hold halves of surrogate pairs."""
    kind = type(value)
    if kind is str:
        return encode_basestring(value if value.isascii() else unicodedata.normalize("NFC", value))
    if kind is dict:
        return "{" + ",".join([written_key(name) + ":" + written(value[name]) for name in _sorted(value)]) + "}"
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int and abs(value) <= LARGEST:
        return str(value)
    if kind is list or kind is tuple:
        return "[" + ",".join([written(item) for item in value]) + "]"
    raise BadRequest(Message("canonical.type", found=kind.__name__))


def _sorted(value: dict[Any, Any]) -> list[Any]:
    try:
        return sorted(value)
    except TypeError:
        return list(value)  # written_key refuses one of them


def written_key(name: Any) -> str:
    """The name of a member, in quotes, when it is text whose order is the same everywhere."""
    if type(name) is not str or not name.isascii():
        raise BadRequest(Message("canonical.key", found=str(name)))
    return encode_basestring(name)
