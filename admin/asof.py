"""The two days of a page about the organisation: on which day it is told, and up to when what was recorded counts.

`?on=2026-07-01&known=2026-03-02`. Without `on` it is today; without `known` it is everything that is recorded now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import request

from admin import words
from engine.core import times
from engine.core.errors import BadRequest
from engine.core.messages import Message
from engine.store.queries import organisation
from engine.web import reading
from engine.web.language import today


@dataclass(frozen=True, slots=True)
class AsOf:
    """`known` is the last moment of the day `known_on` by the reader's clock, as it is stored."""

    on: date
    known_on: date | None
    known: str | None

    @property
    def is_now(self) -> bool:
        """Whether the rows of today answer."""
        return self.known is None and self.on == today()

    @property
    def asked(self) -> organisation.When:
        """The same for the queries."""
        return organisation.When(self.on, self.known, self.is_now)

    @property
    def query(self) -> str:
        """What links to other pages carry along."""
        asked = [f"on={self.on}"] if self.on != today() else []
        asked += [f"known={self.known_on}"] if self.known_on else []
        return "?" + "&".join(asked) if asked else ""


def read() -> AsOf:
    """What the address asks; BadRequest for what is no day."""
    on, known_on = _day("on"), _day("known")
    known = times.to_text(words.midnight(known_on, after=True)) if known_on else None
    return AsOf(on or today(), known_on, known)


def _day(name: str) -> date | None:
    typed = request.args.get(name, "").strip()
    if typed and reading.day(typed) is None:
        raise BadRequest(Message("admin.list.not_a_day", found=typed[:20]))
    return reading.day(typed) if typed else None
