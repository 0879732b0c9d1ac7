"""Time-based one-time codes (RFC 6238: HMAC-SHA-1, 30 seconds, six digits). Arithmetic only; chance is an argument.

A code is good for the step that it was made in, the one before and the one after: phones' clocks differ by seconds, and
typing takes some. OWASP ASVS 5.0, 6.5.5 allows one step; docs/sign-in.md says why we take three.
"""

from __future__ import annotations

import base64
import hmac
import struct
from datetime import datetime
from urllib.parse import quote, urlencode

PERIOD = 30  # seconds
DIGITS = 6
TOLERANCE = 1  # steps, each way
SECRET_BYTES = 20  # as many as SHA-1 has (RFC 4226, 4: R6)


def step_of(at: datetime) -> int:
    """The number of the step in which a moment lies (RFC 6238, 4.2)."""
    return int(at.timestamp()) // PERIOD


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of a step (RFC 4226, 5.3)."""
    mac = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    offset = mac[-1] & 0x0F
    number = struct.unpack(">I", mac[offset : offset + 4])[0] & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: bytes, typed: str, at: datetime, last: int | None) -> int | None:
    """The step whose code was typed; None when none of those around `at` fits.

    `last`: the newest step whose code was used. It and the steps before it are spent: a code is good once.
    """
    code = "".join(typed.split())
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    now, found = step_of(at), None
    for step in range(now - TOLERANCE, now + TOLERANCE + 1):
        fits = hmac.compare_digest(code_at(secret, step), code)
        if fits and (last is None or step > last):
            found = step
    return found


def typed_secret(secret: bytes) -> str:
    """A secret as people type it where no camera is at hand: base32 in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(secret: bytes, *, issuer: str, account: str) -> str:
    """What the QR code holds: the key URI that authenticator apps read."""
    label = f"{quote(issuer)}:{quote(account)}"
    asked = {"secret": base64.b32encode(secret).decode().rstrip("="), "issuer": issuer}
    asked |= {"algorithm": "SHA1", "digits": str(DIGITS), "period": str(PERIOD)}
    return f"otpauth://totp/{label}?{urlencode(asked, quote_via=quote)}"
