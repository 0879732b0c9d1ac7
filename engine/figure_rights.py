"""Whose figures somebody may see, and which. Asked inside the verbs' transaction and by pages.

Of a person: those over registers whose entries about him one may read, verify or see totals of; over forms, those that
one oversees him for by a right over his unit. Of a unit: whoever sits in it, has people in it, or oversees it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection

from engine import entry_rights, measuring, own_people, seats_today
from engine.authority import local_day
from engine.core.case import Actor
from engine.core.errors import NotFound
from engine.core.indicator import Days, Indicator
from engine.core.messages import Message
from engine.core.smallnumbers import told_apart
from engine.core.times import to_date
from engine.entry_rights import Subject
from engine.measuring import Published
from engine.own_people import InUnits, Wanted
from engine.runtime import Runtime
from engine.store.queries import chairs, definitions, entries, figures_kept, scope, units

FEWEST = 5  # people in a unit's figure that is shown to those who do not oversee the unit
How = Literal["own", "each", "totals"]  # as one's own, each entry of others, or their totals alone


@dataclass(frozen=True, slots=True)
class About:
    """A person or a unit whose figures somebody asks for. oversees: he has a right over the unit (`unit_ref`)."""

    who: Literal["person", "unit"]
    id: int
    ref: str
    name: str
    today: date
    unit_id: int | None
    oversees: bool
    unit_ref: str = ""


@dataclass(frozen=True, slots=True)
class Visible:
    """An indicator of which somebody may see the figure. entries: and, by his roles of today, its entries.

    own: the registers in which he reads what is about himself as it is. `reads_all` asks each entry's own day.
    """

    one: Published
    entries: bool
    own: frozenset[str] = frozenset()


class Asked(NamedTuple):
    """A figure that somebody asks for: its days as they are kept, and about how many people it is.

    holds: the units below it are in it.
    """

    indicator: str
    holds: bool
    first: str
    last: str
    people: int


def about(rt: Runtime, db: Connection, ref: str, who: str, actor: Actor) -> About:
    """Whom a ref means; NotFound where that is nobody, or a unit that does not concern the actor."""
    return _unit(rt, db, ref, actor) if who == "unit" else _person(rt, db, ref, actor)


def visible(rt: Runtime, db: Connection, whom: About, actor: Actor, key: str = "") -> tuple[Visible, ...]:
    """The indicators of which the actor may see the figures; NotFound where that is none, but of himself.

    key: only this one is asked for.
    """
    found = [one for one in measuring.published(rt, db) if one.indicator.definition.may_be_of(whom.who)]
    found = [one for one in found if key in ("", one.key)]
    if whom.who == "unit":
        return tuple(Visible(one, False) for one in found)
    known = _known(rt, db, whom, found, actor)
    own = frozenset(book for book, how in known.items() if how == "own")
    seen = tuple(Visible(one, _reads(one, known), own) for one in found if _may_see(whom, one, known))
    if not seen and whom.id != actor.person_id:
        raise NotFound(Message("people.person_not_found"))
    return seen


def reads_all(
    rt: Runtime, db: Connection, whom: About, seen: Visible, indicator: Indicator, days: Days, actor: Actor
) -> bool:
    """Whether the actor may read every entry about a person of these days: by its version, in the unit of its day.

    Who has him today reads no entry of the unit he was in before, and a later version opens none of an earlier one.
    """
    books = {quantity.spec.book for quantity in indicator.quantities}
    if not seen.entries or None in books:
        return False
    found = [(book, part) for book in sorted(filter(None, books)) for part in _parts(db, whom, book, days)]
    registers = [rt.library.register(db, part.definition_digest) for _, part in found]
    if any(register.definition.totals_alone for register in registers):
        return False
    asked = [
        (register, replace(_subject(whom), unit_id=part.unit_id), to_date(part.day))
        for register, (book, part) in zip(registers, found, strict=True)
        if book not in seen.own
    ]
    held = entry_rights.roles_of_any(db, asked, actor)
    return all(entry_rights.looks_at(register, roles) for (register, _, _), roles in zip(asked, held, strict=True))


def _parts(db: Connection, whom: About, book: str, days: Days) -> Sequence[Any]:
    first = "" if days.first is None else days.first.isoformat()
    return entries.parts(db, book, [whom.id], (), first, days.last.isoformat())


def _subject(whom: About) -> Subject:
    return Subject(whom.ref, f"person:{whom.ref}", whom.id, whom.unit_id, whom.name)


def told(
    rt: Runtime, db: Connection, whom: About, asked: Collection[Asked], indicators: Collection[Indicator]
) -> frozenset[Asked]:
    """Those figures that whoever asks may see: about enough people, also when taken from those of other units.

    A unit is taken from the one above it as the tree stands today, with the people of the figures that are kept; where
    none is, and of each unit itself, people are counted. indicators: those that are asked about.
    """
    enough = [each for each in asked if is_shown(whom, each.people)]
    if whom.who == "person" or whom.oversees:
        return frozenset(enough)
    within = [each for each in enough if each.holds and each.people]
    if not within:
        return frozenset(enough)
    rows = figures_kept.around(db, whom.id, {each.indicator for each in within}, {each.last for each in within})
    above = {row.id: row.parent_id for row in rows}
    parts = above.keys() - set(_upwards(whom.id, above))
    bases = {each.definition.key: each.over or each.above for each in indicators}
    wanted = {each: (bases[each.indicator], each.first, each.last) for each in within}
    kept = {each: _kept(each, rows) for each in within}
    unkept: dict[Wanted, set[int]] = {each: set() for each in wanted.values()}
    for each in within:
        unkept[wanted[each]] |= parts - kept[each].keys()
    found = own_people.of_units(rt, db, unkept, above)
    apart = {each for each in within if _is_apart(whom.id, each, kept[each], found[wanted[each]], above)}
    return frozenset(each for each in enough if each not in kept or each in apart)


def _kept(asked: Asked, rows: Sequence[Any]) -> dict[int, int]:
    """About how many people the figure is that is kept of each unit, over the same days."""
    wanted = (asked.indicator, asked.first, asked.last)
    return {row.id: row.people for row in rows if (row.indicator, row.first, row.last) == wanted}


def _is_apart(
    unit_id: int, asked: Asked, kept: Mapping[int, int], found: InUnits, above: Mapping[int, int | None]
) -> bool:
    """Whether a unit's figure may be told beside those of the units above and below it.

    A unit without a figure that is kept is one about nobody, or nobody worked it out yet: so its people are counted.
    """
    people = {**found.whole, **kept, unit_id: asked.people}
    for each in _upwards(unit_id, above):  # of which nothing is kept yet: it will hold those below it at least
        parts = sum(people.get(part, 0) for part, holder in above.items() if holder == each)
        people.setdefault(each, found.own.get(each, 0) + parts)
    return unit_id in told_apart({each: people.get(each, 0) for each in above}, found.own, above, FEWEST)


def _upwards(unit_id: int, above: Mapping[int, int | None]) -> Iterator[int]:
    at: int | None = unit_id
    while at is not None and at in above:
        yield at
        at = above[at]


def is_shown(whom: About, people_in: int) -> bool:
    """Whether a unit's figure is about enough people for whoever asks."""
    return whom.who == "person" or whom.oversees or people_in >= FEWEST or people_in == 0


