"""Times and dates as they are kept and sent: text of fixed width, so that order of text is order of time.

Nothing here reads a clock.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def to_text(moment: datetime) -> str:
    """An aware time as `YYYY-MM-DDTHH:MM:SS.mmmZ`; what is below a millisecond is cut off."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {moment!r}")
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds")[:23] + "Z"


def to_datetime(text: str) -> datetime:
    """The aware UTC time that `to_text` wrote."""
    return datetime.fromisoformat(text)


def to_date(text: str) -> date:
    """The date of a stored `YYYY-MM-DD`."""
    return date.fromisoformat(text)


def zone_name(zone: str, day: date) -> str:
    """What people call an IANA zone on a day: `Asia/Makassar` → `WITA`."""
    return datetime.combine(day, time(12), ZoneInfo(zone)).tzname() or zone
