"""The chairs that somebody holds today, by the clock of where he sits. Reads only; whoever asks has been judged.

Which clock that is only his chairs tell: they are looked up on the day of UTC, and again where it is another day there.
So a case that begins in the first hours of a day begins where he sits from that day on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from engine.authority import local_day
from engine.core.errors import NotFound
from engine.core.messages import Message
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


def of_post(db: Connection, ref: str, at: datetime) -> Any:
    """The unit (queries.units.unit) of the post that somebody holds definitively; None where he holds none."""
    found = next((each for each in of_person(db, ref, at).chairs if each.how == "definitive"), None)
    return None if found is None else units.unit(db, found.unit_id)


def of_person(db: Connection, ref: str, at: datetime) -> Seated:
    """Where somebody sits; NotFound where nobody has this ref."""
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
