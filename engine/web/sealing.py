"""A document that a page carries and brings back unaltered: signed with the installation's secret, for a short while.

Signed, not encrypted: it travels only in the answer to whoever sent its content.
"""

import hmac
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from engine.web.context import now, runtime

MAC = 32  # bytes


def seal(use: str, document: Mapping[str, Any]) -> str:
    """A document as text that `unseal` of the same use takes."""
    body = zlib.compress(json.dumps({"at": now().isoformat(), "body": document}).encode("utf-8", "surrogatepass"))
    return urlsafe_b64encode(_mac(use, body) + body).decode()


def unseal(use: str, text: str, lifetime: timedelta) -> dict[str, Any] | None:
    """The document; None when anything was altered, when it was sealed for another use, or is older than `lifetime`."""
    try:
        whole = urlsafe_b64decode(text.encode("ascii", "replace"))
    except (Error, ValueError):
        return None
    body = whole[MAC:]
    if not hmac.compare_digest(whole[:MAC], _mac(use, body)):
        return None
    found = json.loads(zlib.decompress(body))
    return dict(found["body"]) if now() - datetime.fromisoformat(found["at"]) <= lifetime else None


def _mac(use: str, body: bytes) -> bytes:
    return hmac.digest(runtime().keys.session, f"siklus sealed {use}:".encode() + body, sha256)
