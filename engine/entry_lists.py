"""What somebody reads of registers: which are his, a person's month, those whose entries he verifies. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, groupby, pairwise
from typing import Any, TypeAlias

from sqlalchemy import Connection

from engine import entry_months, entry_rights
from engine.core.case import Actor
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.core.register import Register, unscaled
from engine.core.times import to_date
from engine.entry_rights import Published, Subject
from engine.runtime import Runtime
from engine.store.queries import chairs, people
from engine.store.queries import entries as queries
from engine.store.tables.registers import MEASURES

OWN_RIGHTS = ("add", "read", "verify", "correct")
NOTHING: Mapping[str, int] = {}
Place: TypeAlias = tuple[str, int | None, str]  # whom (ref), in which unit, on which day


@dataclass(frozen=True, slots=True)
class Day:
    """One day of somebody: its entries in order, the sums of its measures, the hours between them (minutes)."""

    day: date
    rows: tuple[Any, ...]
    sums: tuple[Decimal, ...]
    gaps: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of somebody in a register, the newest day first; `sums`: of all its days.

    is_cut: that its earliest entries are not among `days`, since there are too many. rights: those of the reader on its
    last day. correctable: refs of the entries that he may correct.
    """

    subject: Subject
    days: tuple[Day, ...]
    sums: tuple[Decimal, ...]
    rights: tuple[str, ...]
    is_cut: bool
    correctable: frozenset[str]


@dataclass(frozen=True, slots=True)
class Member:
    """One of those whose entries somebody reads or verifies, with what he has in a time."""

    subject: Subject
    count: int
    sums: tuple[Decimal, ...]


def month(
    rt: Runtime, db: Connection, register: Register, about: Subject, first: date, actor: Actor, today: date, *,
    within: Collection[int] | None = None,
) -> Month:  # fmt: skip
    """The entries about somebody in the month that begins on `first`, each as the roles of its day let him read it.

    register: the version in force. within: those alone that count in these units (keys). NotFound for whoever may
    read none and adds none.
    """
    last = last_of(first)
    held = entry_rights.roles_of(db, register, about, min(last, today), actor)
    rights = tuple(right for right in OWN_RIGHTS if entry_rights.may(register, held, right))
    own = about.person_id is not None and about.person_id == actor.person_id and "add" in rights
    name, span = register.definition.key, (first.isoformat(), last.isoformat())
    people = [] if about.person_id is None else [about.person_id]
    parts = queries.parts(db, name, people, [about.unit_id or 0], *span)
    there = [(about, part) for part in parts if within is None or part.unit_id in within]
    read = opened(rt, db, there, actor, own=own)
    if not (own or read or "read" in rights):
        raise NotFound(Message("register.entry_not_found"))
    rows = queries.of_parts(db, name, _enough(read[::-1], queries.MOST), queries.MOST, newest=True)[::-1]
    columns = columns_of(db, register)
    days = [
        Day(to_date(day), tuple(some), _sums([part for part in read if part.day == day], columns), _gaps(some))
        for day, some in ((day, list(group)) for day, group in groupby(rows, key=lambda row: row.day))
    ]
    is_cut = len(rows) < sum(part.count for part in read)
    correctable = frozenset(_correctable(db, register, about, rows, actor, rights))
    return Month(about, tuple(reversed(days)), _sums(read, columns), rights, is_cut, correctable)


def _correctable(
    db: Connection, register: Register, about: Subject, rows: Sequence[Any], actor: Actor, rights: Sequence[str]
) -> Iterator[str]:
    """The refs of those that the actor may correct: each by the unit where it counts, once somebody has moved."""
    moved = [row for row in rows if row.unit_id != about.unit_id]
    asked = [(replace(about, unit_id=row.unit_id), to_date(row.day)) for row in moved]
    held = entry_rights.roles_of_each(db, register, asked, actor)
    yield from (row.ref for row in rows if "correct" in rights and row.unit_id == about.unit_id)
    yield from (row.ref for row, has in zip(moved, held, strict=True) if entry_rights.may(register, has, "correct"))


def team(rt: Runtime, db: Connection, found: Published, actor: Actor, first: date, last: date) -> tuple[Member, ...]:
    """Those below the actor whose entries he reads or verifies on the last day, by name, with what they have.

    It is counted over the days alone whose entries he may read.
    """
    return counted(rt, db, found, _below(db, found.register, actor, last), first, last, actor)


def counted(
    rt: Runtime, db: Connection, found: Published, about: Sequence[Subject], first: date, last: date, actor: Actor
) -> tuple[Member, ...]:
    """These people, or these units, with what they have in a time on the days whose entries the actor may read."""
    columns, key = columns_of(db, found.register), found.register.definition.key
    sums = entry_months.readable(rt, db, [found], about, first, last, actor)
    has = [(each, sums.get((key, each.ref), NOTHING)) for each in about]
    return tuple(
        Member(each, its.get("count", 0), tuple(unscaled(its.get(column, 0)) for column in columns))
        for each, its in has
    )


