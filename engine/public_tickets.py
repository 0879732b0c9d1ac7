"""Tickets of public forms: what a form carries so that a robot pays for each answer. Nothing is kept of one until it
is used; it is signed, tells when it was given and how hard its work is, and is good for one answer by one link.

Whoever runs no JavaScript cannot work: his ticket is taken after a wait instead, and few of them on a day.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from engine.core.errors import BadRequest, Refused, TooManyTries
from engine.core.messages import Message
from engine.core.workproof import is_solved
from engine.runtime import Runtime

LAPSES = timedelta(hours=3)  # a form may lie open over lunch
AT_LEAST = timedelta(seconds=2)  # nobody reads and answers faster
SLOWLY = timedelta(seconds=40)  # without work
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a form was given: for which link, when, how hard. text: as it travels."""

    code: str
    at: datetime
    bits: int
    text: str

    @property
    def mark(self) -> str:
        """Under what it is known to be used."""
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Shown:
    """What came back with the answers. `trap`: a field that people do not see; proof: the number that was found."""

    ticket: str
    proof: str = ""
    trap: str = ""


def issue(rt: Runtime, code: str, bits: int, at: datetime) -> Ticket:
    """A ticket for one answer by a link."""
    told = f"{code}.{int(at.timestamp())}.{bits}.{secrets.token_urlsafe(12)}"
    return Ticket(code, at, bits, f"{told}.{_signed(rt, told)}")


def taken(rt: Runtime, code: str, shown: Shown, at: datetime) -> tuple[Ticket, bool]:
    """The ticket that came back, and whether its work was done; else it has waited long enough.

    Raises BadRequest for what no browser sends, Refused once it has lapsed, TooManyTries where it has to wait still.
    """
    ticket = read(rt, shown.ticket)
    if ticket is None or ticket.code != code or shown.trap:
        raise BadRequest(Message("public.no_person"))
    age = at - ticket.at
    if age > LAPSES:
        raise Refused(Message("public.lapsed"))
    if age < AT_LEAST:
        raise TooManyTries(Message("public.too_fast"), _seconds(AT_LEAST - age))
    if shown.proof:
        if not is_solved(ticket.text, shown.proof, ticket.bits):
            raise BadRequest(Message("public.no_person"))
        return ticket, True
    if age < SLOWLY:
        raise TooManyTries(Message("public.wait", count=_seconds(SLOWLY - age)), _seconds(SLOWLY - age))
    return ticket, False


def read(rt: Runtime, text: str) -> Ticket | None:
    """A ticket of ours, or None."""
    told, _, signature = text[: LONGEST + 1].rpartition(".")
    if len(text) > LONGEST or not text.isascii() or not hmac.compare_digest(_signed(rt, told), signature):
        return None
    code, at, bits, _ = told.split(".")
    return Ticket(code, datetime.fromtimestamp(int(at), UTC), int(bits), text)


def _seconds(left: timedelta) -> int:
    return max(1, -(-left // timedelta(seconds=1)))


def _signed(rt: Runtime, told: str) -> str:
    return hmac.digest(rt.keys.session, f"public.ticket\0{told}".encode(), "sha256").hex()[:32]
