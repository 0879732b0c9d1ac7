"""What admins do to posts: change, move, abolish. And taking back what was said for a day to come. One verb each."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint

from admin.sent import Answer, Sent, done
from admin.unit_acts import differing, first_day, number, post_kinds, superiors
from admin.units import as_admin, unit_options
from engine import authority, organisation
from engine.core.errors import NotFound
from engine.core.grades import CLASSES
from engine.core.messages import Message
from engine.store.queries import changes
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t

pages = Blueprint("admin_post_acts", __name__, url_prefix="/admin")

FIELDS = ("name", "kind", "unit", "superior", "level", "position_class")
HOMES = {"unit": "/admin/units/", "post": "/admin/posts/", "person": "/admin/people/"}


@pages.route("/posts/<ref>/change", methods=["GET", "POST"])
@permit("admin")
def change(ref: str) -> Answer:
    """Rename a post, put it into another unit or below another post, from a day on; or correct what is recorded."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    post = _post(ref)
    now = changes.facts("post", post)
    if sent.posted:
        fields = differing(sent, now, FIELDS)
        if "position_class" in fields:
            fields["position_class"] = number(sent.text("position_class"))
        asked = {"starts_on": first_day(sent), "reason": sent.text("reason") or None, "once": sent.key}
        if sent.does(organisation.change_post, rt, actor=actor, post_ref=ref, fields=fields, **asked):
            return done(f"/admin/posts/{ref}", t("organisation.changed", name=post.name))
    with rt.db.read() as db:
        posts = superiors(db, now["unit"], but=ref, now=now["superior"])
        offered = {"units": unit_options(db, as_admin(actor)), "kinds": post_kinds([post.kind])}
    return sent.page("backoffice/posts/change.html", post=post, now=now, posts=posts, classes=CLASSES, **offered)


@pages.route("/posts/<ref>/end", methods=["GET", "POST"])
@permit("admin")
def end(ref: str) -> Answer:
    """Abolish a post from a day on."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    post = _post(ref)
    if sent.posted:
        asked = {"ends_on": sent.day("starts_on"), "reason": sent.text("reason") or None, "once": sent.key}
        if sent.does(organisation.end_post, rt, actor=actor, post_ref=ref, **asked):
            return done(f"/admin/posts/{ref}", t("organisation.post_ended", name=post.name))
    return sent.page("backoffice/posts/end.html", post=post)


@pages.route("/changes/<ref>/take-back", methods=["GET", "POST"])
@permit("admin")
def take_back(ref: str) -> Answer:
    """Take back what was said for a day to come."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    said = _said(ref)
    if sent.posted:
        about = {"kind": said.kind, "ref": said.ref, "day": date.fromisoformat(said.starts_on)}
        asked = {"reason": sent.text("reason") or None, "once": sent.key}
        if sent.does(organisation.take_back, rt, actor=actor, **about, **asked):
            return done(HOMES[said.kind] + said.ref, t("organisation.taken_back_done", name=said.name))
    return sent.page("backoffice/units/take_back.html", said=said, back_to=HOMES[said.kind] + said.ref)


def _post(ref: str) -> Any:
    """The post, for an admin of its unit; NotFound outside the administration."""
    with runtime().db.read() as db:
        authority.administered_post(db, as_admin(require_actor()), ref)
        return changes.present(db, "post", ref)


def _said(event_ref: str) -> Any:
    """A recorded change and what it is about, for an admin of that; NotFound otherwise."""
    rt, actor = runtime(), as_admin(require_actor())
    with rt.db.read() as db:
        said = changes.by_event(db, event_ref)
        if said is None:
            raise NotFound(Message("organisation.change_not_found"))
        if said.kind == "unit":
            authority.administered_unit(db, actor, said.ref)
        elif said.kind == "post":
            authority.administered_post(db, actor, said.ref)
        else:
            authority.administered_person(db, actor, said.ref, rt.clock())
    return said
