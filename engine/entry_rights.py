"""Who may do what with the entries of a register, and whom an entry is about. Asked inside the verbs' transaction."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine import holders
from engine.core.case import Actor, Holder
from engine.core.errors import NotAllowed, NotFound, Refused
from engine.core.messages import Message
from engine.core.register import Register
from engine.core.times import to_date
from engine.runtime import Runtime
from engine.store.queries import chairs, definitions, people, units
from engine.store.queries import entry_world as sets


@dataclass(frozen=True, slots=True)
class Published:
    """A register in force, and the digest of its definition."""

    digest: str
    register: Register


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an entry is about: a person with his unit on the day, a unit, or nobody. stream: where its events stand."""

    ref: str
    stream: str
    person_id: int | None = None
    unit_id: int | None = None
    name: str = ""


def published(rt: Runtime, db: Connection, key: str) -> Published:
    """The register of a key that is in force; NotFound where there is none."""
    for row in definitions.published(db, "register"):
        if row.key == key:
            return Published(row.digest, rt.library.register(db, row.digest))
    raise NotFound(Message("register.not_found"))


def require_named(register: Register) -> None:
    """Refuse entries that somebody makes in his name where nobody's are read: a link or a batch of sheets brings them.

    Else whoever tries answers by a file would learn which of them stand, and sheets would count without their pile.
    """
    if register.definition.totals_alone:
        raise Refused(Message("public.by_link_or_paper"))


def subject(db: Connection, register: Register, ref: str, day: date) -> Subject:
    """Whom an entry of a day would be about, by the ref of a person or unit; NotFound where that is nobody."""
    about = register.definition.about
    if about == "none":
        return Subject("", f"register:{register.definition.key}")
    if about == "unit":
        unit = units.by_ref(db, ref)
        if unit is None:
            raise NotFound(Message("people.unit_not_found"))
        return Subject(unit.ref, f"unit:{unit.ref}", unit_id=unit.id, name=unit.name)
    person = people.by_ref(db, ref)
    if person is None:
        raise NotFound(Message("people.person_not_found"))
    return Subject(person.ref, f"person:{person.ref}", person.id, _unit_on(db, person.id, day), person.name)


def subject_of(db: Connection, row: Any) -> Subject:
    """Whom an entry (its row) is about."""
    return subjects_of(db, [row])[row.id]


def subjects_of(db: Connection, rows: Sequence[Any]) -> dict[int, Subject]:
    """Whom each of these entries is about, by the key of the entry: one question for people, one for units."""
    known = {row.id: row for row in sets.people(db, "id", {row.person_id for row in rows if row.person_id is not None})}
    of_units = {row.unit_id for row in rows if row.person_id is None and row.unit_id is not None}
    places = {row.id: row for row in sets.units(db, "id", of_units)}
    return {row.id: _subject_of(row, known, places) for row in rows}


def _subject_of(row: Any, known: Mapping[int, Any], places: Mapping[int, Any]) -> Subject:
    if row.person_id is not None:
        person = known[row.person_id]
        return Subject(person.ref, f"person:{person.ref}", person.id, row.unit_id, person.name)
    if row.unit_id is not None:
        unit = places[row.unit_id]
        return Subject(unit.ref, f"unit:{unit.ref}", unit_id=unit.id, name=unit.name)
    return Subject("", f"register:{row.register}")


def roles_of(db: Connection, register: Register, about: Subject, day: date, actor: Actor) -> tuple[str, ...]:
    """The roles that the actor holds on the day for whom an entry is about."""
    return _held_by_actor(held_by(db, register, about, day), actor)


def roles_of_each(
    db: Connection, register: Register, about: Sequence[tuple[Subject, date]], actor: Actor
) -> list[tuple[str, ...]]:
    """The same for many at once, each on its day: as many questions as for one."""
    return roles_of_any(db, [(register, each, day) for each, day in about], actor)


