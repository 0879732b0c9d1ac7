"""Recovery codes: how many there are, how they are written and read. Pure; chance and keys are arguments."""

from __future__ import annotations

import base64
import hmac

COUNT = 10
CODE_BYTES = 10  # 80 bits: sixteen letters and digits, four groups of four
FEW = 3  # with so many left it is time for new ones
LETTERS = 16
# Digits that base32 does not have, for the letters that people read them as.
MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B"})


def written(chance: bytes) -> str:
    """A code as it is shown: `ABCD-EFGH-IJKL-MNOP`."""
    text = base64.b32encode(chance).decode()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def plain(typed: str) -> str | None:
    """A code as it is hashed, however it was grouped; None when it cannot be one."""
    text = "".join(letter for letter in typed if letter.isascii() and letter.isalnum()).upper().translate(MISREAD)
    return text if len(text) == LETTERS else None


def hashed(key: bytes, person_ref: str, code: str) -> bytes:
    """What is kept of a plain code: worth nothing without a key that is not in the database.

    ASVS 5.0, 6.5.2 asks for a slow hash below 112 bits of chance. 80 bits under a key of their own are out of reach
    of guessing, and ten slow hashes would hold up a page for a second.
    """
    return hmac.digest(key, f"recovery\0{person_ref}\0{code}".encode(), "sha256")
