"""What admins do to links of public forms: make one, print its sheet, close it; and comments, shown or held back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from admin import acting_acts
from admin import public_links as public_links_view
from admin.sent import Answer, Sent, done
from admin.units import as_admin, unit_options
from engine import public_comments, public_links, qr
from engine.core import codes
from engine.core.errors import BadRequest
from engine.core.messages import LANGUAGES, Message
from engine.store.queries import definitions
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.errors import status_of
from engine.web.language import t, translate

pages = Blueprint("admin_public_link_acts", __name__, url_prefix="/admin/public-links")
LIST = "/admin/public-links/"
COMMENTS = "/admin/public-links/comments"


@pages.route("/new", methods=["GET", "POST"])
@permit("admin")
def make() -> Answer:
    """Choose the survey, then whom it asks about, then the counter and the days."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    with rt.db.read() as db:
        found = {row.key: rt.library.register(db, row.digest) for row in definitions.published(db, "register")}
        units = unit_options(db, as_admin(actor))
    surveys = {key: register.definition for key, register in found.items() if register.definition.is_public}
    chosen = surveys.get(sent.text("register"))
    if sent.posted and chosen is not None:
        made: list[str] = []
        days = sent.day("starts_on"), sent.day("ends_on", needed=False)
        wish = (chosen.key, sent.text("about"), sent.text("label"), *days, _number(sent))
        if sent.does(lambda: made.append(public_links.make(rt, public_links.Wish(*wish), actor=actor, once=sent.key))):
            return done(f"{LIST}{made[0]}/sheet", t("links.made"))
    searched = request.args.get("q", "").strip()
    return sent.page(
        "backoffice/public_links/new.html", surveys=surveys, survey=chosen, units=units,
        person=acting_acts.chosen(sent.text("about")) if chosen is not None and chosen.about == "person" else None,
        searched=searched, matches=acting_acts.matches(searched),
    )  # fmt: skip


@pages.get("/<ref>/sheet")
@permit("admin")
def sheet(ref: str) -> str:
    """What is printed and hung up: the question, the QR code, the short address."""
    link = _link(ref)
    where = runtime().access.public_url or request.host_url.rstrip("/")
    address = f"{where}/s/{link.code}"
    with runtime().db.read() as db:
        name = public_links_view.surveys(db).get(link.register)
    return render_template(
        "backoffice/public_links/sheet.html", link=link, name=name, picture=qr.picture(address),
        short=f"{where.partition('//')[2]}/s/{codes.grouped(link.code)}", scan=_in_all("links.poster.scan"),
        free=_in_all("links.poster.free"), about=link.person_name or link.unit_name or "",
    )  # fmt: skip


@pages.route("/<ref>/end", methods=["GET", "POST"])
@permit("admin")
def end(ref: str) -> Answer:
    """Close a link for good."""
    link, sent = _link(ref), Sent()
    if sent.posted and sent.does(public_links.end, runtime(), ref, actor=require_actor()):
        return done(LIST, t("links.ended"))
    return sent.page("backoffice/public_links/end.html", link=link, about=link.person_name or link.unit_name or "")


@pages.get("/comments")
@permit("admin")
def comments() -> str:
    """The comments that wait for the reader's word."""
    return _comments_page({})


@pages.post("/comments")
@permit("admin")
def judge() -> Response | tuple[str, int]:
    """Let one be shown, or hold it back with the reason."""
    rt, actor, (ref, _, field) = runtime(), require_actor(), request.form.get("comment", "").partition(":")
    try:
        if request.form.get("do") == "release":
            public_comments.release(rt, ref, field, actor=actor)
        else:
            public_comments.hold_back(rt, ref, field, actor=actor, reason=request.form.get("reason", ""))
    except BadRequest as bad:
        return _comments_page({f"{ref}:{field}": bad.message}), status_of(bad)
    flash(t("links.comment.shown" if request.form.get("do") == "release" else "links.comment.held"), "good")
    return redirect(COMMENTS, 303)


def _comments_page(errors: dict[str, Message]) -> str:
    with runtime().db.read() as db:
        waiting = public_comments.waiting(runtime(), db, require_actor())
    return render_template("backoffice/public_links/comments.html", waiting=waiting, errors=errors)


def _link(ref: str) -> Any:
    with runtime().db.read() as db:
        return public_links.administered(runtime(), db, ref, require_actor())


def _in_all(key: str) -> list[str]:
    """A sentence in each language: whoever reads a wall has chosen none."""
    return [translate(Message(key), language) for language in LANGUAGES]


def _number(sent: Sent) -> int:
    typed = sent.text("per_device")
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 6):
        sent.errors["per_device"] = Message("public.per_device_range", most=public_links.MOST_PER_DEVICE)
        return 0
    return int(typed)
