"""Acts on many cases: choose what is done to those that a list shows, look, confirm, drop, end, undo. One verb each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from admin import bulk_choice
from admin.case_acts import matches, person_seen
from admin.sent import Answer, Sent, done
from engine import bulk
from engine import bulk_acts as acts
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.store.queries import bulk as queries
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t

pages = Blueprint("admin_bulk_acts", __name__, url_prefix="/admin/bulk")
SAID = ("transition", "role", "person", "reason", "days", "until")


@pages.get("/new")
@permit("admin")
def new() -> Answer:
    """What shall be done to these cases."""
    return Sent().page("backoffice/bulk/new.html", chosen=bulk_choice.chosen(), acts=tuple(acts.ACTS))


@pages.route("/new/<act>", methods=["GET", "POST"])
@permit("admin")
def new_act(act: str) -> Answer:
    """Say how; then the cases are frozen, and what it would do is shown."""
    if act not in acts.ACTS:
        raise NotFound(Message("bulk.no_such_act"))
    sent, found = Sent(), bulk_choice.chosen()
    if sent.posted:
        said = {name: sent.text(name) for name in SAID if sent.text(name)}
        refs: list[str] = []
        given = {"act": act, "said": said, "cases": found.refs, "actor": require_actor(), "key": sent.key}
        if sent.does(lambda: refs.append(bulk.freeze(runtime(), **given))):
            return done(f"/admin/bulk/{refs[0]}", t("bulk.frozen", count=found.count))
    return sent.page(f"backoffice/bulk/new_{act}.html", chosen=found, act=act, **_offered(act, sent, found))


def _offered(act: str, sent: Sent, found: bulk_choice.Chosen) -> dict[str, Any]:
    """What the page of an act offers beside the reason."""
    if act == "fire":
        return {"moves": bulk_choice.moves(found.stands)}
    if act == "reassign":
        person, asked = sent.text("person"), request.args.get("who", "").strip()
        return {
            "roles": bulk_choice.roles(found.stands),
            "person": person_seen(person) if person else None,
            "asked": asked,
            "matches": matches(asked),
        }
    return {}


@pages.route("/<ref>/confirm", methods=["GET", "POST"])
@permit("admin")
def confirm(ref: str) -> Answer:
    """Do it as it was shown; for many cases their number has to be typed."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    given = {"actor": actor, "digest": sent.text("digest"), "typed": sent.text("typed")}
    if sent.posted and sent.does(bulk.confirm, rt, ref, **given):
        return done(f"/admin/bulk/{ref}", t("bulk.begun"))
    row, counts = _set(ref)
    return sent.page("backoffice/bulk/confirm.html", row=row, counts=counts, typed_above=bulk.TYPED_ABOVE)


@pages.route("/<ref>/drop", methods=["GET", "POST"])
@permit("admin")
def drop(ref: str) -> Answer:
    """Let go a set that was not confirmed."""
    sent = Sent()
    if sent.posted and sent.does(bulk.drop, runtime(), ref, actor=require_actor()):
        return done("/admin/bulk/", t("bulk.dropped"))
    row, counts = _set(ref)
    return sent.page("backoffice/bulk/drop.html", row=row, counts=counts)


@pages.route("/<ref>/end", methods=["GET", "POST"])
@permit("admin")
def end(ref: str) -> Answer:
    """Leave the rest, where its job has stopped."""
    sent = Sent()
    if sent.posted and sent.does(bulk.end, runtime(), ref, actor=require_actor()):
        return done(f"/admin/bulk/{ref}", t("bulk.ended"))
    row, counts = _set(ref)
    return sent.page("backoffice/bulk/end.html", row=row, counts=counts)


@pages.route("/<ref>/undo", methods=["GET", "POST"])
@permit("admin")
def undo(ref: str) -> Answer:
    """Freeze what was done, for what takes it back; that is shown before it happens, too."""
    rt, sent = runtime(), Sent()
    if sent.posted:
        refs: list[str] = []
        given = {"actor": require_actor(), "said": {"reason": sent.text("reason")}, "key": sent.key}
        if sent.does(lambda: refs.append(bulk.undo(rt, ref, **given))):
            return done(f"/admin/bulk/{refs[0]}", t("bulk.undo.frozen"))
    row, counts = _set(ref)
    return sent.page("backoffice/bulk/undo.html", row=row, counts=counts)


def _set(ref: str) -> tuple[Any, dict[str, int]]:
    """A set that the reader may see, and how many of its cases have which outcome."""
    with runtime().db.read() as db:
        row = queries.seen(db, require_actor(), ref)
        if row is None:
            raise NotFound(Message("bulk.not_found"))
        return row, queries.counts(db, [row.id])[row.id]
