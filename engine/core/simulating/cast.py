"""Who takes part in a play: somebody made up for each role, and what made-up answers may name. Nobody real."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from engine.core.case import Actor, Holder, Named
from engine.core.definition import WorkflowDefinition
from engine.core.filekinds import KINDS
from engine.core.filling.fieldtype import FormFacts
from engine.core.roles import RoleFacts, resolve

NAMES = (
    "Sari Wulandari",
    "Budi Santoso",
    "Dewi Lestari",
    "Agus Pratama",
    "Rina Marlina",
    "Hendra Gunawan",
    "Maya Puspita",
    "Joko Susilo",
)
UNIT_ID = 1


def holders(definition: WorkflowDefinition, same: Collection[str], today: date) -> Mapping[str, tuple[Holder, ...]]:
    """Role → who plays it: a person for each role, one and the same for the roles in `same`.

    Whom `except` bars from a role does not hold it here either, so a role may stay empty.
    """
    shared: Holder | None = None
    cast: dict[str, tuple[Holder, ...]] = {}
    for number, role in enumerate(definition.roles):
        held = person(number, role.rule)
        if role.key in same:
            shared = shared or held
            held = shared
        cast[role.key] = (held,)
    subjects = next((cast[role.key] for role in definition.roles if role.rule == "subject"), ())
    facts = RoleFacts(subjects, UNIT_ID, today, workflow=definition.key, overrides=cast)
    return resolve(definition.roles, facts).held


def person(number: int, rule: str) -> Holder:
    """The made-up person of a number, from 0."""
    turn, place = divmod(number, len(NAMES))
    name = NAMES[place] if turn == 0 else f"{NAMES[place]} {turn + 1}"
    return Holder(number + 1, ref(f"person{number}"), name, rule)


def actor(holder: Holder) -> Actor:
    """The person as somebody who acts."""
    return Actor(holder.person_id, holder.ref, holder.name)


def named(roles: Mapping[str, tuple[Holder, ...]]) -> dict[tuple[str, str], Named]:
    """What made-up answers may name: those who take part, a unit, and a file of each kind."""
    held = {one.ref: one for each in roles.values() for one in each}
    found = {}
    for each in held.values():
        own = " ".join(role for role, all_ in roles.items() if each in all_)
        found["person", each.ref] = Named(each.ref, each.name, "", {"reach": "unit", "roles": own})
    unit = Named(ref("unit"), "Unit contoh", "", {"reach": "unit"})
    found["unit", unit.ref] = unit
    offered = Named("indicator", "Indikator contoh", "", {"label_en": "Example", "unit": "%", "target": "95"})
    found["indicator", offered.ref] = offered
    for kind, about in KINDS.items():
        facts: dict[str, str | int] = {"type": kind, "size": 120_000, "sha256": "0" * 64}
        file = Named(ref(f"file{kind}"), f"contoh{about.endings[0]}", "", facts)
        found["file", file.ref] = file
    return found


def facts_for(definition: WorkflowDefinition, today: date) -> FormFacts:
    """What forms may know that are filled on a day by the cast."""
    start, end = period(definition.period, today)
    return FormFacts(today, start, end, named(holders(definition, (), today)))


def period(kind: str, day: date) -> tuple[date, date]:
    """The first and the last day of the period in which a day lies; a year where a definition has none."""
    months = {"month": 1, "quarter": 3, "half_year": 6}.get(kind, 12)
    first = (day.month - 1) // months * months + 1
    start = date(day.year, first, 1)
    after = date(day.year + (first + months > 12), (first + months - 1) % 12 + 1, 1)
    return start, date.fromordinal(after.toordinal() - 1)


def ref(words: str) -> str:
    """A ref as long as real ones are, of the letters that they use (RFC 4648, base32)."""
    letters = "".join(letter if letter.isalpha() else "abcdefghij"[int(letter)] for letter in words)
    return f"{letters}{'2' * 26}"[:26]
