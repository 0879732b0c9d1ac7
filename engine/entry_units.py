"""Entries about units as the people of these meet them: which units are mine, what there is of them.

Reads only. Entries about people are entry_lists.py's; those of which totals alone are shown, voice_lists.py's.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from engine import entry_lists, entry_rights
from engine.core.case import Actor
from engine.entry_lists import Member
from engine.entry_rights import Published, Subject
from engine.runtime import Runtime
from engine.store.queries import chairs


def mine(db: Connection, actor: Actor, day: date) -> list[Subject]:
    """The units in which the actor sits on a day, that of his definitive post first."""
    rows = {row.unit_id: row for row in chairs.of_people(db, [actor.person_id or 0], day)}
    return [Subject(row.unit_ref, f"unit:{row.unit_ref}", unit_id=row.unit_id, name=row.unit) for row in rows.values()]


def team(rt: Runtime, db: Connection, found: Published, actor: Actor, first: date, last: date) -> tuple[Member, ...]:
    """The units of the actor's whose entries he reads or verifies on the last day, with what they have in this time.

    It is counted over the days alone whose entries he may read.
    """
    units = mine(db, actor, last)
    held = entry_rights.roles_of_each(db, found.register, [(unit, last) for unit in units], actor)
    looks = [unit for unit, roles in zip(units, held, strict=True) if entry_rights.looks_at(found.register, roles)]
    return entry_lists.counted(rt, db, found, looks, first, last, actor)
