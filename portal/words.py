"""Small readings that several pages of the portal share: the last day of a deadline, the reason in a private note."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.web.language import zone

INSTANT = timedelta(microseconds=1)


def last_day(due: datetime | None) -> date | None:
    """The last local day of a deadline, which ends at 24:00: the instant itself is the day after already."""
    return None if due is None else (due - INSTANT).astimezone(ZoneInfo(zone())).date()


def moment(text: str) -> datetime:
    """A stored time, aware UTC."""
    return datetime.fromisoformat(text)


def note(body: str | None) -> dict[str, Any]:
    """The private part of an event; empty where there is none or where it was erased."""
    found = json.loads(body) if body else {}
    return found if isinstance(found, dict) else {}


def reason_of(body: str | None) -> str | None:
    """The reason that somebody gave with a move."""
    found = note(body).get("reason")
    return found if isinstance(found, str) else None
