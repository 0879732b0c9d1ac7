"""Writes a calendar of days (RFC 5545): one all-day event for each deadline. Pure; reading calendars is not done.

By hand, since it is a page of code and the libraries bring parsers, time zones and recurrence rules with them
(docs/adr/0009). The tests read what is written here with one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

LONGEST = 75  # octets of a line without its end (RFC 5545, 3.1)
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True, slots=True)
class Day:
    """An event that fills a day. uid: the same for ever for the same thing; at: when it was made (aware UTC)."""

    uid: str
    on: date
    summary: str
    at: datetime


def write(name: str, language: str, days: Iterable[Day]) -> bytes:
    """A calendar of this name, in UTF-8 with CRLF. The same days give the same bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Siklus//Siklus//ID",
        "CALSCALE:GREGORIAN",
        f"NAME;LANGUAGE={language}:{_text(name)}",  # RFC 7986, 5.1; the next for programs that are older
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        *(line for day in days for line in _event(day, language)),
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _event(day: Day, language: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{day.uid}"
    yield f"DTSTAMP:{day.at:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day.on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY;LANGUAGE={language}:{_text(day.summary)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(words: str) -> str:
    """A TEXT value (3.3.11); a control character would end the line."""
    return "".join(each for each in words.translate(ESCAPED) if each >= " " and each != "\x7f")


def _folded(line: str) -> bytes:
    """A content line in pieces of at most 75 octets; no character is cut in two."""
    pieces, piece = [], b""
    for each in line:
        octets = each.encode()
        if len(piece) + len(octets) > LONGEST:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
