"""What a key of the JSON API is: its text, what it may open (scopes), and how the rights of its person are cut to it.

Pure. A key never lends a right: it acts as its person with what he may today, inside one unit, for some purposes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.core.case import Actor

PREFIX = "siklus_"
BYTES = 32  # of the secret: 256 random bits, so that a plain hash of it keeps it
LENGTH = len(PREFIX) + 43  # base64url of 32 bytes without padding
A_MINUTE = 600  # requests, where nobody says otherwise
MOST_A_MINUTE = 6000

PEOPLE, CASES, ACTS, DEFINITIONS = "people.read", "cases.read", "cases.act", "definitions.read"
IMPORTS, REGISTERS, ENTRIES = "imports.write", "registers.read", "registers.add"
SCOPES = (PEOPLE, CASES, ACTS, DEFINITIONS, IMPORTS, REGISTERS, ENTRIES)


def may_be_one(text: str) -> bool:
    """Whether a text has the shape of a key at all; nothing else is looked up."""
    return len(text) == LENGTH and text.isascii() and text.startswith(PREFIX)


def cut(actor: Actor, unit_id: int, above: Iterable[int], below: Iterable[int]) -> Actor:
    """The actor with his rights inside a unit alone.

    above: the unit and those over it; below: the unit and those under it. A right from above becomes one over the unit;
    one over a unit below stays; any other is left out.
    """
    over, under = frozenset(above), frozenset(below)
    rights = [replace(right, unit_id=unit_id) if right.unit_id in over else right for right in actor.rights]
    return replace(actor, rights=tuple(dict.fromkeys(right for right in rights if right.unit_id in under)))


def administers(actor: Actor) -> bool:
    """Whether anything is left that lets somebody have a key: a right to administer."""
    return any(right.role == "admin" for right in actor.rights)
