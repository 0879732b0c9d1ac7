"""Writes entries of registers with the event that brings them, and moves the sums by day. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.core.proof.commitment import Sealed
from engine.store.statement import Statement, insert, together
from engine.store.tables.registers import (
    MEASURES,
    Entry,
    EntryAnswers,
    EntrySum,
    EntryVerdict,
    RegisterMeasure,
)

COLUMNS = (
    "ref", "register", "definition_digest", "person_id", "unit_id", "day", "begins", "ends", *MEASURES,
    "root", "how", "by_id", "at", "event_ref", "replaces_id",
)  # fmt: skip
ADD = insert(Entry.__table__, *COLUMNS, returning=Entry.id)
ADD_ANSWERS = insert(EntryAnswers.__table__, "entry_id", "seed", "body")
END = Statement(
    update(Entry.__table__)
    .where(Entry.id == bindparam("entry_id"), Entry.ended_ref.is_(None))
    .values(ended_ref=bindparam("event_ref")),
    must_write=True,
)
ADD_MEASURE = insert(RegisterMeasure.__table__, "register", "key", "place")
SUM = EntrySum.__table__
KEY = ("register", "person_id", "day", "unit_id")


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry as it is written. measures: in the order of the columns, None where there is no number."""

    ref: str
    register: str
    digest: str
    person_id: int | None
    unit_id: int | None
    day: str
    span: tuple[int, int] | None
    measures: Sequence[int | None]
    seed: bytes
    sealed: Sealed
    how: str
    by_id: int | None
    at: str
    event_ref: str
    replaces_id: int | None = None


def write(db: Connection, entry: NewEntry) -> int:
    """Write an entry with its answers and add it to the sums; answers its key."""
    begins, ends = entry.span or (None, None)
    row = {
        "ref": entry.ref, "register": entry.register, "definition_digest": entry.digest,
        "person_id": entry.person_id, "unit_id": entry.unit_id, "day": entry.day, "begins": begins, "ends": ends,
        "root": entry.sealed.root, "how": entry.how, "by_id": entry.by_id, "at": entry.at,
        "event_ref": entry.event_ref, "replaces_id": entry.replaces_id, **_columns(entry.measures),
    }  # fmt: skip
    key = int(ADD.rows(db, **row)[0].id)
    ADD_ANSWERS.run(db, entry_id=key, seed=entry.seed, body=entry.sealed.body.decode())
    count(db, entry.register, entry.person_id, entry.unit_id, entry.day, 1, entry.measures)
    return key


def end(db: Connection, row: Any, event_ref: str) -> None:
    """An entry (its row) counts no more, by an event; StaleCase where it had ended already."""
    together(db, [(END, {"entry_id": row.id, "event_ref": event_ref})])
    count(db, row.register, row.person_id, row.unit_id, row.day, -1, [getattr(row, name) for name in MEASURES])


def say_all(
    db: Connection, entry_ids: Sequence[int], verdict: str, by_id: int, at: str, event_refs: Sequence[str]
) -> None:
    """What somebody said of entries, each by its event."""
    same = {"verdict": verdict, "by_id": by_id, "at": at}
    said = zip(entry_ids, event_refs, strict=True)
    db.execute(EntryVerdict.__table__.insert(), [{"entry_id": key, "event_ref": ref, **same} for key, ref in said])


def place_of(db: Connection, register: str, measures: Sequence[str]) -> Mapping[str, int]:
    """In which column each measure of a register is kept; those that are new get the next that is free.

    Whoever asks has the turn of the register (`queries.locks`).
    """
    table = RegisterMeasure.__table__
    known = {row.key: row.place for row in db.execute(select(table).where(table.c.register == register))}
    for key in measures:
        if key not in known:
            known[key] = len(known)
            ADD_MEASURE.run(db, register=register, key=key, place=known[key])
    return known


def count(
    db: Connection,
    register: str,
    person_id: int | None,
    unit_id: int | None,
    day: str,
    by: int,
    measures: Sequence[int | None],
) -> None:
    """Move the sums of a day by one entry: `by` is 1 or −1."""
    added = {name: by * (number or 0) for name, number in _columns(measures).items()}
    row = {"register": register, "person_id": person_id or 0, "day": day, "unit_id": unit_id or 0, "count": by, **added}
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    adding = dialect.insert(SUM).values(row)
    moved = {name: SUM.c[name] + adding.excluded[name] for name in ("count", *MEASURES)}
    db.execute(adding.on_conflict_do_update(index_elements=KEY, set_=moved))


def rebuild(db: Connection, register: str) -> None:
    """Make the sums of a register anew from its entries."""
    entry = Entry.__table__
    db.execute(SUM.delete().where(SUM.c.register == register))
    person, unit = func.coalesce(entry.c.person_id, 0), func.coalesce(entry.c.unit_id, 0)
    sums = [func.coalesce(func.sum(entry.c[name]), 0) for name in MEASURES]
    found = select(entry.c.register, person, entry.c.day, unit, func.count(), *sums)
    found = found.where(entry.c.register == register, entry.c.ended_ref.is_(None))
    found = found.group_by(entry.c.register, person, entry.c.day, unit)
    db.execute(SUM.insert().from_select([*KEY, "count", *MEASURES], found))


def _columns(measures: Sequence[int | None]) -> dict[str, int | None]:
    return {name: measures[place] if place < len(measures) else None for place, name in enumerate(MEASURES)}