def roles_of_any(
    db: Connection, asked: Sequence[tuple[Register, Subject, date]], actor: Actor
) -> list[tuple[str, ...]]:
    """The same in any registers: as many questions for ten registers as for one.

    Between two days on which a seat, a right or an order begins or ends nobody's roles change: they are found once.
    """
    highest = units.highest(db) if asked else None
    if highest is None:
        return [() for _ in asked]
    turns = _turns(db, {day for _, _, day in asked})
    keys = [(id(register), each.ref, each.unit_id, bisect_right(turns, day)) for register, each, day in asked]
    first = dict(zip(keys, asked, strict=True))
    cases = [
        (register, holders.About(_own(each), each.unit_id or highest), day) for register, each, day in first.values()
    ]
    found = holders.resolve_any(db, cases)
    held = {key: _held_by_actor(roles, actor) for key, roles in zip(first, found, strict=True)}
    return [held[key] for key in keys]


def roles_in_each(
    db: Connection, registers: Sequence[Register], about: Sequence[Subject], day: date, actor: Actor
) -> list[list[tuple[str, ...]]]:
    """For each register the roles that the actor holds on a day for each: as many questions for ten as for one."""
    highest = units.highest(db)
    if highest is None:
        return [[() for _ in about] for _ in registers]
    cases = [holders.About(_own(each), each.unit_id or highest) for each in about]
    held = holders.resolve_any(db, [(register, case, day) for register in registers for case in cases])
    roles = [_held_by_actor(each, actor) for each in held]
    return [roles[at : at + len(about)] for at in range(0, len(roles), len(about))]


def _turns(db: Connection, days: Collection[date]) -> list[date]:
    """The days from the second to the last of these on which somebody's roles may change."""
    first, last = min(days), max(days)
    return [] if first == last else [to_date(day) for day in sets.turns(db, first.isoformat(), last.isoformat())]


def _held_by_actor(roles: Mapping[str, tuple[Holder, ...]], actor: Actor) -> tuple[str, ...]:
    return tuple(key for key, found in roles.items() if any(each.person_id == actor.person_id for each in found))


def _own(about: Subject) -> tuple[Holder, ...]:
    return () if about.person_id is None else (Holder(about.person_id, about.ref, about.name, "subject"),)


def held_by(db: Connection, register: Register, about: Subject, day: date) -> dict[str, tuple[Holder, ...]]:
    """Role → its holders on the day."""
    unit_id = about.unit_id if about.unit_id is not None else units.highest(db)
    if unit_id is None:
        return {}
    return holders.resolve(db, register, holders.About(_own(about), unit_id), day)


def may(register: Register, roles: tuple[str, ...], right: str) -> bool:
    """Whether one of these roles has a right."""
    return not set(roles).isdisjoint(getattr(register.definition.rights, right))


def looks_at(register: Register, roles: tuple[str, ...]) -> bool:
    """Whether one of these roles reads or verifies single entries."""
    return any(may(register, roles, right) for right in ("read", "verify"))


def require(db: Connection, register: Register, about: Subject, day: date, right: str, actor: Actor) -> None:
    """Refuse whoever has no such right; who may not even read learns only that there is nothing."""
    _judge(register, roles_of(db, register, about, day, actor), right)


def require_each(rt: Runtime, db: Connection, rows: Sequence[Any], right: str, actor: Actor) -> dict[int, Subject]:
    """Refuse as `require` where the actor lacks the right with one of these entries; answers whom each is about."""
    about = subjects_of(db, rows)
    by_version: dict[str, list[Any]] = {}
    for row in rows:
        by_version.setdefault(row.definition_digest, []).append(row)
    for digest, some in by_version.items():
        register = rt.library.register(db, digest)
        asked = [(about[row.id], to_date(row.day)) for row in some]
        for roles in roles_of_each(db, register, asked, actor):
            _judge(register, roles, right)
    return about


def _judge(register: Register, roles: tuple[str, ...], right: str) -> None:
    if may(register, roles, right):
        return
    if any(may(register, roles, other) for other in ("read", "add", "verify", "correct")):
        raise NotAllowed(Message(f"register.may_not_{right}"))
    raise NotFound(Message("register.entry_not_found"))


def _unit_on(db: Connection, person_id: int, day: date) -> int | None:
    """The unit of a person on a day: that of his definitive post, else of another; None for whoever has none."""
    rows = sorted(chairs.of_people(db, [person_id], day), key=lambda row: row.how != "definitive")
    return int(rows[0].unit_id) if rows else None
