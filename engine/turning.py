"""Asks for open tasks to be re-pointed that certain people hold: now, and at the beginning of days to come.

For what changes who acts, without changing who is about whom. What is asked here is done by holders.reresolve.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from engine.core.proof.canonical import canonical
from engine.core.times import to_text
from engine.staffing import Act
from engine.store.queries import outbox, units


def retask(act: Act, event: str, held_by: Iterable[int]) -> int:
    """After the commit: the cases in which one of these people has an open task. Answers the work's row."""
    return outbox.add(act.db, "holders.reresolve", _body(held_by), f"retask:{event}", to_text(act.at), event)


def retask_when(act: Act, event: str, days: Iterable[date | None], held_by: Iterable[int]) -> None:
    """The same when each day begins that has not come yet, in each zone of the units."""
    zones = [ZoneInfo(name) for name in units.zones(act.db)]
    moments = {datetime.combine(day, time.min, zone).astimezone(UTC) for day in days if day for zone in zones}
    body = _body(held_by)
    for moment in sorted(moment for moment in moments if moment > act.at):
        due = to_text(moment)
        outbox.add(act.db, "holders.reresolve", body, f"retask:{event}:{due}", to_text(act.at), event, due)


def _body(held_by: Iterable[int]) -> str:
    return canonical({"people": [], "unit": None, "held_by": sorted(held_by)}).decode()
