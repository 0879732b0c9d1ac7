"""Codes on paper: slips to cut out, ten a page, each with its owner, his code and how to use it.

A new page begins with each unit, so that the slips of an office can be handed over as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from engine.codes import Issued
from engine.core import nip
from engine.core.codes import grouped
from engine.core.messages import Message
from engine.core.printing.wording import Voice, breakable, printable
from engine.runtime import Runtime

TEMPLATE = "slips"
WORDS = ("title", "code", "how", "keep", "qr")


def print_slips(rt: Runtime, issued: Sequence[Issued], *, voice: Voice, address: str) -> bytes:
    """The slips as a PDF, in the language of the voice; `address` is that of the page where the codes are used."""
    at = rt.clock()
    plain = address.partition("://")[2]
    paper = {
        "language": voice.language,
        "words": {key: voice.say(Message(f"accounts.slip.{key}", address=plain)) for key in WORDS},
        "pages": [
            {"unit": printable(unit), "slips": [_slip(one, voice) for one in found]}
            for unit, found in groupby(issued, key=lambda one: one.unit)
        ],
    }
    return rt.press.pull(TEMPLATE, paper, {"link": address, "address": plain, **_day(at)})


def _slip(one: Issued, voice: Voice) -> dict[str, str]:
    return {
        "name": breakable(printable(one.person.name)),
        "sign_in": nip.grouped(one.person.nip) if one.person.nip else str(one.person.email),
        "code": grouped(one.code),
        "until": voice.say(Message("accounts.slip.until", until=one.until)),
    }


def _day(at: datetime) -> dict[str, object]:
    return {"epoch": int(at.timestamp()), "day": [at.year, at.month, at.day]}
