"""What the audit reads of registers: every entry with its events, its answers, and the leave to erase them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Text, and_, cast, func, literal, or_, select

from engine.store.queries.ledger import streamed
from engine.store.tables.cases import Case
from engine.store.tables.entry_cases import EntryCase
from engine.store.tables.ledger import Erasure, Event
from engine.store.tables.people import Person, Unit
from engine.store.tables.public import EntrySource, PublicLink
from engine.store.tables.registers import MEASURES, Entry, EntryAnswers, EntrySum, EntryVerdict

ENTRY, ANSWERS, ERASURE = Entry.__table__, EntryAnswers.__table__, Erasure.__table__
VERDICT, SUM = EntryVerdict.__table__, EntrySum.__table__
STARTED = EntryCase.__table__
SAYS, ENDS = Event.__table__.alias("says"), Event.__table__.alias("ends")


def entries(db: Connection) -> Iterator[Any]:
    """Each entry in the order of its key, with the leaves of its events; erasure: the record that lets answers go."""
    query = (
        select(
            ENTRY,
            ANSWERS.c.body,
            ANSWERS.c.seed,
            SAYS.c.leaf,
            SAYS.c.kind,
            SAYS.c.stream,
            SAYS.c.actor_id.label("said_by"),
            SAYS.c.at.label("said_at"),
            Person.ref.label("person_ref"),
            Unit.ref.label("unit_ref"),
            PublicLink.ref.label("link_ref"),
            ENDS.c.leaf.label("end_leaf"),
            ENDS.c.kind.label("end_kind"),
            ERASURE.c.record.label("erasure"),
        )
        .join(SAYS, SAYS.c.ref == ENTRY.c.event_ref)
        .outerjoin(Person, Person.id == ENTRY.c.person_id)
        .outerjoin(Unit, Unit.id == ENTRY.c.unit_id)
        .outerjoin(EntrySource, EntrySource.entry_id == ENTRY.c.id)
        .outerjoin(PublicLink, PublicLink.id == EntrySource.link_id)
        .outerjoin(ANSWERS, ANSWERS.c.entry_id == ENTRY.c.id)
        .outerjoin(ENDS, ENDS.c.ref == ENTRY.c.ended_ref)
        .outerjoin(ERASURE, ERASURE.c.record == literal("entry:") + cast(ENTRY.c.id, Text))
    )
    return streamed(db, query.order_by(ENTRY.c.id))


def verdicts(db: Connection) -> Iterator[Any]:
    """Each verdict beside its event, and each such event beside its verdict; what is missing of either is null."""
    kinds = ("entry.verified", "entry.returned")
    columns = (
        VERDICT.c.verdict, VERDICT.c.by_id, VERDICT.c.at, ENTRY.c.ref.label("entry_ref"), VERDICT.c.event_ref,
        SAYS.c.ref.label("said_ref"), SAYS.c.kind, SAYS.c.actor_id, SAYS.c.leaf, SAYS.c.at.label("event_at"),
    )  # fmt: skip
    both = VERDICT.join(ENTRY, ENTRY.c.id == VERDICT.c.entry_id)
    yield from streamed(db, select(*columns).select_from(both.join(SAYS, SAYS.c.ref == VERDICT.c.event_ref)))
    alone = SAYS.outerjoin(VERDICT, VERDICT.c.event_ref == SAYS.c.ref).outerjoin(
        ENTRY, ENTRY.c.id == VERDICT.c.entry_id
    )
    query = select(*columns).select_from(alone).where(SAYS.c.kind.in_(kinds), VERDICT.c.id.is_(None))
    yield from streamed(db, query)


def imports(db: Connection) -> Iterator[Any]:
    """The events that brought many entries at once."""
    query = select(SAYS.c.ref, SAYS.c.leaf).where(SAYS.c.kind == "entries.imported")
    yield from streamed(db, query.order_by(SAYS.c.stream, SAYS.c.seq))


def unwritten(db: Connection) -> list[str]:
    """The refs of events that brought or ended an entry of which no row says so."""
    brought = SAYS.outerjoin(ENTRY, ENTRY.c.event_ref == SAYS.c.ref)
    ended = SAYS.outerjoin(ENTRY, ENTRY.c.ended_ref == SAYS.c.ref)
    adds, ends = ("entry.added", "entry.corrected"), ("entry.corrected", "entry.withdrawn")
    found = [
        select(SAYS.c.ref).select_from(road).where(SAYS.c.kind.in_(kinds), ENTRY.c.id.is_(None))
        for road, kinds in ((brought, adds), (ended, ends))
    ]
    return sorted({row.ref for query in found for row in db.execute(query)})


def wrong_sums(db: Connection) -> list[str]:
    """Registers of which a sum by day is not that of the entries that stand."""
    person, unit = func.coalesce(ENTRY.c.person_id, 0), func.coalesce(ENTRY.c.unit_id, 0)
    totals = [func.coalesce(func.sum(ENTRY.c[name]), 0).label(name) for name in MEASURES]
    key = (ENTRY.c.register, person.label("person_id"), ENTRY.c.day, unit.label("unit_id"))
    counted = select(*key, func.count().label("count"), *totals).where(ENTRY.c.ended_ref.is_(None))
    real = counted.group_by(ENTRY.c.register, person, ENTRY.c.day, unit).subquery("real")
    same = and_(*(real.c[name] == SUM.c[name] for name in ("register", "person_id", "day", "unit_id")))
    differs = or_(*(real.c[name] != SUM.c[name] for name in ("count", *MEASURES)))
    short = select(real.c.register).outerjoin(SUM, same).where(or_(SUM.c.register.is_(None), differs))
    nothing = and_(*(SUM.c[name] == 0 for name in ("count", *MEASURES)))
    over = select(SUM.c.register).outerjoin(real, same).where(real.c.register.is_(None), ~nothing)
    return sorted({row.register for query in (short, over) for row in db.execute(query)})


def wrong_cases(db: Connection) -> list[str]:
    """Refs of events of cases that entries began where row and event do not say the same, or one is missing."""
    told = Event.__table__.alias("told")
    started = Event.__table__.alias("started")
    leaf = func.convert_from(told.c.leaf, "UTF8") if db.dialect.name == "postgresql" else cast(told.c.leaf, Text)
    names = [
        leaf.contains(literal('"') + name + literal('":"') + value + literal('"'))
        for name, value in (
            (literal("case"), Case.ref),
            (literal("entry"), ENTRY.c.ref),
            (literal("start"), STARTED.c.start),
            (literal("event"), STARTED.c.started_ref),
        )
    ]
    rows = (
        select(STARTED.c.event_ref)
        .join(Case, Case.id == STARTED.c.case_id)
        .join(ENTRY, ENTRY.c.id == STARTED.c.entry_id)
        .outerjoin(told, (told.c.ref == STARTED.c.event_ref) & (told.c.kind == "entry.started"))
        .outerjoin(started, (started.c.ref == STARTED.c.started_ref) & (started.c.case_id == STARTED.c.case_id))
        .where(or_(told.c.ref.is_(None), started.c.ref.is_(None), *(~each for each in names)))
    )
    lost = select(told.c.ref).outerjoin(STARTED, STARTED.c.event_ref == told.c.ref)
    lost = lost.where(told.c.kind == "entry.started", STARTED.c.case_id.is_(None))
    return sorted({str(ref) for query in (rows, lost) for ref in db.execute(query).scalars()})
