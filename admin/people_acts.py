"""What admins do to people: add one, put him on a chair, take him off, give and take rights, let him leave.

Thin: one verb each. Sign-in stands in account_acts.py.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint

from admin import words
from admin.sent import Answer, Sent, done
from admin.unit_acts import differing, first_day
from admin.units import as_admin, unit_options
from engine import appointments, grants, organisation, people
from engine.core import grades
from engine.core.errors import NotFound
from engine.core.messages import LANGUAGES, Message
from engine.store.queries import changes, people_lists, staffing, units
from engine.web.actor import confirmed, permit, require_actor
from engine.web.context import runtime
from engine.web.language import t, today

pages = Blueprint("admin_people_acts", __name__, url_prefix="/admin")


@pages.route("/people/new", methods=["GET", "POST"])
@permit("admin")
def add() -> Answer:
    """Add a person."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    if sent.posted:
        about = {"name": sent.needed("name"), "kind": sent.needed("kind"), "nip": sent.text("nip") or None}
        about |= {"email": sent.text("email") or None, "grade": sent.text("grade") or None}
        about["language"] = sent.text("language") or LANGUAGES[0]
        refs: list[str] = []
        if sent.does(lambda: refs.append(people.add_person(rt, actor=actor, once=sent.key, **about))):
            return done(f"/admin/people/{refs[0]}", t("admin.person.added", name=about["name"]))
    return sent.page("backoffice/people/new.html", kinds=words.PERSON_KINDS)


@pages.route("/people/<ref>/appointments/new", methods=["GET", "POST"])
@permit("admin")
def appoint(ref: str) -> Answer:
    """Put a person on a chair."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    person = _person(ref)
    if sent.posted:
        asked = {"post_ref": sent.needed("post"), "kind": sent.needed("kind"), "starts_on": sent.day("starts_on")}
        asked |= {"ends_on": sent.day("ends_on", needed=False), "order_number": sent.text("order_number")}
        if sent.does(appointments.appoint, rt, actor=actor, person_ref=ref, once=sent.key, **asked):
            return done(f"/admin/people/{ref}", t("admin.person.appointed", name=person.name))
    with rt.db.read() as db:
        posts = units.posts(db, as_admin(actor))
    return sent.page("backoffice/people/appoint.html", person=person, posts=posts, kinds=words.APPOINTMENT_KINDS)


@pages.route("/appointments/<ref>/end", methods=["GET", "POST"])
@permit("admin")
def end_appointment(ref: str) -> Answer:
    """Let an appointment end."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    held, person = _held(ref)
    if sent.posted:
        ends_on = sent.day("ends_on")
        about = {"appointment_ref": ref, "ends_on": ends_on, "once": sent.key}
        if sent.does(appointments.end_appointment, rt, actor=actor, **about):
            return done(f"/admin/people/{person.ref}", t("admin.person.appointment_ended", name=person.name))
    return sent.page("backoffice/people/end_appointment.html", person=person, held=held)


@pages.route("/appointments/<ref>/correct", methods=["GET", "POST"])
@permit("admin")
def correct_appointment(ref: str) -> Answer:
    """Put a corrected record in the place of an appointment."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    held, person = _held(ref)
    if sent.posted:
        asked = {"kind": sent.needed("kind"), "starts_on": sent.day("starts_on"), "reason": sent.needed("reason")}
        asked |= {"ends_on": sent.day("ends_on", needed=False), "order_number": sent.text("order_number")}
        about = {"appointment_ref": ref, "once": sent.key, **asked}
        if sent.does(appointments.correct_appointment, rt, actor=actor, **about):
            return done(f"/admin/people/{person.ref}", t("organisation.corrected", name=person.name))
    return sent.page("backoffice/people/correct.html", person=person, held=held._mapping, kinds=words.APPOINTMENT_KINDS)


@pages.route("/people/<ref>/change", methods=["GET", "POST"])
@permit("admin")
def change(ref: str) -> Answer:
    """Give a person another name, grade, kind or number from a day on, or correct them."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    _person(ref)
    with rt.db.read() as db:
        row = changes.present(db, "person", ref)
        now = changes.facts("person", row)
    if sent.posted:
        fields = differing(sent, now, tuple(now))
        asked = {"starts_on": first_day(sent), "reason": sent.text("reason") or None, "once": sent.key}
        if sent.does(organisation.change_person, rt, actor=actor, person_ref=ref, fields=fields, **asked):
            return done(f"/admin/people/{ref}", t("organisation.changed", name=now["name"]))
    offered = [(grade, grade) for kind in words.PERSON_KINDS for grade in grades.GRADES[kind]]
    return sent.page("backoffice/people/change.html", person=row, now=now, kinds=words.PERSON_KINDS, grades=offered)


@pages.route("/people/<ref>/grants/new", methods=["GET", "POST"])
@permit("admin")
@confirmed("grant")
def grant(ref: str) -> Answer:
    """Give a person a right over a unit and what is below it."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    person = _person(ref)
    if sent.posted:
        asked = {"role": sent.needed("role"), "unit_ref": sent.needed("unit"), "starts_on": sent.day("starts_on")}
        asked["ends_on"] = sent.day("ends_on", needed=False)
        if sent.does(grants.grant, rt, actor=actor, person_ref=ref, once=sent.key, **asked):
            return done(f"/admin/people/{ref}", t("admin.person.granted", name=person.name))
    with rt.db.read() as db:
        options = unit_options(db, as_admin(actor))
    return sent.page("backoffice/people/grant.html", person=person, units=options, rights=words.RIGHTS)


@pages.route("/grants/<ref>/revoke", methods=["GET", "POST"])
@permit("admin")
@confirmed("revoke")
def revoke(ref: str) -> Answer:
    """Take a right away, from today on."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    with rt.db.read() as db:
        held = people_lists.grant_in_scope(db, as_admin(actor), ref)
    if held is None:
        raise NotFound(Message("people.grant_not_found"))
    if sent.posted and sent.does(grants.revoke_grant, rt, actor=actor, grant_ref=ref, once=sent.key):
        return done(f"/admin/people/{held.person_ref}", t("admin.person.revoked", name=held.person_name))
    return sent.page("backoffice/people/revoke.html", held=held)


@pages.route("/people/<ref>/status", methods=["GET", "POST"])
@permit("admin")
def status(ref: str) -> Answer:
    """Let a person leave, or come back."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    person = _person(ref)
    if sent.posted:
        active = sent.yes("active")
        if sent.does(people.set_active, rt, actor=actor, person_ref=ref, active=active):
            kind = "returned" if active else "left"
            return done(f"/admin/people/{ref}", t(f"admin.person.{kind}", name=person.name))
    return sent.page("backoffice/people/status.html", person=person)


def _held(ref: str) -> tuple[Any, Any]:
    """An appointment and whose it is, for an admin of that person."""
    with runtime().db.read() as db:
        held = staffing.appointment(db, ref)
    if held is None:
        raise NotFound(Message("people.appointment_not_found"))
    return held, _person(held.person_ref)


def _person(ref: str) -> Any:
    """The person, for an admin of his; NotFound outside the administration."""
    return administered(ref, today())


def administered(ref: str, on: date) -> Any:
    """A person of a ref whom the actor administers, with his sign-in; NotFound for anybody else."""
    with runtime().db.read() as db:
        found = people_lists.person(db, as_admin(require_actor()), on, ref)
    if found is None:
        raise NotFound(Message("people.person_not_found"))
    return found
