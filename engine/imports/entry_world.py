"""What rows of entries are judged against: whom they name, where each sat on the day, what the actor may with entries
about him then, and the entries that stand already. Read in sets before anything is judged.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import entry_rights
from engine.core.case import Actor
from engine.core.register import Register
from engine.entry_rights import Subject
from engine.imports.entry_rows import Row
from engine.store.queries import entry_world as queries
from engine.store.queries import units

RIGHTS = ("add", "read", "verify", "correct")
Key = tuple[str, date]  # ref of whom an entry is about, its day


@dataclass(frozen=True, slots=True)
class Whom:
    """A person or unit that rows name; ref and keys are empty for entries about nobody."""

    ref: str = ""
    name: str = ""
    person_id: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry that stands: its key, its time, its answers as they were dumped (None once they are erased)."""

    id: int
    ref: str
    span: tuple[int, int] | None
    body: Mapping[str, Any] | None
    text: str


@dataclass(frozen=True, slots=True)
class World:
    """The state of things that a file touches, for one actor at one moment."""

    register: Register
    digest: str
    at: datetime
    whom: Mapping[str, Whom]
    rights: Mapping[Key, frozenset[str]]
    unit_on: Mapping[Key, int | None]
    todays: Mapping[int | None, date]
    entries: Mapping[Key, Sequence[Standing]] = field(default_factory=dict)

    def today(self, key: Key) -> date:
        """The local day of the unit in which somebody sits on the day of an entry."""
        return self.todays[self.unit_on[key]]

    def seen(self) -> list[int]:
        """The keys of all entries that stood when this was read."""
        return sorted(each.id for some in self.entries.values() for each in some)


def read(db: Connection, register: Register, digest: str, rows: Iterable[Row], actor: Actor, at: datetime) -> World:
    """The world of these rows: some fifteen questions, and some more for each thousand people."""
    named = {(row.about, row.day) for row in rows if row.day is not None}
    whom = _whom(db, register, {about for about, _ in named})
    keys = list({(whom[about].ref, day): (whom[about], day) for about, day in named if about in whom}.values())
    unit_on = _units_on(db, keys, _span(day for _, day in keys))
    zones, highest = units.zone_of_each(db), units.highest(db)
    todays = {unit: _local(at, zones.get(unit if unit is not None else highest or 0)) for unit in {*zones, None}}
    rights = _rights(db, register, keys, unit_on, actor)
    entries: dict[Key, list[Standing]] = {}
    for key, row in _standing_rows(db, register, whom, unit_on):
        entries.setdefault(key, []).append(_standing(register, row))
    return World(register, digest, at, whom, rights, unit_on, todays, entries)


def within(world: World, units: Collection[int] | None) -> World:
    """The same world, where nobody may do anything beside these units; None: everywhere."""
    if units is None:
        return world
    rights = {key: held if world.unit_on[key] in units else frozenset() for key, held in world.rights.items()}
    return replace(world, rights=rights)


def moved_on(db: Connection, world: World, actor: Actor) -> bool:
    """Whether other entries stand now than when the world was read, somebody sits elsewhere, or a right of the actor's
    is gone."""
    found = _standing_rows(db, world.register, world.whom, world.unit_on, answers=False)
    if sorted(row.id for _, row in found) != world.seen():
        return True
    by_ref = {each.ref: each for each in world.whom.values()}
    keys = [(by_ref[ref], day) for ref, day in world.unit_on]
    unit_on = _units_on(db, keys, _span(day for _, day in keys))
    if unit_on != world.unit_on:
        return True
    held = _rights(db, world.register, keys, unit_on, actor)
    return any(not rights <= held[key] for key, rights in world.rights.items())


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


def _units_on(db: Connection, pairs: Sequence[tuple[Whom, date]], span: tuple[str, str]) -> dict[Key, int | None]:
    """The unit of each on each day: that of his definitive seat, else of another."""
    seats: defaultdict[int, list[Any]] = defaultdict(list)
    for row in queries.seats(db, {whom.person_id for whom, _ in pairs if whom.person_id is not None}, *span):
        seats[row.person_id].append(row)
    return {
        (whom.ref, day): whom.unit_id if whom.person_id is None else _seat(seats[whom.person_id], day.isoformat())
        for whom, day in pairs
    }


def _seat(rows: Sequence[Any], day: str) -> int | None:
    return next(
        (int(row.unit_id) for row in rows if row.starts_on <= day and (row.ends_on is None or row.ends_on > day)), None
    )


def _local(at: datetime, zone: str | None) -> date:
    return at.date() if zone is None else at.astimezone(ZoneInfo(zone)).date()


def _rights(
    db: Connection,
    register: Register,
    pairs: Sequence[tuple[Whom, date]],
    unit_on: Mapping[Key, int | None],
    actor: Actor,
) -> dict[Key, frozenset[str]]:
    """What the roles of the day let the actor do with the entries about each."""
    about = [(Subject(whom.ref, "", whom.person_id, unit_on[whom.ref, day], whom.name), day) for whom, day in pairs]
    given = {right: frozenset(getattr(register.definition.rights, right)) for right in RIGHTS}
    held = entry_rights.roles_of_each(db, register, about, actor)
    return {
        (each.ref, day): frozenset(right for right, named in given.items() if not named.isdisjoint(roles))
        for (each, day), roles in zip(about, held, strict=True)
    }


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
    body = None if kept is None else {each.key: kept[each.key] for each in register.form.questions if each.key in kept}
    return Standing(row.id, row.ref, span, body, row.body or "")
