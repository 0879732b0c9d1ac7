"""The pages of a fill-task: fill in, save, check, send. Thin: decode, one verb, redirect or render.

The draft is what the server keeps between these pages. How a page's answers become it is drafts.py's; what a page
shows, filling.py's; what happens to a page whose session has ended, resuming.py's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from engine import cases
from engine.core import machine
from engine.core.errors import BadRequest, InvalidSubmission, NotFound, NotSignedIn, Refused, StaleCase, TooManyTries
from engine.core.messages import Message
from engine.store.queries import history
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.errors import CSRFError, is_fragment, status_of
from engine.web.forms import decode
from engine.web.language import t
from engine.web.raw_files import act_on_files, wanted_file
from engine.web.reading import moment_said, whole
from portal import drafts, filling, pickers, resuming, rows
from portal.desk import Desk, open_desk
from portal.drafts import Saving, Sent

GONE = 410  # a living page stops saving
NAME = re.compile(r"[\w-]{1,64}", re.ASCII)  # of what a device kept

pages = Blueprint("form", __name__)
pages.register_error_handler(NotSignedIn, resuming.interrupted)
pages.register_error_handler(CSRFError, resuming.interrupted)


@pages.get("/tasks/<ref>")
@permit("signed_in")
def show(ref: str) -> str | Response:
    """The form of a task, as it was left."""
    desk = open_desk(runtime(), ref, require_actor())
    if (elsewhere := desk.elsewhere()) is not None:
        return elsewhere
    search = pickers.searched(desk)
    return filling.page(desk.knowing(runtime(), desk.kept()), desk.kept(), search=search)


@pages.post("/tasks/<ref>/draft")
@permit("signed_in")
def save_draft(ref: str) -> Response | tuple[str, int]:
    """Keep what was typed, unjudged; add, remove or move a row when a button asks for it."""
    (desk, raw), said = _posted(ref), drafts.sent(request.form)
    act = request.form.get("do", "")
    raw, notice = rows.acted(desk, raw, act, request.form)
    raw = act_on_files(pickers.acted(raw, act), act)
    try:
        saving = drafts.keep(desk, raw, said)
    except (StaleCase, Refused) as over:
        return _over(desk, raw, over)
    if saving.merged.open:
        return _ask(saving, raw, said)
    if is_fragment():
        return Response(filling.fragments(saving, notice=notice), mimetype="text/html")
    if notice is not None:
        page = filling.page(saving.desk, saving.raw, seen=saving.version, notice=notice)
        return Response(page, mimetype="text/html")
    if (asked := pickers.wanted(act)) is not None:
        return redirect(pickers.address(ref, *asked), 303)
    if (field := wanted_file(act)) is not None:
        return redirect(f"/tasks/{ref}/files?field={field}", 303)
    flash(filling.joined_words(saving) or t("portal.form.saved"), "good")
    restored = _name(request.form.get("_restored"))
    return redirect(f"/tasks/{ref}" + (f"?restored={restored}" if restored else _anchor(raw, act)), 303)


@pages.post("/tasks/<ref>/kept")
@permit("signed_in")
def compare_kept(ref: str) -> Response:
    """Beside what is saved, what a device kept: a fragment to choose from, without one where nothing differs.

    Nothing is written. A page that shows an older version (`_showing`) gets what is saved as well.
    """
    (desk, raw), said = _posted(ref), drafts.sent(request.form)
    machine.fillable(desk.found.workflow, desk.found.view, desk.row.key, desk.actor)
    saved = Saving(desk, desk.kept() or {}, drafts.compared(desk, raw, said), desk.seen)
    kept = ""
    if saved.merged.differences:
        at = moment_said(request.form.get("_kept_at", ""))
        kept = filling.choose(saved, raw, said, restored=_name(request.form.get("_restored")), kept_at=at)
    if whole(request.form.get("_showing", "")) != desk.seen:
        kept = filling.fragments(saved, beside=Markup(kept))
    return Response(kept, mimetype="text/html")


@pages.post("/tasks/<ref>/check")
@permit("signed_in")
def check(ref: str) -> Response | tuple[str, int]:
    """Keep what was typed and judge it: on to the answers when it passes, else back to the form with its messages."""
    (desk, raw), said = _posted(ref), drafts.sent(request.form)
    try:
        saving = drafts.keep(desk, raw, said)
    except (StaleCase, Refused) as over:
        return _over(desk, raw, over)
    if saving.merged.open:
        return _ask(saving, raw, said)
    if words := filling.joined_words(saving):
        flash(words, "good")
    errors = saving.desk.judge(saving.raw).errors
    if errors:
        return filling.page(saving.desk, saving.raw, errors, saving.version), 422
    return redirect(f"/tasks/{ref}/check", 303)


@pages.get("/tasks/<ref>/check")
@permit("signed_in")
def review(ref: str) -> str | Response:
    """The answers, to be read once more before they are sent."""
    desk = open_desk(runtime(), ref, require_actor())
    if (elsewhere := desk.elsewhere()) is not None:
        return elsewhere
    raw = desk.kept()
    desk = desk.knowing(runtime(), raw)
    if raw is None or desk.judge(raw).errors:
        return redirect(f"/tasks/{ref}", 303)
    return filling.check(desk, raw)


@pages.post("/tasks/<ref>/submission")
@permit("signed_in")
def create_submission(ref: str) -> Response | tuple[Any, ...]:
    """Send the form, signed by the password where that is asked: judge the posted answers and keep them for ever."""
    key, password = request.form.get("key", ""), request.form.get("password") or None
    signs = {"password": password, "address": request.remote_addr or ""}
    try:
        raw, said = _typed(ref), drafts.sent(request.form)
        receipt = cases.submit(runtime(), ref, raw, actor=require_actor(), seen=said.seen, key=key, **signs)
    except BadRequest:
        open_desk(runtime(), ref, require_actor())  # whoever may not know the task is told that there is none
        raise
    except (InvalidSubmission, TooManyTries, StaleCase) as refused:
        return _not_sent(open_desk(runtime(), ref, require_actor()).knowing(runtime(), raw), raw, said, refused)
    return redirect(f"/submissions/{receipt.event}/confirmation", 303)


def _typed(ref: str) -> dict[str, Any]:
    """What was typed for a task. The case is not drawn up: the verb does that once more, and judges who may."""
    rt = runtime()
    with rt.db.read() as db:
        row = history.form_of(db, ref)
        form = rt.library.workflow(db, row.digest).forms[row.form] if row is not None and row.form else None
    return _posted(ref)[1] if row is None or form is None else decode(row.digest, form, request.form)


def _not_sent(
    desk: Desk, raw: Mapping[str, Any], said: Sent, refused: InvalidSubmission | TooManyTries | StaleCase
) -> Response | tuple[Any, ...]:
    """The page that says why a form was not sent, with all that was typed."""
    if isinstance(refused, InvalidSubmission):
        if refused.errors.keys() <= set(desk.signatures(raw)):
            return filling.check(desk, raw, next(iter(refused.errors.values()))), status_of(refused)
        return filling.page(desk, raw, refused.errors), status_of(refused)
    if isinstance(refused, TooManyTries):
        return filling.check(desk, raw, refused.message), status_of(refused), {"Retry-After": str(refused.seconds)}
    return _changed(desk, raw, said, refused)


def _posted(ref: str) -> tuple[Desk, dict[str, Any]]:
    """The task and what was typed for it."""
    desk = open_desk(runtime(), ref, require_actor())
    if desk.row.form is None:
        raise NotFound(Message("submission.no_such_task"))
    raw = decode(desk.found.digest, desk.form, request.form)
    return desk.knowing(runtime(), raw), raw


def _name(text: str | None) -> str:
    """The name of what a device kept; "" for anything else."""
    return text if text and NAME.fullmatch(text) else ""


def _ask(saving: Saving, raw: Mapping[str, Any], said: Sent) -> tuple[str, int]:
    """Two sides changed the same: both versions, and nothing is written before somebody has chosen."""
    return filling.choose(saving, raw, said, living=is_fragment()), 409


def _changed(desk: Desk, raw: Mapping[str, Any], said: Sent, stale: StaleCase) -> Response | tuple[str, int]:
    """The draft changed after somebody checked it: what he was about to send has to be read again."""
    try:
        saving = drafts.keep(desk, raw, said)
    except (StaleCase, Refused):
        return _over(desk, raw, stale)
    if saving.merged.open:
        return _ask(saving, raw, said)
    flash(" ".join(filter(None, [filling.joined_words(saving), t("keeping.check_again")])), "warn")
    return redirect(f"/tasks/{desk.ref}/check", 303)


def _over(desk: Desk, raw: Mapping[str, Any], over: StaleCase | Refused) -> tuple[str, int]:
    """The task is done or the case has moved on: every word that was typed, and what happened meanwhile."""
    if is_fragment():
        return render_template("portal/over_fragment.html", desk=desk), GONE
    return filling.gone(desk, raw), status_of(over)


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
