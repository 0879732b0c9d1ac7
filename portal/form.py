"""The pages of a fill-task: fill in, save, check, send. Thin: decode, one verb, redirect or render.

The draft is what the server keeps between these pages; `seen` says which version of it a page was made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine import cases
from engine.core.errors import InvalidSubmission, NotFound, StaleCase
from engine.core.messages import Message
from engine.store.queries import history as queries
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.errors import is_fragment, status_of
from engine.web.forms import decode, sheet
from engine.web.language import language, t
from engine.web.raw_answers import act_on_rows, differences, posted
from engine.web.reading import whole
from portal import history
from portal.case import new_key, number
from portal.desk import Desk, open_desk

pages = Blueprint("form", __name__)


@pages.get("/tasks/<ref>")
@permit("signed_in")
def show(ref: str) -> str | Response:
    """The form of a task, as it was left."""
    desk = open_desk(runtime(), ref, require_actor())
    return desk.elsewhere() or _fill(desk, desk.kept())


@pages.post("/tasks/<ref>/draft")
@permit("signed_in")
def save_draft(ref: str) -> Response | tuple[str, int]:
    """Keep what was typed, unjudged; add, remove or move a row when a button asks for it."""
    desk = _desk_with_form(ref)
    act = request.form.get("do", "")
    raw = act_on_rows(_posted(desk), act)
    try:
        version = cases.save_draft(runtime(), ref, raw, actor=desk.actor, seen=number("seen"))
    except StaleCase as stale:
        return _stale(desk, raw, stale)
    if is_fragment():
        return Response(_fragments(desk, raw, version), mimetype="text/html")
    flash(t("portal.form.saved"), "good")
    return redirect(f"/tasks/{ref}{_anchor(raw, act)}", 303)


@pages.post("/tasks/<ref>/check")
@permit("signed_in")
def check(ref: str) -> Response | tuple[str, int]:
    """Keep what was typed and judge it: on to the answers when it passes, else back to the form with its messages."""
    desk = _desk_with_form(ref)
    raw = _posted(desk)
    try:
        version = cases.save_draft(runtime(), ref, raw, actor=desk.actor, seen=number("seen"))
    except StaleCase as stale:
        return _stale(desk, raw, stale)
    errors = desk.judge(raw).errors
    if errors:
        return _fill(desk, raw, errors, version), 422
    return redirect(f"/tasks/{ref}/check", 303)


@pages.get("/tasks/<ref>/check")
@permit("signed_in")
def review(ref: str) -> str | Response:
    """The answers, to be read once more before they are sent."""
    desk = open_desk(runtime(), ref, require_actor())
    if (elsewhere := desk.elsewhere()) is not None:
        return elsewhere
    raw = desk.kept()
    if raw is None or desk.judge(raw).errors:
        return redirect(f"/tasks/{ref}", 303)
    return render_template(
        "portal/check.html", desk=desk, view=desk.view(raw), answers_posted=posted(raw), key=new_key()
    )


@pages.post("/tasks/<ref>/submission")
@permit("signed_in")
def create_submission(ref: str) -> Response | tuple[str, int]:
    """Send the form: judge the posted answers and keep them for ever."""
    rt, desk = runtime(), _desk_with_form(ref)
    raw = _posted(desk)
    try:
        receipt = cases.submit(rt, ref, raw, actor=desk.actor, seen=number("seen"), key=request.form.get("key", ""))
    except InvalidSubmission as invalid:
        return _fill(desk, raw, invalid.errors), status_of(invalid)
    except StaleCase as stale:
        return _stale(desk, raw, stale)
    return redirect(f"/submissions/{receipt.event}/confirmation", 303)


def _desk_with_form(ref: str) -> Desk:
    desk = open_desk(runtime(), ref, require_actor())
    if desk.row.form is None:
        raise NotFound(Message("submission.no_such_task"))
    return desk


def _posted(desk: Desk) -> dict[str, Any]:
    return decode(desk.found.digest, desk.form, request.form)


def _fill(
    desk: Desk,
    raw: Mapping[str, Any] | None,
    errors: Mapping[str, Message] | None = None,
    seen: int | None = None,
    changed: list[Any] | None = None,
) -> str:
    """The form page; `changed` says where the saved draft differs from what was typed on a stale page."""
    return render_template(
        "portal/form.html",
        desk=desk,
        sheet=sheet(desk.view(raw, errors), language()),
        seen=desk.seen if seen is None else seen,
        beside=tuple(desk.beside()),
        changed=changed,
    )


def _stale(desk: Desk, raw: Mapping[str, Any], stale: StaleCase) -> tuple[str, int]:
    """Explain both versions and lose nothing: the draft of another window, or a case that has moved on."""
    if is_fragment():
        raise stale
    if desk.is_open:
        changed = differences(desk.form, desk.kept() or {}, raw)
        return _fill(desk, raw, changed=changed), status_of(stale)
    rt = runtime()
    with rt.db.read() as db:
        events = history.entries(desk.found, queries.events(db, desk.found.ref), (), require_actor())
    opened = next((place for place, entry in enumerate(events) if entry.n == desk.row.opened_n), 0)
    kept = list(sheet(desk.typed(raw), language()).controls())
    page = render_template("portal/gone.html", desk=desk, meanwhile=events[opened + 1 :], kept=kept)
    return page, status_of(stale)


def _fragments(desk: Desk, raw: Mapping[str, Any], version: int) -> str:
    """What a living page swaps in after a saving: the version, formulas, sections whose questions came or went."""
    now = sheet(desk.view(raw), language())
    return render_template(
        "portal/form_fragments.html", sheet=now, seen=version, moved=now.shown != request.form.get("shown", "")
    )


def _anchor(raw: Mapping[str, Any], act: str) -> str:
    """Where the page opens again: at the row that a button was about."""
    word, _, rest = act.partition(":")
    table, _, at = rest.partition(":")
    rows = raw.get(table)
    if not isinstance(rows, list):
        return ""
    if word == "remove" or not rows:
        return f"#f-{table}"
    step = {"add": len(rows) - 1, "copy": 1, "up": -1, "down": 1}.get(word, 0)
    index = step if word == "add" else (whole(at) or 0) + step
    return f"#f-{table}-{min(max(index, 0), len(rows) - 1)}"
