"""What somebody may begin for himself: a list, and the one verb that begins it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine import starting
from engine.core.errors import Refused
from engine.core.messages import Message
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.errors import status_of
from engine.web.language import t
from portal.case import new_key

pages = Blueprint("starting", __name__)


@pages.get("/start")
@permit("signed_in")
def offered() -> str:
    """The workflows that anybody may begin about himself."""
    return _page()


@pages.post("/start/<key>")
@permit("signed_in")
def begin(key: str) -> Response | tuple[str, int]:
    """Begin one; on to its case, or to the one that runs already."""
    try:
        ref = starting.start_own(runtime(), actor=require_actor(), workflow_key=key, once=request.form.get("key", ""))
    except Refused as refused:
        return _page(refused.message), status_of(refused)
    flash(t("starting.started"), "good")
    return redirect(f"/cases/{ref}", 303)


def _page(refused: Message | None = None) -> str:
    rt = runtime()
    with rt.db.read() as db:
        found = starting.offered(rt, db)
    return render_template("portal/start.html", offered=found, refused=refused, new_key=new_key)