def _may_see(whom: About, one: Published, known: Mapping[str, How]) -> bool:
    books = [each.spec.book for each in one.indicator.quantities]
    return all(whom.oversees if book is None else book in known for book in books)


def _reads(one: Published, known: Mapping[str, How]) -> bool:
    return all(known.get(each.spec.book or "") in ("own", "each") for each in one.indicator.quantities)


def _known(rt: Runtime, db: Connection, whom: About, found: Sequence[Published], actor: Actor) -> dict[str, How]:
    """The registers that are counted whose entries about a person the actor may know of today → how."""
    wanted = {each.spec.book for one in found for each in one.indicator.quantities}
    rows = [row for row in definitions.published(db, "register") if row.key in wanted]
    registers = [rt.library.register(db, row.digest) for row in rows]
    held = entry_rights.roles_in_each(db, registers, [_subject(whom)], whom.today, actor)
    known: dict[str, How] = {}
    for register, (roles,) in zip(registers, held, strict=True):
        own = whom.id == actor.person_id and entry_rights.may(register, roles, "add")
        key, closed = register.definition.key, register.definition.totals_alone
        if own or entry_rights.looks_at(register, roles):
            known[key] = "totals" if closed else "own" if own else "each"
        elif entry_rights.may(register, roles, "totals"):
            known[key] = "totals"
    return known


def _person(rt: Runtime, db: Connection, ref: str, actor: Actor) -> About:
    seated = seats_today.of_person(db, ref, rt.clock())
    row, unit_id = seated.row, seated.unit_id
    oversees = row.id != actor.person_id and unit_id is not None and scope.covers(db, actor, unit_id)
    return About("person", row.id, ref, row.name, seated.today, unit_id, oversees, seated.unit_ref)


def _unit(rt: Runtime, db: Connection, ref: str, actor: Actor) -> About:
    row = units.by_ref(db, ref)
    if row is None:
        raise NotFound(Message("people.unit_not_found"))
    today = local_day(row, rt.clock())
    oversees = scope.covers(db, actor, row.id)
    if not oversees and row.id not in _units_of(db, actor, today):
        raise NotFound(Message("people.unit_not_found"))
    return About("unit", row.id, ref, row.name, today, row.id, oversees)


def _units_of(db: Connection, actor: Actor, on: date) -> set[int]:
    """The units in which somebody sits, and those of his people."""
    if actor.person_id is None:
        return set()
    own = {row.unit_id for row in chairs.of_people(db, [actor.person_id], on)}
    return own | {row.unit_id for row in chairs.below(db, actor.person_id, on)}
