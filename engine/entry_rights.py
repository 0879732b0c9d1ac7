"""Who may do what with the entries of a register, and whom an entry is about. Asked inside the verbs' transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine import holders
from engine.core.case import Actor, Holder
from engine.core.errors import NotAllowed, NotFound
from engine.core.messages import Message
from engine.core.register import Register
from engine.runtime import Runtime
from engine.store.queries import chairs, definitions, people, units


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
    if row.person_id is not None:
        person = people.by_id(db, row.person_id)
        if person is None:
            raise NotFound(Message("people.person_not_found"))
        return Subject(person.ref, f"person:{person.ref}", person.id, row.unit_id, person.name)
    if row.unit_id is not None:
        unit = units.unit(db, row.unit_id)
        return Subject(unit.ref, f"unit:{unit.ref}", unit_id=unit.id, name=unit.name)
    return Subject("", f"register:{row.register}")


def roles_of(db: Connection, register: Register, about: Subject, day: date, actor: Actor) -> tuple[str, ...]:
    """The roles that the actor holds on the day for whom an entry is about."""
    held = held_by(db, register, about, day)
    return tuple(key for key, found in held.items() if any(each.person_id == actor.person_id for each in found))


def held_by(db: Connection, register: Register, about: Subject, day: date) -> dict[str, tuple[Holder, ...]]:
    """Role → its holders on the day."""
    unit_id = about.unit_id if about.unit_id is not None else units.highest(db)
    if unit_id is None:
        return {}
    own = () if about.person_id is None else (Holder(about.person_id, about.ref, about.name, "subject"),)
    return holders.resolve(db, register, holders.About(own, unit_id), day)


def may(register: Register, roles: tuple[str, ...], right: str) -> bool:
    """Whether one of these roles has a right."""
    return not set(roles).isdisjoint(getattr(register.definition.rights, right))


def require(db: Connection, register: Register, about: Subject, day: date, right: str, actor: Actor) -> None:
    """Refuse whoever has no such right; who may not even read learns only that there is nothing."""
    roles = roles_of(db, register, about, day, actor)
    if may(register, roles, right):
        return
    if any(may(register, roles, other) for other in ("read", "add", "verify", "correct")):
        raise NotAllowed(Message(f"register.may_not_{right}"))
    raise NotFound(Message("register.entry_not_found"))


def _unit_on(db: Connection, person_id: int, day: date) -> int | None:
    """The unit of a person on a day: that of his definitive post, else of another; None for whoever has none."""
    rows = chairs.of_people(db, [person_id], day)
    refs = [row.unit_ref for row in sorted(rows, key=lambda row: row.how != "definitive")]
    unit = units.by_ref(db, refs[0]) if refs else None
    return None if unit is None else int(unit.id)
