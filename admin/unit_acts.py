"""What admins do to units: change, move, end, merge, add one below, add a post. Thin: one verb each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint
from sqlalchemy import Connection

from admin import place_words
from admin.sent import Answer, Sent, done
from admin.units import as_admin, unit_options
from engine import authority, organisation, people
from engine.core import grades
from engine.store.queries import changes, units
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t
from engine.web.reading import whole

pages = Blueprint("admin_unit_acts", __name__, url_prefix="/admin/units")

MOST_POSTS = 400
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")


def first_day(sent: Sent) -> date | None:
    """From when a change holds; None where it corrects what is recorded."""
    return None if sent.text("how") == "correct" else sent.day("starts_on")


def differing(sent: Sent, now: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The fields that were typed otherwise than they stand today: a change planned for later stays as it is."""
    typed = {name: sent.text(name) or None for name in names}
    return {
        name: value for name, value in typed.items() if value != (str(now[name]) if now[name] is not None else None)
    }


@pages.route("/<ref>/change", methods=["GET", "POST"])
@permit("admin")
def change(ref: str) -> Answer:
    """Rename a unit, move it, give it another kind or zone, from a day on; or correct what is recorded."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    unit, choices = _unit(ref)
    now = changes.facts("unit", unit)
    if sent.posted:
        fields = differing(sent, now, ("name", "kind", "parent", "timezone"))
        asked = {"starts_on": first_day(sent), "reason": sent.text("reason") or None, "once": sent.key}
        if sent.does(organisation.change_unit, rt, actor=actor, unit_ref=ref, fields=fields, **asked):
            return done(f"/admin/units/{ref}", t("organisation.changed", name=unit.name))
    return sent.page("backoffice/units/change.html", unit=unit, now=now, zones=ZONES, **choices)


@pages.route("/<ref>/end", methods=["GET", "POST"])
@permit("admin")
def end(ref: str) -> Answer:
    """Let a unit end, or merge it into another, from a day on."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    unit, choices = _unit(ref)
    if sent.posted:
        day, into = sent.day("starts_on"), sent.text("into")
        asked = {"actor": actor, "unit_ref": ref, "reason": sent.text("reason") or None, "once": sent.key}
        if sent.text("how") == "merge":
            sent.needed("into")
            accepted = sent.does(organisation.merge_unit, rt, into_ref=into, starts_on=day, **asked)
        else:
            accepted = sent.does(organisation.end_unit, rt, ends_on=day, **asked)
        if accepted:
            return done(f"/admin/units/{ref}", t("organisation.unit_ended", name=unit.name))
    return sent.page("backoffice/units/end.html", unit=unit, **choices)


@pages.route("/<ref>/units/new", methods=["GET", "POST"])
@permit("admin")
def add_unit(ref: str) -> Answer:
    """Add a unit below one."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    unit, choices = _unit(ref)
    if sent.posted:
        about = {"key": sent.needed("code"), "name": sent.needed("name"), "kind": sent.needed("kind")}
        about |= {"timezone": sent.text("timezone") or None, "starts_on": sent.day("starts_on", needed=False)}
        added: list[str] = []
        if sent.does(lambda: added.append(people.add_unit(rt, actor=actor, parent_ref=ref, once=sent.key, **about))):
            return done(f"/admin/units/{added[0]}", t("organisation.unit_added", name=about["name"]))
        _at_its_field(sent)
    return sent.page("backoffice/units/new.html", unit=unit, zones=ZONES, **choices)


@pages.route("/<ref>/posts/new", methods=["GET", "POST"])
@permit("admin")
def add_post(ref: str) -> Answer:
    """Add a post in a unit."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    unit, _ = _unit(ref)
    if sent.posted:
        about = {"key": sent.needed("code"), "name": sent.needed("name"), "kind": sent.needed("kind")}
        about |= {"superior_ref": sent.text("superior") or None, "level": sent.text("level") or None}
        about |= {"position_class": number(sent.text("position_class"))}
        about |= {"starts_on": sent.day("starts_on", needed=False), "once": sent.key}
        added: list[str] = []
        if sent.does(lambda: added.append(people.add_post(rt, actor=actor, unit_ref=ref, **about))):
            return done(f"/admin/posts/{added[0]}", t("organisation.post_added", name=about["name"]))
        _at_its_field(sent)
    with rt.db.read() as db:
        posts = superiors(db, ref)
        kinds = units.post_kinds(db, actor)
    return sent.page(
        "backoffice/posts/new.html", unit=unit, posts=posts, kinds=post_kinds(kinds), classes=grades.CLASSES
    )


def _at_its_field(sent: Sent) -> None:
    """What is wrong with a key stands at `code`: `key` is the form's own, which makes the act happen once."""
    if "key" in sent.errors:
        sent.errors["code"] = sent.errors.pop("key")


def superiors(db: Connection, unit_ref: str, but: str | None = None, now: str | None = None) -> list[Any]:
    """The posts to choose a superior from: all that the actor oversees, or where they are too many for a page, those of
    the unit and of the units above it, and the superior of today."""
    found = units.posts(db, require_actor())
    if len(found) > MOST_POSTS:
        above = set(units.refs_above(db, unit_ref))
        found = [row for row in found if row.unit_ref in above or row.ref == now]
    return [row for row in found if row.ref != but]


def number(text: str) -> int | None:
    """A class of positions as it was chosen; what is no number is none of them."""
    return (whole(text) or 0) if text else None


def post_kinds(present: list[str]) -> list[tuple[str, str]]:
    """The kinds of posts to choose from: those that are usual, and those that there are."""
    return [(kind, place_words.kind(kind)) for kind in dict.fromkeys((*place_words.POST_KINDS, *present))]


def _unit(ref: str) -> tuple[Any, dict[str, Any]]:
    """The unit, for an admin of it, and what its forms offer. NotFound outside the administration."""
    rt, actor = runtime(), as_admin(require_actor())
    with rt.db.read() as db:
        authority.administered_unit(db, actor, ref)
        unit = changes.present(db, "unit", ref)
        kinds = dict.fromkeys((*place_words.UNIT_KINDS, *units.kinds(db, actor)))
        inside = set(units.refs_below(db, ref))
        choices = [(each, name) for each, name in unit_options(db, actor) if each not in inside]
    return unit, {"units": choices, "kinds": [(kind, place_words.kind(kind)) for kind in kinds]}
