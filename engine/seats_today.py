"""The chairs that somebody holds today, by the clock of where he sits. Reads only; whoever asks has been judged.

Which clock that is only his chairs tell: they are looked up on the day of UTC, and again where it is another day there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine.authority import local_day
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.runtime import Runtime
from engine.store.queries import person_cases, units


@dataclass(frozen=True, slots=True)
class Seated:
    """A person (id, ref, name), his chairs of today, the definitive first, and the unit of that or else the highest."""

    row: Any
    chairs: tuple[Any, ...]
    unit_id: int | None
    today: date

    @property
    def unit_ref(self) -> str:
        """Of the unit in which he sits; empty where he sits in none."""
        return self.chairs[0].unit_ref if self.chairs else ""


def of_person(rt: Runtime, db: Connection, ref: str) -> Seated:
    """Where somebody sits; NotFound where nobody has this ref."""
    at = rt.clock()
    found = _on(db, ref, at.date())
    if found.unit_id is None:
        return found
    today = local_day(found.chairs[0] if found.chairs else units.unit(db, found.unit_id), at)
    return found if today == found.today else _on(db, ref, today)


def _on(db: Connection, ref: str, day: date) -> Seated:
    rows = person_cases.head(db, ref, day)
    if not rows:
        raise NotFound(Message("people.person_not_found"))
    chairs = tuple(each for each in rows if each.unit_id is not None)
    return Seated(rows[0], chairs, chairs[0].unit_id if chairs else units.highest(db), day)
