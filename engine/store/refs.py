"""Names for the outside and secrets for commitments. Chance enters here and nowhere below."""

from __future__ import annotations

import secrets

SEED_BYTES = 32
REF_CHARACTERS = 26  # of 5 bits each
SHARED = 8  # of them by those that are written together
ALPHABET = b"abcdefghijklmnopqrstuvwxyz234567"
LETTER_OF_BYTE = ALPHABET * (256 // len(ALPHABET))


def new_ref() -> str:
    """A name nobody can guess: 130 random bits as 26 characters of base32 in lower case."""
    return secrets.token_bytes(REF_CHARACTERS).translate(LETTER_OF_BYTE).decode()


def new_seed() -> bytes:
    """32 random bytes, from which the salts of one record's commitments are made."""
    return secrets.token_bytes(SEED_BYTES)


def new_seeds(count: int) -> list[bytes]:
    """The same for records that are written together: asking for chance once is faster."""
    drawn = secrets.token_bytes(SEED_BYTES * count)
    return [drawn[at : at + SEED_BYTES] for at in range(0, len(drawn), SEED_BYTES)]


def new_refs(count: int) -> list[str]:
    """Names of records that are written together: 40 random bits for all, 90 for each.

    Beginning alike they stand beside each other in an index of millions, whose pages would not fit into memory.
    """
    own = REF_CHARACTERS - SHARED
    shared, drawn = new_ref()[:SHARED], secrets.token_bytes(own * count).translate(LETTER_OF_BYTE).decode()
    return [shared + drawn[at : at + own] for at in range(0, len(drawn), own)]
