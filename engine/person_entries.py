"""What stands in registers about a person: his of this month, others' of this year. Reads only.

Of the days alone that the reader may read, and of what people say who do not sign in nothing: those have a page of
their own, which keeps few answers from being found out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from engine import entry_months, teams
from engine.core.case import Actor
from engine.core.register import Register, unscaled
from engine.core.times import to_date
from engine.entry_months import Part, writes_himself
from engine.entry_rights import Published
from engine.person_pages import PersonPage
from engine.runtime import Runtime
from engine.store.queries import entries as queries
from engine.store.tables.registers import MEASURES


@dataclass(frozen=True, slots=True)
class Written:
    """A register: how many entries about him since a day, and the sums of its measures in their order.

    newest: the last of the days that are counted; `since` where none is.
    """

    register: Register
    since: date
    newest: date
    count: int
    sums: tuple[Decimal, ...]

    @property
    def key(self) -> str:
        return self.register.definition.key


@dataclass(frozen=True, slots=True)
class Entries:
    """own: registers in which he writes, this month; said: those in which others write of him, this year.

    starting: entries of registers of `said` that may begin a task, the latest first.
    """

    own: tuple[Written, ...]
    said: tuple[Written, ...]
    starting: tuple[Any, ...]


def of_person(rt: Runtime, db: Connection, page: PersonPage, actor: Actor) -> Entries:
    """His entries as far as the actor may read them."""
    today = page.whom.today
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    known = [each for each in teams.about_people(rt, db) if _is_told(each.register)]
    read = entry_months.by_day(rt, db, known, [page.subject], year, today, actor)
    days = [each for each in read if _is_told(each.register)]
    places = queries.places_of(db, [each.register.definition.key for each in known])
    own, said = list[Written](), list[Written]()
    for register in (each.register for each in known):
        since = month if writes_himself(register) else year
        mine = [each for each in days if each.key == register.definition.key and each.day >= since.isoformat()]
        found = _written(register, since, mine, places.get(register.definition.key, {}))
        if found.count:
            (own if writes_himself(register) else said).append(found)
    return Entries(tuple(own), tuple(said), tuple(_starting(db, page, known, days)))


def _is_told(register: Register) -> bool:
    return not (register.definition.totals_alone or register.definition.is_public)


def _written(register: Register, since: date, days: Sequence[Part], places: dict[str, int]) -> Written:
    total: Counter[str] = Counter()
    for each in days:
        total.update(each.numbers)
    columns = [places.get(each.spec.key) for each in register.measures]
    sums = tuple(unscaled(0 if place is None else total[MEASURES[place]]) for place in columns)
    newest = max((each.day for each in days), default=since.isoformat())
    return Written(register, since, to_date(newest), total["count"], sums)


def _starting(db: Connection, page: PersonPage, known: Sequence[Published], days: Sequence[Part]) -> list[Any]:
    """The entries of this year by which others begin tasks about him, of the days and versions that may be read."""
    read = {(each.key, each.day, each.about.unit_id or 0, each.digest) for each in days}
    span = page.whom.today.replace(month=1, day=1).isoformat(), page.whom.today.isoformat()
    found = list[Any]()
    for register in (each.register for each in known):
        key = register.definition.key
        if register.starts and not writes_himself(register) and any(each.key == key for each in days):
            found += [row for row in queries.of_person(db, key, page.whom.id, *span) if _place(row) in read]
    return sorted(found, key=lambda row: (row.day, row.id), reverse=True)


def _place(row: Any) -> tuple[str, str, int, str]:
    return row.register, row.day, row.unit_id or 0, row.definition_digest
