"""The leaf of an event: its canonical bytes, which the ledger hashes, links and will one day sign.

A leaf holds random names, keys of definitions, times and hashes: no personal data, no floats, no sentences. What is
private (reasons, answers, what guards looked at) appears as the root of a commitment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.core.case import Actor, Holder
from engine.core.errors import BadRequest
from engine.core.messages import Message
from engine.core.proof.canonical import canonical

VERSION = 1
LARGEST = 4096  # bytes
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError, BadRequest)
"""What reading a forged row may raise: of another type, cut short, nested too deep, with a float in it."""
NOTED = "note"  # in place of deadlines that are too many for a leaf: they stand in the note


@dataclass(frozen=True, slots=True)
class Heading:
    """What every leaf says: which fact, where in which stream, when, by whom, with which right.

    prev: leaf hash of the event before it in its stream, hex. data: root of the private part, hex.
    at: `YYYY-MM-DDTHH:MM:SS.mmmZ`. key: the idempotency key, of which the leaf keeps the SHA-256. dues: the deadlines
    that the fact sets, instant → refs of their tasks and clocks; NOTED where they stand in the note; None where it may
    set some and does not say which, as those of old.
    """

    kind: str
    ref: str
    stream: str
    seq: int
    prev: str | None
    at: str
    actor: Actor
    product: str
    role: str | None = None
    right: Holder | None = None
    data: str | None = None
    key: str | None = None
    public: Mapping[str, Any] = field(default_factory=dict)
    dues: Mapping[str, Sequence[str]] | str | None = None


def document(heading: Heading) -> dict[str, Any]:
    """The leaf of a fact that moves no case; `api_key`: by which a program did it, where one did."""
    said: dict[str, Any] = {} if heading.dues is None else {"dues": heading.dues}
    if heading.actor.by_key is not None:
        said["api_key"] = heading.actor.by_key
    return {
        "v": VERSION,
        "kind": heading.kind,
        "ref": heading.ref,
        "stream": heading.stream,
        "seq": heading.seq,
        "prev": heading.prev,
        "at": heading.at,
        "by": heading.actor.ref,
        "for": _for_whom(heading),
        "role": heading.role,
        "right": _right(heading.right),
        "data": heading.data,
        "req": None if heading.key is None else hashlib.sha256(heading.key.encode()).hexdigest(),
        "product": heading.product,
        "public": dict(heading.public),
        **said,
    }


def _for_whom(heading: Heading) -> str | None:
    """In whose place somebody acted: under an order, or since his work was handed over."""
    right = heading.right
    return right.instead_of.ref if right is not None and right.instead_of is not None else heading.actor.acting_for


def _right(right: Holder | None) -> dict[str, Any] | None:
    """By which rule and what; `of`: by which the one held the role for whom he acts under an order."""
    if right is None:
        return None
    found: dict[str, Any] = {"rule": right.rule, "basis": right.basis}
    if right.order is not None and right.instead_of is not None:
        found["of"] = {"rule": right.instead_of.rule, "basis": right.instead_of.basis}
    return found


def move(
    heading: Heading,
    *,
    case: str,
    n: int,
    from_state: str | None,
    to_state: str,
    transition: str | None,
    definition: str,
    verdicts: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """The leaf of a move: the case, its new version n, the states, the definition's digest, why it was allowed.

    verdicts: `{"name", "allowed", "inputs"}`, inputs being the root of what was looked at, hex, or None for nothing.
    """
    return document(heading) | {
        "case": case,
        "n": n,
        "from": from_state,
        "to": to_state,
        "transition": transition,
        "definition": definition,
        "verdicts": list(verdicts),
    }


def encode(leaf: Mapping[str, Any]) -> bytes:
    """The canonical bytes of a leaf; refuses more than 4 KiB."""
    text = canonical(leaf)
    if len(text) > LARGEST:
        raise BadRequest(Message("ledger.leaf_too_large", limit=LARGEST, found=len(text)))
    return text


def decode(text: bytes) -> dict[str, Any] | None:
    """The document of stored bytes, or None when they are not the canonical bytes of an object."""
    try:
        found = json.loads(text)
        return found if isinstance(found, dict) and canonical(found) == text else None
    except (ValueError, RecursionError, BadRequest):
        return None


def public(text: bytes | str) -> Mapping[str, Any]:
    """What stored bytes say in public; nothing where they are no leaf, so that nothing fits to them."""
    try:
        found = json.loads(text)["public"]
        return found if isinstance(found, dict) else {}
    except UNREADABLE:
        return {}
