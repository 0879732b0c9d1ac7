"""Which entries of the last weeks one might look at again: for superiors and whoever administers a unit. Reads only.

It is advice: nothing is kept of it, nobody is told, and no figure changes by it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from engine import entry_lists
from engine.core import doubts
from engine.core.case import Actor
from engine.core.register import Register
from engine.core.times import to_date, to_datetime
from engine.entry_rights import Subject
from engine.runtime import Runtime
from engine.store.queries import chairs, entry_doubts
from engine.store.tables.registers import MEASURES

BACK = 31  # days
PRESENT = "present_days"  # a measure of this name that is zero says that somebody was away
WORDS = ("text", "longtext")


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason to look: about whom (names), in which registers, and of its entries those that the reader may read.

    kept: how many there are beside those.
    """

    kind: str
    people: tuple[str, ...]
    registers: tuple[Register, ...]
    first: date
    last: date
    refs: tuple[str, ...]
    kept: int


def findings(rt: Runtime, db: Connection, actor: Actor, today: date) -> tuple[tuple[Finding, ...], bool]:
    """What there is to look at among entries of his people and of the units that he administers; and if it is cut."""
    below = [row.id for row in chairs.below(db, actor.person_id or 0, today)]
    rows = entry_doubts.recent(db, actor, below, (today - timedelta(days=BACK)).isoformat())
    registers = {row.definition_digest: rt.library.register(db, row.definition_digest) for row in rows}
    places = entry_doubts.present(db, PRESENT)
    told = [_told(row, registers[row.definition_digest], places) for row in rows]
    found = [each for each in doubts.doubts(told) if not _is_own(each, actor)]
    by_ref = {row.ref: row for row in rows}
    open_ = _open(db, [by_ref[each.ref] for doubt in found for each in doubt.entries], registers, actor)
    return tuple(_finding(doubt, by_ref, registers, open_) for doubt in found), len(rows) >= entry_doubts.MOST


def _told(row: Any, register: Register, places: dict[str, int]) -> doubts.Told:
    body = json.loads(row.body) if row.body is not None else {}
    words = (body.get(field.key) for field in register.definition.form.fields() if field.type in WORDS)
    place = places.get(row.register)
    away = place is not None and getattr(row, MEASURES[place]) == 0
    span = None if row.begins is None else (row.begins, row.ends)
    about = f"person:{row.person_id}" if row.person_id is not None else f"unit:{row.unit_id}"
    by = None if row.how in ("public", "paper") else row.by_id
    said = next((str(word) for word in words if word), "")
    return doubts.Told(
        row.ref, row.register, about, by, to_date(row.day), to_datetime(row.at), said, span, away
    )  # fmt: skip


def _is_own(doubt: doubts.Doubt, actor: Actor) -> bool:
    """Nobody looks after himself."""
    return {each.about for each in doubt.entries} == {f"person:{actor.person_id}"}


def _open(db: Connection, rows: Sequence[Any], registers: dict[str, Register], actor: Actor) -> frozenset[str]:
    """Of these entries those that the actor may read, each by the roles of its day."""
    found: set[str] = set()
    signed = [row for row in rows if row.person_id is not None and row.how not in ("public", "paper")]
    for digest in {row.definition_digest for row in signed}:
        mine = [row for row in signed if row.definition_digest == digest]
        about = [Subject(row.person_ref, f"person:{row.person_ref}", row.person_id, row.unit_id) for row in mine]
        wanted = [(each, row.day) for each, row in zip(about, mine, strict=True)]
        open_ = entry_lists.readable(db, registers[digest], wanted, actor)
        found.update(row.ref for row in mine if (row.person_ref, row.unit_id, row.day) in open_)
    return frozenset(found)


def _finding(
    doubt: doubts.Doubt, by_ref: dict[str, Any], registers: dict[str, Register], open_: frozenset[str]
) -> Finding:
    rows = [by_ref[each.ref] for each in doubt.entries]
    days = sorted(each.day for each in doubt.entries)
    people = tuple(dict.fromkeys(row.person_name or row.unit_name or "" for row in rows))
    books = {row.register: registers[row.definition_digest] for row in rows}
    shown = tuple(row.ref for row in rows if row.ref in open_)
    return Finding(doubt.kind, people, tuple(books.values()), days[0], days[-1], shown, len(rows) - len(shown))
