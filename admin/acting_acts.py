"""What admins do to acting orders: record who acts for whom, end one early. Thin: one verb each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, request

from admin import words
from admin.acting import scopes
from admin.people_acts import administered
from admin.sent import Answer, Sent, done
from admin.units import as_admin
from engine import acting
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.store.queries import acting as queries
from engine.store.queries import chairs, people_lists
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t, today

MOST_FOUND = 20

pages = Blueprint("admin_acting_acts", __name__, url_prefix="/admin/acting")


@pages.route("/new", methods=["GET", "POST"])
@permit("admin")
def record() -> Answer:
    """Search who is absent, then who acts for him; then kind, number, period and scope."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    if sent.posted:
        told = {"kind": sent.needed("kind"), "number": sent.needed("number"), "starts_on": sent.day("starts_on")}
        told |= {"ends_on": sent.day("ends_on", needed=False), "reach": _reach()}
        both = {"person_ref": sent.needed("person"), "deputy_ref": sent.needed("deputy")}
        if sent.does(acting.record_order, rt, actor=actor, **both, **told, once=sent.key):
            return done("/admin/acting/", t("acting.recorded"))
    searched = request.args.get("q", "").strip()
    return sent.page(
        "backoffice/acting/new.html",
        person=chosen(sent.text("person")),
        deputy=chosen(sent.text("deputy")),
        kinds=acting.KINDS,
        scopes=list(_scopes()),
        picked=request.form.getlist("scope"),
        searched=searched,
        matches=matches(searched),
    )


@pages.route("/<ref>/end", methods=["GET", "POST"])
@permit("admin")
def end(ref: str) -> Answer:
    """Let an order end early."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    with rt.db.read() as db:
        held = queries.in_scope(db, as_admin(actor), ref, today())
    if held is None:
        raise NotFound(Message("acting.not_found"))
    if sent.posted:
        ends_on = sent.day("ends_on")
        if sent.does(acting.end_order, rt, actor=actor, order_ref=ref, ends_on=ends_on, once=sent.key):
            return done("/admin/acting/", t("acting.ended", name=held.person_name))
    return sent.page("backoffice/acting/end.html", held=held)


def _reach() -> acting.Reach:
    """`workflow:key` and `role:key` of the boxes that are checked."""
    picked = [value.partition(":") for value in request.form.getlist("scope")]
    by_kind = {kind: tuple(key for found, _, key in picked if found == kind) for kind in ("workflow", "role")}
    return acting.Reach(by_kind["workflow"], by_kind["role"])


def _scopes() -> Iterator[tuple[str, str, str]]:
    """What an order may be bounded to, as boxes: each published workflow, each role."""
    with runtime().db.read() as db:
        found = scopes(db)
    for key, name in found["workflow"].items():
        yield f"workflow:{key}", t("acting.only_workflow", name=name), ""
    for key, name in found["role"].items():
        yield f"role:{key}", t("acting.only_role", name=name), ""


def chosen(ref: str) -> dict[str, Any] | None:
    """Whoever was chosen, with the chairs that he holds today; NotFound outside the actor's administration."""
    if not ref:
        return None
    row = administered(ref, today())
    with runtime().db.read() as db:
        return {"row": row, "chairs": chairs.of_people(db, [row.id], today())}


def matches(search: str) -> list[dict[str, Any]]:
    """The people whom a search names, active ones of the actor's administration, with their chairs."""
    if not search:
        return []
    with runtime().db.read() as db:
        rows = people_lists.people(db, as_admin(require_actor()), today(), search=search, limit=MOST_FOUND + 1)
        held: dict[int, list[Any]] = {}
        for chair in chairs.of_people(db, [row.id for row in rows], today()):
            held.setdefault(chair.person_id, []).append(chair)
    return [{"row": row, "chairs": held.get(row.id, []), "nip": words.nip(row.nip)} for row in rows if row.active]
