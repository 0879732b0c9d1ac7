"""Public registers as staff meet them: about whom one sees totals, types in paper, reads single answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from engine import entry_rights
from engine.core.case import Actor
from engine.core.register import Register
from engine.entry_rights import Subject
from engine.runtime import Runtime
from engine.store.queries import chairs, definitions

RIGHTS = ("totals", "add", "read")
MOST = 100  # people and units of one register


@dataclass(frozen=True, slots=True)
class Voice:
    """A public register and somebody it asks about: what the actor may see or do there."""

    register: Register
    subject: Subject
    rights: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.register.definition.key


def surveys(rt: Runtime, db: Connection) -> tuple[Register, ...]:
    """The public registers in force, by key."""
    found = (rt.library.register(db, row.digest) for row in definitions.published(db, "register"))
    return tuple(register for register in found if register.definition.is_public)


def offered(db: Connection, register: Register, actor: Actor, day: date) -> tuple[Voice, ...]:
    """Whom one of them asks about that concerns the actor on a day: his units; or himself, his people, his unit."""
    held = {row.unit_id: row for row in chairs.of_people(db, [actor.person_id or 0], day)}
    if register.definition.about == "unit":
        about = [
            Subject(row.unit_ref, f"unit:{row.unit_ref}", unit_id=row.unit_id, name=row.unit) for row in held.values()
        ]
    else:
        about = _around(db, actor, day, list(held))
    return tuple(Voice(register, each, rights) for each, rights in _rights(db, register, about, actor, day) if rights)


def _around(db: Connection, actor: Actor, day: date, unit_ids: Sequence[int]) -> list[Subject]:
    """Himself, those below him, and whoever else sits in his units, MOST of them."""
    own = [Subject(actor.ref, f"person:{actor.ref}", actor.person_id, unit_ids[0] if unit_ids else None, actor.name)]
    rows = [*chairs.below(db, actor.person_id or 0, day), *chairs.beside(db, unit_ids, day, MOST)]
    others = {row.id: Subject(row.ref, f"person:{row.ref}", row.id, row.unit_id, row.name) for row in rows}
    others.pop(actor.person_id or 0, None)
    return [*own, *others.values()][:MOST]


def _rights(
    db: Connection, register: Register, about: Sequence[Subject], actor: Actor, day: date
) -> Iterator[tuple[Subject, tuple[str, ...]]]:
    """What the actor may about each of them: as many questions as for one."""
    roles = entry_rights.roles_of_each(db, register, [(each, day) for each in about], actor) if about else ()
    for each, held in zip(about, roles, strict=True):
        yield each, tuple(right for right in RIGHTS if entry_rights.may(register, held, right))
