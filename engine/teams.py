"""What a superior sees of his people: what each wrote today and has this month, over all registers. Reads only.

Whoever is shown is right below him; what is shown of a register is what the roles of that day let him read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from engine import entry_lists, entry_months, entry_rights
from engine.core import roles
from engine.core.case import Actor, Holder
from engine.core.register import Register, unscaled
from engine.core.rules import Ask
from engine.entry_rights import Published, Subject
from engine.runtime import Runtime
from engine.store.queries import chairs, definitions, role_people, staffing
from engine.store.queries import entries as queries
from engine.store.tables.registers import MEASURES

ABOUT_SOMEBODY = ("person", "person_and_unit")
RIGHTS = ("add", "read", "verify", "correct")
READS = ("read", "verify")


@dataclass(frozen=True, slots=True)
class Mate:
    """One of his people: what he may with entries about him (register key → rights), what there is.

    today: entries of the day by register; month: how many there are, and the sums in the order of the measures, over
    the days alone that he may read.
    """

    subject: Subject
    rights: Mapping[str, frozenset[str]]
    today: Mapping[str, tuple[Any, ...]]
    month: Mapping[str, tuple[int, tuple[Decimal, ...]]]


@dataclass(frozen=True, slots=True)
class Team:
    """His people on a day, with the registers of which he reads something, and those in which he may write of them.

    is_cut: that there were more entries that day than are fetched: who shows none may still have some.
    """

    mates: tuple[Mate, ...]
    reads: tuple[Published, ...]
    writes: tuple[Published, ...]
    is_cut: bool = False


def team(rt: Runtime, db: Connection, actor: Actor, day: date, first: date) -> Team:
    """The people right below the actor on a day, with that day and the month from `first` until it."""
    below = subjects(chairs.below(db, actor.person_id or 0, day))
    registers = about_people(rt, db)
    if not below or not registers:
        return Team((), (), ())
    rights = rights_over(db, [each.register for each in registers], below, day, actor)
    reads = tuple(each for each in registers if any(_reads(found, each) for found in rights))
    writes = tuple(each for each in registers if any("add" in found[_key(each)] for found in rights))
    keys, ids = [_key(each) for each in reads], [each.person_id or 0 for each in below]
    that_day = queries.of_day(db, keys, ids, day.isoformat()) if keys else []
    rows = _told(rt, db, reads, below, that_day[: queries.MOST], actor)
    sums = entry_months.readable(rt, db, reads, below, first, day, actor)
    places = queries.places_of(db, keys)
    mates = []
    for about, found in zip(below, rights, strict=True):
        mine = [each for each in reads if _reads(found, each)]
        today = {_key(each): tuple(row for row in rows if _is_of(row, about, each)) for each in mine}
        month = {_key(each): _month(each, places, sums.get((_key(each), about.ref))) for each in mine}
        mates.append(Mate(about, found, today, month))
    return Team(tuple(mates), reads, writes, len(that_day) > queries.MOST)


def _told(
    rt: Runtime, db: Connection, reads: Sequence[Published], below: Sequence[Subject], rows: Sequence[Any],
    actor: Actor,
) -> list[Any]:  # fmt: skip
    """Of the day's entries those that versions in force took where people sit now, and of others what the actor may
    read by their own version and unit."""
    in_force = {each.digest for each in reads if not each.register.definition.totals_alone}
    about = {each.person_id: each for each in below}
    known = {
        row.id for row in rows if row.definition_digest in in_force and row.unit_id == about[row.person_id].unit_id
    }
    others = [(about[row.person_id], row) for row in rows if row.id not in known]
    opened = {row.id for row in entry_lists.opened(rt, db, others, actor)}
    return [row for row in rows if row.id in known or row.id in opened]


def _is_of(row: Any, about: Subject, register: Published) -> bool:
    return bool(row.person_id == about.person_id and row.register == _key(register))


def _month(
    register: Published, places: Mapping[str, Mapping[str, int]], has: Mapping[str, int] | None
) -> tuple[int, tuple[Decimal, ...]]:
    columns = [places[_key(register)].get(each.spec.key) for each in register.register.measures]
    numbers = [0 if has is None or place is None else has[MEASURES[place]] for place in columns]
    return 0 if has is None else has["count"], tuple(unscaled(number) for number in numbers)


def writable(
    rt: Runtime, db: Connection, found: Published, actor: Actor, day: date, text: str = "", most: int = 50
) -> tuple[tuple[Subject, ...], bool]:
    """Those of whom the actor may make an entry, by name, among his people and his unit; and whether there are more.

    text: part of a name.
    """
    candidates = {each.person_id: each for each in subjects(chairs.below(db, actor.person_id or 0, day))}
    if (seat := staffing.seat(db, actor.person_id or 0, day.isoformat())) is not None:
        ask = Ask("members_of_unit", 0, day.isoformat(), seat.unit_id)
        for each in role_people.answers(db, {ask})[ask]:
            about = Subject(each.ref, f"person:{each.ref}", each.person_id, seat.unit_id, each.name)
            candidates.setdefault(each.person_id, about)
    candidates.pop(actor.person_id, None)
    wanted = [each for each in candidates.values() if text.casefold() in each.name.casefold()]
    rights = rights_over(db, [found.register], wanted, day, actor)
    open_ = [each for each, held in zip(wanted, rights, strict=True) if "add" in held[_key(found)]]
    open_.sort(key=lambda each: each.name.casefold())
    return tuple(open_[:most]), len(open_) > most


def about_people(rt: Runtime, db: Connection) -> tuple[Published, ...]:
    """The registers in force that tell of people, by key."""
    found = [
        Published(row.digest, rt.library.register(db, row.digest)) for row in definitions.published(db, "register")
    ]
    return tuple(each for each in found if each.register.definition.about in ABOUT_SOMEBODY)


def subjects(rows: Sequence[Any]) -> list[Subject]:
    """People as entries are about them."""
    return [Subject(row.ref, f"person:{row.ref}", row.id, row.unit_id, row.name) for row in rows]


def rights_over(
    db: Connection, registers: Sequence[Register], about: Sequence[Subject], day: date, actor: Actor
) -> list[dict[str, frozenset[str]]]:
    """For each person: register key → what the actor may with entries about him. As many questions as for one."""
    known: dict[Ask, tuple[Holder, ...]] = {}
    while True:
        asks: set[Ask] = set()
        found = [{r.definition.key: _rights(r, each, day, actor, known, asks) for r in registers} for each in about]
        if not asks:
            return found
        known |= role_people.answers(db, asks)


def _rights(
    register: Register,
    about: Subject,
    day: date,
    actor: Actor,
    known: Mapping[Ask, tuple[Holder, ...]],
    asks: set[Ask],
) -> frozenset[str]:
    """What he may by what is known so far; adds to `asks` what has to be known yet."""
    subject = (Holder(about.person_id or 0, about.ref, about.name, "subject"),)
    facts = roles.RoleFacts(subject, about.unit_id or 0, day, workflow=register.definition.key, known=known)
    held, open_ = roles.resolve(register.definition.roles, facts, register.roles)
    asks |= open_
    mine = tuple(key for key, people in held.items() if any(each.person_id == actor.person_id for each in people))
    return frozenset(right for right in RIGHTS if entry_rights.may(register, mine, right))


def _reads(rights: Mapping[str, frozenset[str]], register: Published) -> bool:
    return not rights[_key(register)].isdisjoint(READS)


def _key(register: Published) -> str:
    return register.register.definition.key
