"""One-time codes as people type them: 60 bits in twelve characters that nobody mistakes for each other.

The alphabet is Crockford's base 32; what a reader takes for another character is read as the right one.
"""

from __future__ import annotations

import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP, BITS = 12, 4, 5
MISREAD = str.maketrans("OIL", "011")
BETWEEN = re.compile(r"[\s\-–—_.]+")


def code_of(octets: bytes) -> str:
    """The code that random octets make; at least eight of them."""
    number = int.from_bytes(octets[:8], "big")
    return "".join(ALPHABET[number >> BITS * place & 31] for place in range(LENGTH))


def plain_code(typed: str) -> str:
    """A code as it was typed, in any case and grouping, as `code_of` answers it; "" when it cannot be one."""
    plain = BETWEEN.sub("", typed).upper().translate(MISREAD)
    return plain if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else ""


def grouped(code: str) -> str:
    """A code for the eye: `7K3M-9QXD-2WTH`."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))
