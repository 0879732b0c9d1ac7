"""Lists of events and denials for overseers: which of them lie in a scope, whom they name, the private part of one.

An event of a case follows the case's unit, one of a person his posts. Definitions belong to everybody who oversees.
What belongs to no unit (`system`, cycles without a case in scope) is for those whose rights reach a whole tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, false, null, or_, select, true, union_all

from engine.core.case import Actor
from engine.core.times import to_text
from engine.store.queries.cycle_lists import cycles_in_scope, sees_everything
from engine.store.queries.people_search import named
from engine.store.queries.scope import OVERSEERS, person_condition, scope_condition, units_of
from engine.store.tables.cases import Case, Cycle, Note, Submission
from engine.store.tables.ledger import Denial, Event
from engine.store.tables.people import AccessGrant, Appointment, Person, Post, Unit

PERSON = Person.__table__
CASE = Case.__table__


def events_in_scope(db: Connection, actor: Actor, on: date) -> ColumnElement[bool]:
    """The events that the actor may read. Those of cases about himself are not among them, whatever his rights."""
    own = select(CASE.c.id).where(CASE.c.subject_id == actor.person_id)
    return and_(or_(Event.case_id.is_(None), Event.case_id.not_in(own)), _within(db, actor, on))


def _within(db: Connection, actor: Actor, on: date) -> ColumnElement[bool]:
    if sees_everything(db, actor):
        return true()
    if not units_of(actor, OVERSEERS):
        return false()
    cases = select(Case.id).where(scope_condition(actor, CASE.c.unit_id))
    people = select("person:" + PERSON.c.ref).where(person_condition(actor, PERSON.c.id, on))
    cycles = select("cycle:" + Cycle.ref).where(cycles_in_scope(actor, everything=False))
    return or_(
        Event.case_id.in_(cases),
        Event.stream.in_(people),
        Event.stream.in_(cycles),
        Event.stream.startswith("definition:", autoescape=True),
        Event.stream.startswith("calendar:", autoescape=True),
    )


def denials_in_scope(db: Connection, actor: Actor, on: date) -> ColumnElement[bool]:
    """The refused acts of people in scope; of people unknown only where the actor oversees everything."""
    if sees_everything(db, actor):
        return true()
    return Denial.actor_id.in_(select(PERSON.c.id).where(person_condition(actor, PERSON.c.id, on)))


def concerning(text: str) -> ColumnElement[bool]:
    """The events of the case of this ref, or about people whom a text names, in their cases and beside them."""
    people = select(Person.id).where(named(text))
    cases = select(Case.id).where(or_(Case.ref == text, Case.subject_id.in_(people)))
    streams = select("person:" + Person.ref).where(or_(named(text), Person.ref == text))
    return or_(Event.case_id.in_(cases), Event.stream.in_(streams))


def done_by(text: str) -> ColumnElement[bool]:
    """The events that people whom a text names have caused."""
    return Event.actor_id.in_(ids_of(text))


def ids_of(text: str) -> Select[tuple[int]]:
    """The ids of people whom a text names, for the condition of a list."""
    return select(Person.id).where(named(text))


def since(moment: datetime, column: ColumnElement[str]) -> ColumnElement[bool]:
    """What happened at a moment or later."""
    return column >= to_text(moment)


def before(moment: datetime, column: ColumnElement[str]) -> ColumnElement[bool]:
    """What happened before a moment."""
    return column < to_text(moment)


def subjects(db: Connection, case_ids: Sequence[int]) -> list[Row[Any]]:
    """Id, ref and definition of cases with the names of the people they are about."""
    query = select(Case.id, Case.ref, Case.definition_digest, Person.name).outerjoin(
        Person, Person.id == Case.subject_id
    )
    return list(db.execute(query.where(Case.id.in_(case_ids))))


def people_of_streams(db: Connection, streams: Sequence[str], actor_ids: Sequence[int]) -> list[Row[Any]]:
    """The people to whom streams belong, and those of the ids: id, ref, name."""
    refs = [stream.removeprefix("person:") for stream in streams if stream.startswith("person:")]
    query = select(Person.id, Person.ref, Person.name)
    return list(db.execute(query.where(or_(Person.ref.in_(refs), Person.id.in_(actor_ids)))))


def note(db: Connection, event_ref: str) -> str | None:
    """The private part of an event as JSON text; None where it has none, or where it was erased."""
    return db.execute(select(Note.body).where(Note.event_ref == event_ref)).scalar_one_or_none()


def submission_ref(db: Connection, event_ref: str) -> str | None:
    """The submission that an event tells of."""
    return db.execute(select(Submission.ref).where(Submission.ref == event_ref)).scalar_one_or_none()


def basis(db: Connection, ref: str) -> Row[Any] | None:
    """The grant or appointment of a ref: `role` or `post`, the unit, since when. None where the ref names neither."""
    granted = select(AccessGrant.role, null().label("post"), Unit.name.label("unit"), AccessGrant.starts_on)
    granted = granted.join(Unit, Unit.id == AccessGrant.unit_id).where(AccessGrant.ref == ref)
    appointed = select(null().label("role"), Post.name.label("post"), Unit.name.label("unit"), Appointment.starts_on)
    appointed = appointed.join(Post, Post.id == Appointment.post_id).join(Unit, Unit.id == Post.unit_id)
    return db.execute(union_all(granted, appointed.where(Appointment.ref == ref))).first()


def of_stream(db: Connection, stream: str, limit: int = 200) -> list[Row[Any]]:
    """The last events of a stream that the caller may read, newest first, with who acted and the private part."""
    query = select(
        Event.ref,
        Event.kind,
        Event.at,
        Event.seq,
        Event.leaf,
        Person.name.label("actor_name"),
        Note.body.label("note"),
    )
    query = query.outerjoin(Person, Person.id == Event.actor_id).outerjoin(Note, Note.event_ref == Event.ref)
    return list(db.execute(query.where(Event.stream == stream).order_by(Event.seq.desc()).limit(limit)))
