"""Small readings that several pages of the portal share: the last day of a deadline, the reason in a private note."""

from __future__ import annotations

import json
from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from engine.core import calendar
from engine.web.language import zone


def last_day(due: datetime | None, where: tzinfo | None = None) -> date | None:
    """The last local day of a deadline, where its case is; by the reader's clock where that is not known."""
    return None if due is None else calendar.last_day(due, where or ZoneInfo(zone()))


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
