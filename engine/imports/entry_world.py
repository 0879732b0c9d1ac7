"""What rows of entries are judged against: whom they name, where each sat on the day, what the actor may with entries
about him then, and the entries that stand already. Read in sets before anything is judged.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import entry_rights
from engine.core.calendar import MONDAY_TO_FRIDAY, Calendar
from engine.core.case import Actor
from engine.core.proof.canonical import canonical
from engine.core.register import Register
from engine.core.times import to_date
from engine.entry_rights import Subject
from engine.imports.entry_rows import Row
from engine.runtime import Runtime
from engine.store.queries import calendars, units
from engine.store.queries import entry_world as queries

RIGHTS = ("add", "read", "verify", "correct")
Key = tuple[str, date]  # ref of whom an entry is about, its day
Spell = tuple[str, int]  # ref of whom, and how many turns came before: of its days all is alike


@dataclass(frozen=True, slots=True)
class Whom:
    """A person or unit that rows name; ref and keys are empty for entries about nobody."""

    ref: str = ""
    name: str = ""
    person_id: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry that stands: its key, its time, its answers (canonical JSON; None where erased), all it keeps."""

    id: int
    ref: str
    span: tuple[int, int] | None
    answers: str | None
    text: str


@dataclass(frozen=True, slots=True)
class World:
    """The state of things that a file touches, for one actor at one moment.

    `turns`: the days on which a seat, a right or an order begins or ends somewhere; `turn`: how many came by a day.
    """

    register: Register
    digest: str
    at: datetime
    whom: Mapping[str, Whom]
    keys: Collection[Key]
    turns: Sequence[date]
    turn: Mapping[date, int]
    rights: Mapping[Spell, frozenset[str]]
    units: Mapping[Spell, int | None]
    todays: Mapping[int | None, date]
    entries: Mapping[Key, Sequence[Standing]] = field(default_factory=dict)
    calendars: Mapping[int | None, Calendar] = field(default_factory=dict)

    def may(self, ref: str, day: date) -> frozenset[str]:
        """What the actor may with entries about somebody on a day."""
        return self.rights[ref, self.turn[day]]

    def unit_on(self, ref: str, day: date) -> int | None:
        """Where somebody sat on a day."""
        return self.units[ref, self.turn[day]]

    def today(self, ref: str, day: date) -> date:
        """The local day of the unit in which somebody sat on the day of an entry."""
        return self.todays[self.units[ref, self.turn[day]]]

    def calendar(self, ref: str, day: date) -> Calendar:
        """The working days of the unit in which somebody sat; Monday to Friday where no measure asks."""
        return self.calendars.get(self.unit_on(ref, day), MONDAY_TO_FRIDAY)

    def seen(self) -> list[int]:
        """The keys of all entries that stood when this was read."""
        return sorted(each.id for some in self.entries.values() for each in some)


def read(db: Connection, register: Register, digest: str, rows: Iterable[Row], actor: Actor, at: datetime) -> World:
    """The world of these rows: some fifteen questions, and some more for each thousand people."""
    named = {(row.about, row.day) for row in rows if row.day is not None}
    whom = _whom(db, register, {about for about, _ in named})
    keys = {(whom[about].ref, day) for about, day in named if about in whom}
    days = {day for _, day in named}
    turns = _turns(db, days)
    turn = _turn(days, turns)
    spells = _spells(keys, turn)
    by_ref = {each.ref: each for each in whom.values()}
    units_on = _units_on(db, spells, by_ref, _span(day for _, day in keys))
    zones, highest = units.zone_of_each(db), units.highest(db)
    todays = {unit: _local(at, zones.get(unit if unit is not None else highest or 0)) for unit in {*zones, None}}
    rights = _rights(db, register, spells, by_ref, units_on, actor)
    entries: dict[Key, list[Standing]] = {}
    for key, row in _standing_rows(db, register, whom, keys):
        entries.setdefault(key, []).append(_standing(register, row))
    return World(register, digest, at, whom, keys, turns, turn, rights, units_on, todays, entries)


def with_calendars(rt: Runtime, db: Connection, world: World) -> World:
    """The same world with the calendars in force of its units, where a measure counts working days."""
    if not world.register.counts_working_days:
        return world
    known = {unit: unit if unit is not None else units.highest(db) for unit in set(world.units.values())}
    found = rt.days.of_each(db, {place for place in known.values() if place is not None}, calendars.stamp(db))
    return replace(world, calendars={unit: found[place] for unit, place in known.items() if place is not None})


def within(world: World, units: Collection[int] | None) -> World:
    """The same world, where nobody may do anything beside these units; None: everywhere."""
    if units is None:
        return world
    rights = {spell: held if world.units[spell] in units else frozenset() for spell, held in world.rights.items()}
    return replace(world, rights=rights)


