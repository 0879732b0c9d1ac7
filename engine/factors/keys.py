"""Keys for each use, derived from the one key of second factors. No library is needed for that."""

from __future__ import annotations

import hmac

from engine.core.errors import Unavailable
from engine.core.messages import Message
from engine.runtime import Runtime

SHORTEST = 32


def key_for(rt: Runtime, use: str) -> bytes:
    """A key of 32 bytes for one use. Raises Unavailable when this installation has none for second factors."""
    if len(rt.keys.factors) < SHORTEST:
        raise Unavailable(Message("factors.no_key"))
    return hmac.digest(rt.keys.factors, f"siklus factors {use}".encode(), "sha256")
