"""Proof of work in place of a foreign puzzle: a number that makes a hash begin with so many zero bits. Arithmetic only.

Whoever fills in one form does not notice it; whoever sends thousands pays for each (hashcash; RFC 9162 hashes are of
the same function). How hard it is follows from how many have come lately.
"""

from __future__ import annotations

from hashlib import sha256

EASIEST, HARDEST = 13, 20  # bits: about 8,000 tries, a blink on a telephone; about a million, some seconds
QUIET = 20  # answers in the time that is looked at, up to which it stays easy
LONGEST = 12  # digits of an answer


def bits_for(lately: int) -> int:
    """How many zero bits are asked for after so many answers lately: one more each time they double."""
    return min(HARDEST, EASIEST + (max(lately, 1) // QUIET).bit_length())


def is_solved(ticket: str, answer: str, bits: int) -> bool:
    """Whether SHA-256(ticket ‖ ":" ‖ answer) begins with `bits` zero bits; the answer is a decimal number."""
    if not (answer.isascii() and answer.isdecimal() and len(answer) <= LONGEST):
        return False
    found = sha256(f"{ticket}:{answer}".encode()).digest()
    return int.from_bytes(found[:8], "big") >> (64 - bits) == 0


def solve(ticket: str, bits: int) -> str:
    """The smallest answer: what the browser does in static/js/work.js, for tests and measurements."""
    number = 0
    while not is_solved(ticket, str(number), bits):
        number += 1
    return str(number)
