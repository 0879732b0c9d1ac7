"""What admins do with keys of the JSON API: make one, which is shown once, and revoke one. Thin: one verb each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, request

from admin.sent import Answer, Sent, done
from admin.units import as_admin, unit_options
from engine import api_keys
from engine.core import apikeys
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.store.queries import api_keys as queries
from engine.store.queries import definitions
from engine.web.actor import confirmed, permit, require_actor
from engine.web.context import runtime
from engine.web.language import t, translate
from engine.web.reading import whole

pages = Blueprint("admin_api_key_acts", __name__, url_prefix="/admin/api-keys")
DAYS = 90


@pages.route("/new", methods=["GET", "POST"])
@permit("admin")
@confirmed("api_key")
def new() -> Answer:
    """Make a key; the page that answers shows its text, and no other page ever does."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    if sent.posted:
        made: list[api_keys.NewKey] = []
        about: dict[str, Any] = {
            "name": sent.needed("name"), "unit_ref": sent.needed("unit"), "scopes": request.form.getlist("scopes"),
            "days": whole(sent.text("days")) or 0, "register": sent.text("register") or None,
            "a_minute": whole(sent.text("a_minute")) or 0,
        }  # fmt: skip
        if sent.does(lambda: made.append(api_keys.make(rt, actor=actor, **about))):
            page, status = sent.page("backoffice/api_keys/made.html", made=made[0], name=about["name"])
            answer = make_response(page, status)
            answer.headers["Cache-Control"] = "no-store"
            return answer
    with rt.db.read() as db:
        units, published = unit_options(db, as_admin(actor)), definitions.published(db, "register")
        names = [(row.key, rt.library.register(db, row.digest).definition.name) for row in published]
    registers = [(key, translate(name)) for key, name in names]
    scopes = [(scope, t(f"api_keys.scope.{scope}"), "") for scope in apikeys.SCOPES]
    shown = {"units": units, "registers": registers, "scopes": scopes, "picked": request.form.getlist("scopes")}
    return sent.page("backoffice/api_keys/new.html", **shown, days=DAYS, a_minute=apikeys.A_MINUTE)


@pages.route("/<ref>/revoke", methods=["GET", "POST"])
@permit("admin")
def revoke(ref: str) -> Answer:
    """Let a key open nothing any more."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    with rt.db.read() as db:
        found = queries.of_ref(db, ref, actor)
    if found is None:
        raise NotFound(Message("api_keys.not_found"))
    if sent.posted and sent.does(api_keys.revoke, rt, ref, actor=actor):
        return done("/admin/api-keys/", t("api_keys.revoked", name=found.name))
    return sent.page("backoffice/api_keys/revoke.html", found=found)
