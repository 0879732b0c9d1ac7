"""Which registers somebody meets: about himself, about his people, about his units. Reads only; called by pages.

What is in them is read by entry_lists.py and entry_units.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from engine import entry_lists, entry_rights, entry_units
from engine.core.case import Actor
from engine.core.register import Register
from engine.entry_rights import Subject
from engine.runtime import Runtime
from engine.store.queries import chairs, definitions

OF_PEOPLE_BELOW = ("superior_of", "head_of_unit")
ABOUT_PEOPLE = ("person", "person_and_unit")


@dataclass(frozen=True, slots=True)
class Offered:
    """A register in force as somebody meets it: what he may with entries about himself, and how many he is asked of.

    `brings`: whether he may add about anybody, so that a file of entries is taken from him.
    """

    digest: str
    register: Register
    rights: tuple[str, ...]
    team: int
    brings: bool = False

    @property
    def key(self) -> str:
        return self.register.definition.key

    @property
    def others(self) -> bool:
        """Whether people make entries about others here: superiors about their people, colleagues about each other."""
        rules = {role.key: role.rule for role in self.register.definition.roles}
        adding = {rules.get(key) for key in self.register.definition.rights.add}
        return "members_of_unit" in adding or bool(self.team and not adding.isdisjoint(OF_PEOPLE_BELOW))


@dataclass(frozen=True, slots=True)
class OfUnit:
    """A register in force and a unit of the actor's that it asks about: what he may with its entries."""

    register: Register
    subject: Subject
    rights: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.register.definition.key


@dataclass(frozen=True, slots=True)
class Offers:
    """What somebody meets of registers, by key: about people, about units; `voices`: a public one is in force."""

    people: tuple[Offered, ...] = ()
    units: tuple[OfUnit, ...] = ()
    voices: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """Whom entries may be about: himself or another, those right below him, where he has a right; his units."""

    about: Subject
    below: Sequence[Subject]
    places: Sequence[Subject]
    units: Sequence[Subject]


def offered(rt: Runtime, db: Connection, actor: Actor, day: date, ref: str = "") -> Offers:
    """The registers that concern somebody on a day: his own, those of his people, those of his units.

    ref: of another person; then what he may with entries about that one. As many questions for ten as for one.
    """
    published = [(row.digest, rt.library.register(db, row.digest)) for row in definitions.published(db, "register")]
    voices = any(register.definition.is_public for _, register in published)
    people = [each for each in published if each[1].definition.about in ABOUT_PEOPLE]
    of_units = [each for _, each in published if each.definition.about == "unit" and not each.definition.totals_alone]
    if not (people or of_units):
        return Offers(voices=voices)
    around = _of_other(db, people, ref, day) if ref else _around(db, actor, day)
    everybody = [around.about, *around.below, *around.places]
    asked = [(register, each, day) for _, register in people for each in everybody]
    asked += [(register, unit, day) for register in of_units for unit in around.units]
    held = entry_rights.roles_of_any(db, asked, actor)
    many = len(everybody)
    found = [
        _offered(digest, register, held[at * many : (at + 1) * many], len(around.below), not ref)
        for at, (digest, register) in enumerate(people)
    ]
    rest = zip(asked[len(people) * many :], held[len(people) * many :], strict=True)
    units = [OfUnit(register, unit, _rights(register, roles)) for (register, unit, _), roles in rest]
    return Offers(
        tuple(each for each in found if each is not None), tuple(each for each in units if each.rights), voices
    )


def _around(db: Connection, actor: Actor, day: date) -> Around:
    units = entry_units.mine(db, actor, day)
    unit_id = units[0].unit_id if units else None
    about = Subject(actor.ref, f"person:{actor.ref}", actor.person_id, unit_id, actor.name)
    below = entry_lists.subjects_of_rows(chairs.below(db, actor.person_id or 0, day))
    return Around(about, below, [Subject("", "", unit_id=right.unit_id) for right in actor.rights], units)


def _of_other(db: Connection, people: Sequence[tuple[str, Register]], ref: str, day: date) -> Around:
    about = entry_rights.subject(db, people[0][1], ref, day) if people else Subject("", "")
    return Around(about, (), (), ())


def _offered(digest: str, register: Register, held: Sequence[Sequence[str]], below: int, own: bool) -> Offered | None:
    """A register about people: the roles for whom the page is about come first, then those for each below him."""
    rights = _rights(register, held[0])
    team = sum(entry_rights.looks_at(register, roles) for roles in held[1 : 1 + below])
    totals = register.definition.totals_alone
    brings = not totals and any(entry_rights.may(register, roles, "add") for roles in held)
    return Offered(digest, register, rights, team, brings and own) if rights or team or brings else None


def _rights(register: Register, roles: Sequence[str]) -> tuple[str, ...]:
    return tuple(right for right in entry_lists.OWN_RIGHTS if entry_rights.may(register, roles, right))
