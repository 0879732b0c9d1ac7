"""People and what they hold, inside what the key's person oversees."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from api.caller import Caller
from api.shapes import Day, Name, Page, Paged, Ref, Shape, cut
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.store.queries import api_lists
from engine.web.language import today


class Person(Shape):
    """A human being. Elected officials have no NIP."""

    ref: str
    name: str
    nip: str | None
    kind: str
    grade: str | None
    email: str | None
    active: bool


class People(Page[Person]):
    """People, oldest row first."""


class PeopleAsked(Paged):
    """Which people: that of a NIP (18 digits), or all."""

    nip: Annotated[str, Field(pattern=r"^[0-9]{18}$")] | None = None


class Appointment(Shape):
    """That somebody holds a post in [starts_on, ends_on): definitive, plt, plh, delegated or team_leader."""

    ref: str
    person: Name
    post: Name
    kind: str
    starts_on: date
    ends_on: date | None
    order_number: str | None


class Appointments(Page[Appointment]):
    """Appointments that stand, oldest first."""


class AppointmentsAsked(Paged):
    """Which appointments: of a person, to a post, or those that hold on a day."""

    person: Ref | None = None
    post: Ref | None = None
    on: Day | None = None


def list_people(caller: Caller, query: PeopleAsked) -> People:
    """List the people."""
    with caller.rt.db.read() as db:
        found = api_lists.people(
            db, caller.actor, today(), after=query.place, limit=query.limit, nip=query.nip or ""
        )  # fmt: skip
    rows, following = cut(found, query)
    return People(items=tuple(map(_person, rows)), next=following)


def show_person(caller: Caller, ref: str) -> Person:
    """Show one person."""
    with caller.rt.db.read() as db:
        found = api_lists.people(db, caller.actor, today(), after=None, limit=1, ref=ref)
    if not found:
        raise NotFound(Message("people.person_not_found"))
    return _person(found[0])


def _person(row: Any) -> Person:
    return Person(
        ref=row.ref, name=row.name, nip=row.nip, kind=row.kind, grade=row.grade, email=row.email, active=row.active
    )


def list_appointments(caller: Caller, query: AppointmentsAsked) -> Appointments:
    """List the appointments that stand."""
    about = {"person": query.person or "", "post": query.post or "", "on": query.on.isoformat() if query.on else ""}
    with caller.rt.db.read() as db:
        found = api_lists.appointments(db, caller.actor, after=query.place, limit=query.limit, **about)
    rows, following = cut(found, query)
    return Appointments(items=tuple(map(_appointment, rows)), next=following)


def _appointment(row: Any) -> Appointment:
    return Appointment(
        ref=row.ref, person=Name(ref=row.person_ref, name=row.person_name),
        post=Name(ref=row.post_ref, name=row.post_name), kind=row.kind, starts_on=row.starts_on, ends_on=row.ends_on,
        order_number=row.order_number,
    )  # fmt: skip