def opened(
    rt: Runtime, db: Connection, entries: Sequence[tuple[Subject, Any]], actor: Actor, *, own: bool = False,
    right: str | None = None,
) -> list[Any]:  # fmt: skip
    """Of these entries (about whom, the row) the rows that the actor may read, by the version that took each.

    right: those alone for which he has it.

    A later version gives nobody what was said under an earlier one, and a later unit nobody what was said in an
    earlier one: each is judged where it counts. own: he reads those about himself as it is; of what people say who do
    not sign in he reads no single answer either way.
    """
    entries = [(replace(about, unit_id=row.unit_id), row) for about, row in entries]
    closed, open_ = set(), set()
    for digest in dict.fromkeys(row.definition_digest for _, row in entries):
        register = rt.library.register(db, digest)
        wanted = [(about, row.day) for about, row in entries if row.definition_digest == digest]
        if register.definition.totals_alone:
            closed.add(digest)
        elif not own or any(about.person_id != actor.person_id for about, _ in wanted):
            open_.update((digest, *key) for key in readable(db, register, wanted, actor, right))
    return [
        row
        for about, row in entries
        if row.definition_digest not in closed
        and ((own and about.person_id == actor.person_id) or (row.definition_digest, *_place(about, row.day)) in open_)
    ]


def readable(
    db: Connection, register: Register, wanted: Sequence[tuple[Subject, str]], actor: Actor, right: str | None = None
) -> frozenset[Place]:
    """Of these people, each in a unit, and days (YYYY-MM-DD), those whose entries the actor may read or verify.

    right: those alone for whose entries he has it.

    By the roles of the day and one version of the register; none where it shows totals alone. `opened` asks each
    entry's own.
    """
    rights = register.definition.rights
    if not (rights.read or rights.verify) or register.definition.totals_alone:
        return frozenset()
    each = {_place(about, day): (about, to_date(day)) for about, day in wanted}
    held = entry_rights.roles_of_each(db, register, list(each.values()), actor)
    return frozenset(place for place, roles in zip(each, held, strict=True) if _looks(register, roles, right))


def _looks(register: Register, roles: tuple[str, ...], right: str | None) -> bool:
    return entry_rights.looks_at(register, roles) if right is None else entry_rights.may(register, roles, right)


def _place(about: Subject, day: str) -> Place:
    return about.ref, about.unit_id, day


def waiting(
    rt: Runtime, db: Connection, register: Register, members: Sequence[Member], first: date, last: date, actor: Actor,
    most: int,
) -> tuple[tuple[Any, ...], int]:  # fmt: skip
    """Of the entries of these people, or units, that wait for the actor's word the first `most`, by day; and how many
    they are in all."""
    about = {_whose(member.subject): member.subject for member in members if member.count}
    if not about:
        return (), 0
    key, people, units = register.definition.key, [each for each, _ in about if each], [each for _, each in about]
    span = (first.isoformat(), last.isoformat())
    parts = queries.parts(db, key, people, units, *span, judge=actor.person_id)
    open_ = opened(rt, db, [(about[_whose(part)], part) for part in parts], actor, right="verify")
    rows = queries.of_parts(db, key, _enough(open_, most), most, judge=actor.person_id)
    return tuple(rows), sum(part.count for part in open_)


def _whose(each: Any) -> tuple[int, int]:
    """People wherever they sit; of what is about none, units."""
    return (each.person_id, 0) if each.person_id else (0, each.unit_id or 0)


def _enough(parts: Sequence[Any], most: int) -> list[Any]:
    """So many of these, from the first one, as hold `most` entries: what lies behind need not be looked for."""
    before = accumulate((part.count for part in parts), initial=0)
    return [part for part, count in zip(parts, before, strict=False) if count < most]


def columns_of(db: Connection, register: Register) -> tuple[str, ...]:
    """The columns of the register's measures, in the order of the definition; of one never kept, the last column."""
    places = queries.places(db, register.definition.key)
    return tuple(MEASURES[places.get(each.spec.key, len(MEASURES) - 1)] for each in register.measures)


def last_of(first: date) -> date:
    """The last day of the month that begins on `first`."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _below(db: Connection, register: Register, actor: Actor, day: date) -> list[Subject]:
    """Those right below the actor whose entries he reads or verifies."""
    below = subjects_of_rows(chairs.below(db, actor.person_id, day)) if actor.person_id is not None else []
    roles = _roles(db, register, below, day, actor)
    return [each for each, held in zip(below, roles, strict=True) if entry_rights.looks_at(register, held)]


def subjects_of_rows(rows: Sequence[Any]) -> list[Subject]:
    return [Subject(row.ref, f"person:{row.ref}", row.id, row.unit_id, row.name) for row in rows]


def _roles(
    db: Connection, register: Register, about: Sequence[Subject], day: date, actor: Actor
) -> list[tuple[str, ...]]:
    """The roles that the actor holds on a day for each of these people: as many questions as for one."""
    return entry_rights.roles_of_each(db, register, [(each, day) for each in about], actor)


def _sums(parts: Sequence[Any], columns: Sequence[str]) -> tuple[Decimal, ...]:
    """What the entries of these parts come to."""
    return tuple(unscaled(sum(int(getattr(part, name) or 0) for part in parts)) for name in columns)


def _gaps(rows: Sequence[Any]) -> tuple[tuple[int, int], ...]:
    """The time between entries of a day that nobody has told of."""
    spans = sorted((row.begins, row.ends) for row in rows if row.begins is not None)
    return tuple(_between(spans))


def _between(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for (_, end), (start, _) in pairwise(spans):
        if start > end:
            yield end, start


def person(db: Connection, register: Register, ref: str, day: date) -> Subject:
    """The person, or the unit, of a ref; NotFound where that is nobody."""
    if register.definition.about != "unit" and people.by_ref(db, ref) is None:
        raise NotFound(Message("register.entry_not_found"))
    return entry_rights.subject(db, register, ref, day)
