"""Nominations of a case: who is proposed for which role; to propose, approve or refuse somebody. One verb each."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine import named, nominations, snapshot
from engine.core.errors import BadRequest, Refused
from engine.core.messages import Message
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.errors import status_of
from engine.web.language import t
from portal.case import new_key

pages = Blueprint("nominations", __name__)


@pages.get("/cases/<ref>/nominations")
@permit("signed_in")
def show(ref: str) -> str:
    """The roles of a case that people are nominated for; found: whom a search means. Reads only."""
    return _page(ref)


@pages.post("/cases/<ref>/nominations")
@permit("signed_in")
def propose(ref: str) -> Response | tuple[str, int]:
    """Propose somebody."""
    role, person, key = (request.form.get(name, "") for name in ("role", "person", "key"))
    try:
        nominations.propose(runtime(), ref, role, person, actor=require_actor(), key=key)
    except Refused as refused:
        return _page(ref, refused.message), status_of(refused)
    flash(t("nomination.proposed"), "good")
    return redirect(f"/cases/{ref}/nominations", 303)


@pages.post("/cases/<ref>/nominations/<nomination>")
@permit("signed_in")
def decide(ref: str, nomination: str) -> Response | tuple[str, int]:
    """Approve or refuse one."""
    told = {"reason": request.form.get("reason", ""), "key": request.form.get("key", "")}
    try:
        nominations.decide(runtime(), ref, nomination, request.form.get("decision", ""), actor=require_actor(), **told)
    except (Refused, BadRequest) as wrong:
        return _page(ref, wrong.message), status_of(wrong)
    flash(t("nomination.was_decided"), "good")
    return redirect(f"/cases/{ref}/nominations", 303)


def _page(ref: str, refused: Message | None = None) -> str:
    rt, actor = runtime(), require_actor()
    searched, role = request.args.get("q", "").strip()[: named.LONGEST], request.args.get("role", "")
    with rt.db.read() as db:
        found = snapshot.load(rt, db, ref, actor, rt.clock())
        standing = nominations.standing(db, found, actor)
        may = any(each.spec.key == role and each.may_propose for each in standing)
        matches, wrong = [], refused
        if may and searched:
            try:
                matches = named.search(db, found, "person", searched, reach="city", role=None)
            except BadRequest as short:
                wrong = short.message
    return render_template(
        "portal/nominations.html", found=found, standing=standing, searched=searched, role=role, matches=matches,
        refused=wrong, new_key=new_key, me=actor.person_id,
    )  # fmt: skip
