"""What somebody decides about a file of entries that was checked: agree, drop, try again. Thin: one verb each."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from engine.core.errors import Refused
from engine.imports import entry_acts
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.errors import status_of
from engine.web.language import t
from portal import entry_files

pages = Blueprint("entry_file_acts", __name__)


@pages.post("/registers/<key>/imports/<ref>/confirm")
@permit("signed_in")
def confirm(key: str, ref: str) -> Response | tuple[str, int]:
    """Let the right rows come in, as they were shown."""
    try:
        entry_acts.confirm(runtime(), ref, actor=require_actor(), frozen=request.form.get("frozen", ""))
    except Refused as refused:
        return entry_files.report_page(key, ref, refused.message), status_of(refused)
    flash(t("imports.begun"), "good")
    return redirect(f"/registers/{key}/imports/{ref}", 303)


@pages.post("/registers/<key>/imports/<ref>/drop")
@permit("signed_in")
def drop(key: str, ref: str) -> Response:
    """Forget the file."""
    entry_acts.drop(runtime(), ref, actor=require_actor())
    flash(t("imports.dropped"), "good")
    return redirect(f"/registers/{key}/imports/", 303)


@pages.post("/registers/<key>/imports/<ref>/again")
@permit("signed_in")
def again(key: str, ref: str) -> Response:
    """Try it again after it has failed."""
    entry_acts.again(runtime(), ref, actor=require_actor())
    flash(t("imports.begun"), "good")
    return redirect(f"/registers/{key}/imports/{ref}", 303)
