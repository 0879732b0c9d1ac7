"""Questions about prints: who is named on paper and how, what was printed before, and which print has a reference.

A print is an event of its case (`print.made`): its leaf holds the digests, its note the figures. `engine.prints` says
who may ask.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, case, or_, select

from engine.store.statement import Statement
from engine.store.tables.cases import Case, Cycle, Note
from engine.store.tables.ledger import Event
from engine.store.tables.people import Appointment, Person, Post, Unit, UnitClosure

MADE = "print.made"
DAY = bindparam("day")
HELD = (
    select(Post.name.label("post"), Unit.name.label("unit"), Appointment.person_id)
    .join(Post, Post.id == Appointment.post_id)
    .join(Unit, Unit.id == Post.unit_id)
    .where(Appointment.person_id == bindparam("person"), Appointment.superseded_by.is_(None))
    .where(Appointment.starts_on <= DAY, or_(Appointment.ends_on.is_(None), Appointment.ends_on > DAY))
    .order_by(case((Appointment.kind == "definitive", 0), else_=1), Appointment.id)
    .limit(1)
    .subquery()
)
PARTY = Statement(
    select(Person.name, Person.nip, Person.grade, HELD.c.post, HELD.c.unit)
    .outerjoin(HELD, HELD.c.person_id == Person.id)
    .where(Person.id == bindparam("person"))
)
INSTITUTION = Statement(
    select(Unit.name)
    .join(UnitClosure, UnitClosure.ancestor_id == Unit.id)
    .where(UnitClosure.descendant_id == bindparam("unit"))
    .order_by(UnitClosure.depth.desc())
    .limit(1)
)
KEPT = (Event.ref, Event.at, Event.leaf, Event.actor_id, Note.seed, Note.body.label("note"))
EARLIER = Statement(
    select(*KEPT)
    .outerjoin(Note, Note.event_ref == Event.ref)
    .where(Event.stream == bindparam("stream"), Event.kind == MADE, Event.actor_id == bindparam("actor"))
    .order_by(Event.seq.desc())
)
BY_REF = Statement(
    select(*KEPT, Case.ref.label("case_ref"), Case.definition_digest, Cycle.period_start, Cycle.period_end)
    .join(Case, Case.id == Event.case_id)
    .join(Cycle, Cycle.id == Case.cycle_id)
    .outerjoin(Note, Note.event_ref == Event.ref)
    .where(Event.ref == bindparam("ref"), Event.kind == MADE)
)


def party(db: Connection, person_id: int, day: str) -> Any | None:
    """Name, NIP, grade, and the post and unit that somebody holds on a day: the definitive one where he has several."""
    return PARTY.one(db, person=person_id, day=day)


def institution(db: Connection, unit_id: int) -> str:
    """The name of the unit at the top of the tree in which a unit stands."""
    found = INSTITUTION.one(db, unit=unit_id)
    return "" if found is None else str(found.name)


def earlier(db: Connection, stream: str, actor_id: int) -> list[Any]:
    """The prints of a case that somebody has made, the last one first; `note` is None where it was erased."""
    return EARLIER.rows(db, stream=stream, actor=actor_id)


def by_ref(db: Connection, ref: str) -> Any | None:
    """The print of a reference, with its case and period."""
    return BY_REF.one(db, ref=ref)
