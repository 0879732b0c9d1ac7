"""What makes a print provable: its key figures, the digest of everything on it, and the check code that binds both.

The code is the first 60 bits of HMAC-SHA-256 under the print's own seed over its reference, its digest and its
figures. Whoever has no access to the database cannot make one; a figure that was altered does not fit to it.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.core.proof.canonical import canonical, digest

PREFIX = b"siklus/print/v1\n"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
LENGTH, GROUP = 12, 4
READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
BITS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """Something on the paper that counts, as it is printed."""

    label: str
    text: str


def digest_of(document: Mapping[str, Any]) -> str:
    """SHA-256 of everything that is printed, in hex."""
    return digest(dict(document))


def code(seed: bytes, ref: str, document: str, figures: Sequence[Figure]) -> str:
    """The check code of a print, in groups: `7QF2-9MXT-D4BK`."""
    said = {"ref": ref, "document": document, "figures": [[each.label, each.text] for each in figures]}
    number = int.from_bytes(hmac.digest(seed, PREFIX + canonical(said), "sha256"), "big") >> (256 - BITS * LENGTH)
    letters = [ALPHABET[number >> (BITS * at) & 31] for at in reversed(range(LENGTH))]
    return "-".join("".join(letters[at : at + GROUP]) for at in range(0, LENGTH, GROUP))


def is_same_code(typed: str, expected: str) -> bool:
    """Whether somebody typed this code; case, blanks and dashes do not matter, and 0 and O are one."""
    return hmac.compare_digest(_letters(typed).encode(), _letters(expected).encode())


def _letters(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text[:100]).upper().translate(READ_AS)
    return "".join(letter for letter in wide if letter in ALPHABET)


def as_fields(figures: Sequence[Figure]) -> dict[str, Any]:
    """Figures as the private part of an event."""
    return {f"figure.{at:02}": [each.label, each.text] for at, each in enumerate(figures)}


def from_fields(fields: Mapping[str, Any]) -> tuple[Figure, ...]:
    """The figures that `as_fields` wrote."""
    found = (fields[path] for path in sorted(fields) if path.startswith("figure."))
    return tuple(Figure(str(label), str(text)) for label, text in found)


def differing(figures: Sequence[Figure], typed: Sequence[str]) -> Iterator[Figure]:
    """The figures that somebody read otherwise from his paper; what he left empty is not compared."""
    for figure, read in zip(figures, typed, strict=False):
        if read.strip() and _plain(read) != _plain(figure.text):
            yield figure


def _plain(text: str) -> str:
    """Words without what a reader may write otherwise: case, blanks, a point at the end."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).rstrip(".")


def initials(name: str) -> str:
    """`Dewi Lestari, A.Md.Keb.` → `D. L.`: enough to know whose, too little to learn who."""
    words = [word for word in name.partition(",")[0].split() if word[0].isalpha()]
    return " ".join(f"{word[0].upper()}." for word in words[:4])
