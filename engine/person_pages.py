"""Whose page somebody may open: his own, that of those right below him, of those whom he oversees. Reads only.

What stands on the page is judged again, part by part, as the page of each part would judge it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine import seats_today
from engine.core.case import Actor, Holder
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.entry_rights import Subject
from engine.figure_rights import About
from engine.runtime import Runtime
from engine.store.queries import people, scope


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A person as the head of his page tells him: his chairs of today, the definitive first, and who is above him."""

    whom: About
    mine: bool
    chairs: tuple[Any, ...]
    superiors: tuple[Holder, ...]

    @property
    def subject(self) -> Subject:
        """The same as entries are about him."""
        return Subject(self.whom.ref, f"person:{self.whom.ref}", self.whom.id, self.whom.unit_id, self.whom.name)


def of_person(rt: Runtime, db: Connection, ref: str, actor: Actor) -> PersonPage:
    """The head of somebody's page; NotFound for whoever is neither himself nor his superior nor oversees his unit."""
    seated = seats_today.of_person(db, ref, rt.clock())
    row, unit_id = seated.row, seated.unit_id
    mine = row.id == actor.person_id
    superiors = people.superior_holders(db, row.id, seated.today)
    above = any(each.person_id == actor.person_id for each in superiors)
    oversees = not mine and unit_id is not None and scope.covers(db, actor, unit_id)
    if not (mine or above or oversees):
        raise NotFound(Message("people.person_not_found"))
    whom = About("person", row.id, ref, row.name, seated.today, unit_id, oversees, seated.unit_ref)
    return PersonPage(whom, mine, seated.chairs, superiors)
