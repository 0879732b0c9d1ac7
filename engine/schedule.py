"""What is due by the clock: each of these is asked for exactly once a day, whatever processes, restarts or clocks do.

A row of the outbox whose effect key names the day is the proof that it was asked for; the database refuses a second.
A day that nobody was awake for is made up for when somebody wakes on it, and left out when the day is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine.core.proof.canonical import canonical
from engine.core.times import to_text
from engine.looks import Every
from engine.runtime import Runtime
from engine.store.queries import outbox as rows
from engine.store.queries import units

KIND = "schedule.due"
EVERYWHERE = "UTC"
LOOKS_EVERY = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class Daily:
    """Something that happens when a day begins: in each zone that units have, or once for all (in UTC).

    begin: does it, or asks for a job, in one transaction, which may run twice and commits once; zone and day are told.
    """

    name: str
    begin: Callable[[Runtime, Connection, str, date], None]
    each_zone: bool = False


class Clock:
    """Looks at the clock for one process, and remembers what it has asked for, so that it asks the database seldom."""

    def __init__(self, dailies: Callable[[], Mapping[str, Daily]], every: float = LOOKS_EVERY) -> None:
        self._dailies = dailies
        self._looks = Every(every)
        self._asked: set[str] = set()

    def tick(self, rt: Runtime) -> int:
        """Ask for what is due now; answers with how much this process was the first to ask for."""
        if not self._looks.is_due():
            return 0
        now = rt.clock()
        with rt.db.read() as db:
            zones = units.zones(db)
        due = {key: body for key, body in self._due(zones, now) if key not in self._asked}
        if not due:
            return 0
        with rt.db.begin() as db:
            first = [rows.add_once(db, KIND, canonical(body).decode(), key, to_text(now)) for key, body in due.items()]
        self._asked |= due.keys()
        return sum(row is not None for row in first)

    def _due(self, zones: list[str], now: datetime) -> Iterator[tuple[str, dict[str, str]]]:
        for daily in self._dailies().values():
            for zone in zones if daily.each_zone else [EVERYWHERE]:
                day = now.astimezone(ZoneInfo(zone)).date().isoformat()
                yield f"daily:{daily.name}:{zone}:{day}", {"daily": daily.name, "zone": zone, "day": day}


def begin(dailies: Mapping[str, Daily], rt: Runtime, db: Connection, body: Mapping[str, Any]) -> None:
    """WORK schedule.due: begin what was due; something that this version no longer knows is left out."""
    daily = dailies.get(body["daily"])
    if daily is not None:
        daily.begin(rt, db, body["zone"], date.fromisoformat(body["day"]))