def moved_on(db: Connection, world: World, actor: Actor) -> bool:
    """Whether other entries stand now than when the world was read, somebody sits elsewhere, or a right of the actor's
    is gone."""
    found = _standing_rows(db, world.register, world.whom, world.keys, answers=False)
    if sorted(row.id for _, row in found) != world.seen():
        return True
    turns = sorted({*world.turns, *_turns(db, world.turn)})  # what was alike then, and is alike now
    spells = _spells(world.keys, _turn(world.turn, turns))
    by_ref = {each.ref: each for each in world.whom.values()}
    units_on = _units_on(db, spells, by_ref, _span(day for _, day in world.keys))
    if any(found != world.unit_on(ref, spells[ref, turned]) for (ref, turned), found in units_on.items()):
        return True
    held = _rights(db, world.register, spells, by_ref, units_on, actor)
    return any(not world.may(ref, spells[ref, turned]) <= found for (ref, turned), found in held.items())


def _turns(db: Connection, days: Collection[date]) -> list[date]:
    """The days from the second to the last of these on which somebody's seat or roles may change."""
    return [to_date(day) for day in queries.turns(db, *_span(days))] if len(days) > 1 else []


def _turn(days: Iterable[date], turns: Sequence[date]) -> dict[date, int]:
    return {day: bisect_right(turns, day) for day in days}


def _spells(keys: Iterable[Key], turn: Mapping[date, int]) -> dict[Spell, date]:
    """The spells of these days, each with one of them."""
    return {(ref, turn[day]): day for ref, day in keys}


def _span(days: Iterable[date]) -> tuple[str, str]:
    found = sorted(days)
    return (found[0].isoformat(), found[-1].isoformat()) if found else ("", "")


def _whom(db: Connection, register: Register, names: set[str]) -> dict[str, Whom]:
    """Whom the rows name: by NIP or ref a person, by code or ref a unit."""
    about = register.definition.about
    if about == "none":
        return {"": Whom()}
    if about == "unit":
        found = {column: queries.units(db, column, names) for column in ("key", "ref")}
        return {getattr(row, name): Whom(row.ref, row.name, None, row.id) for name in found for row in found[name]}
    found = {column: queries.people(db, column, names) for column in ("nip", "ref")}
    return {getattr(row, name): Whom(row.ref, row.name, row.id) for name in found for row in found[name]}


def _units_on(
    db: Connection, spells: Mapping[Spell, date], by_ref: Mapping[str, Whom], span: tuple[str, str]
) -> dict[Spell, int | None]:
    """The unit of each in each spell: that of his definitive seat, else of another."""
    seats: defaultdict[int, list[Any]] = defaultdict(list)
    named = {by_ref[ref].person_id for ref, _ in spells}
    for row in queries.seats(db, {each for each in named if each is not None}, *span):
        seats[row.person_id].append(row)
    found = {}
    for spell, day in spells.items():
        whom = by_ref[spell[0]]
        sat = whom.unit_id if whom.person_id is None else _seat(seats[whom.person_id], day.isoformat())
        found[spell] = sat
    return found


def _seat(rows: Sequence[Any], day: str) -> int | None:
    return next(
        (int(row.unit_id) for row in rows if row.starts_on <= day and (row.ends_on is None or row.ends_on > day)), None
    )


def _local(at: datetime, zone: str | None) -> date:
    return at.date() if zone is None else at.astimezone(ZoneInfo(zone)).date()


def _rights(
    db: Connection,
    register: Register,
    spells: Mapping[Spell, date],
    by_ref: Mapping[str, Whom],
    units_on: Mapping[Spell, int | None],
    actor: Actor,
) -> dict[Spell, frozenset[str]]:
    """What the roles of the spell let the actor do with the entries about each."""
    about = [(_subject(by_ref[spell[0]], units_on[spell]), day) for spell, day in spells.items()]
    given = {right: frozenset(getattr(register.definition.rights, right)) for right in RIGHTS}
    held = entry_rights.roles_of_each(db, register, about, actor)
    return {
        spell: frozenset(right for right, named in given.items() if not named.isdisjoint(roles))
        for spell, roles in zip(spells, held, strict=True)
    }


def _subject(whom: Whom, unit_id: int | None) -> Subject:
    return Subject(whom.ref, "", whom.person_id, unit_id, whom.name)


def _standing_rows(
    db: Connection, register: Register, whom: Mapping[str, Whom], keys: Collection[Key], *, answers: bool = True
) -> Iterator[tuple[Key, Any]]:
    """The entries that stand of these days, each with whom and which day it is about."""
    of_person = {each.person_id: each.ref for each in whom.values() if each.person_id is not None}
    of_unit = {each.unit_id: each.ref for each in whom.values() if each.unit_id is not None}
    ids, column = (of_person, "person_id") if of_person else (of_unit or None, "unit_id")
    span = _span(day for _, day in keys)
    for row in queries.standing(db, register.definition.key, column, ids, *span, answers=answers):
        ref = of_person[row.person_id] if of_person else of_unit.get(row.unit_id, "")
        if (key := (ref, date.fromisoformat(row.day))) in keys:
            yield key, row


def _standing(register: Register, row: Any) -> Standing:
    kept = json.loads(row.body) if row.body is not None else None
    span = None if row.begins is None else (row.begins, row.ends)
    said = None if kept is None else {each.key: kept[each.key] for each in register.form.questions if each.key in kept}
    return Standing(row.id, row.ref, span, None if said is None else canonical(said).decode(), row.body or "")
