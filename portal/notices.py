"""What one was told: the list of notices, and how one wants to hear of things. One verb each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine import notice_wordings, notices, snapshot
from engine.core.errors import BadRequest, NotAllowed, NotFound, Refused
from engine.core.messages import Message
from engine.core.noticing import DEFAULTS, HOWS, TOPICS
from engine.core.times import to_datetime
from engine.store.queries import notices as queries
from engine.web import labels
from engine.web import notices as words
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.errors import status_of
from engine.web.holding import named
from engine.web.language import t
from engine.web.pager import Page, read_cursor
from engine.web.paths import safe_path
from portal.case import new_key

if TYPE_CHECKING:
    from engine.core.definition import NoticeSpec, WorkflowDefinition

pages = Blueprint("notices", __name__)
SIZE = 20
LIST = words.LIST


@pages.get(LIST)
@permit("signed_in")
def show() -> str:
    """My notices, the newest first. Reads only."""
    rt, actor = runtime(), require_actor()
    unread = request.args.get("show") == "unread"
    cursor = read_cursor(request.args, (int,))
    at = cursor.values[0] if cursor else None
    span = {"after" if cursor and cursor.backwards else "before": at}
    with rt.db.read() as db:
        rows = queries.listed(db, actor, unread=unread, limit=SIZE + 1, **span)
        page = Page.of(list(words.lines(rt, db, rows, actor)), SIZE, cursor, lambda line: (line.id,))
    return render_template("portal/notices.html", page=page, unread=unread)


@pages.post("/notices/<ref>/open")
@permit("signed_in")
def open_one(ref: str) -> Response:
    """Mark one as read, and go to what it is about."""
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        row = queries.one(db, actor, ref)
        if row is None:
            raise NotFound(Message("notices.not_found"))
        (line,) = words.lines(rt, db, [row], actor)
    notices.read(rt, ref, actor=actor)
    return redirect(line.path or LIST, 303)


@pages.post("/notices/<ref>/read")
@permit("signed_in")
def read_one(ref: str) -> Response:
    """Mark one as read."""
    notices.read(runtime(), ref, actor=require_actor())
    return redirect(safe_path(request.form.get("next"), LIST), 303)


@pages.post("/notices/read")
@permit("signed_in")
def read_all() -> Response:
    """Mark all as read."""
    count = notices.read_all(runtime(), actor=require_actor())
    flash(t("notices.all_read", count=count), "good")
    return redirect(LIST, 303)


@pages.get("/notices/choices")
@permit("signed_in")
def choices() -> str:
    """How I want to hear of each topic."""
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        chosen = queries.choices(db, [actor.person_id or 0]).get(actor.person_id or 0, {})
        address = queries.address(db, actor.person_id or 0)
        since = queries.feed_since(db, actor.person_id or 0)
    return render_template(
        "portal/notice_choices.html", topics=tuple(TOPICS), chosen={**DEFAULTS, **chosen}, address=address,
        since=to_datetime(since) if since else None,
        options=[(how, t(f"notices.how.{how}"), "") for how in HOWS],
    )  # fmt: skip


@pages.post("/notices/choices")
@permit("signed_in")
def choose() -> Response:
    """Change it."""
    chosen = {topic: request.form.get(topic, "") for topic in TOPICS}
    notices.choose(runtime(), chosen, actor=require_actor())
    flash(t("notices.chosen"), "good")
    return redirect("/notices/choices", 303)


@pages.get("/cases/<ref>/remind")
@permit("signed_in")
def ask_to_remind(ref: str) -> str:
    """Who would be reminded of a case, and a word to go with it. Reads only."""
    return _remind_page(ref)


@pages.post("/cases/<ref>/remind")
@permit("signed_in")
def remind(ref: str) -> Response | tuple[str, int]:
    """Remind whoever has a case now."""
    because, key = request.form.get("because", ""), request.form.get("key", "")
    try:
        count = notices.remind_case(runtime(), ref, actor=require_actor(), because=because, key=key)
    except (Refused, BadRequest) as bad:
        return _remind_page(ref, because, bad.message), status_of(bad)
    flash(t("notices.remind.sent", count=count), "good")
    return redirect(f"/cases/{ref}", 303)


def _remind_page(ref: str, because: str = "", message: Message | None = None) -> str:
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        found = snapshot.load(rt, db, ref, actor, rt.clock())
        notices.require_may_remind(db, found, actor)
    names = {holder.person_id: named(holder) for task in found.view.tasks for holder in task.holders}
    who = [
        (labels.task_label(found.workflow.definition, found.workflow.task(found.view.state, task.key)),
         tuple(names[each] for each in people if each != actor.person_id))
        for task, people in notices.waiting(found)
    ]  # fmt: skip
    return render_template(
        "portal/remind.html", found=found, who=[each for each in who if each[1]], because=because, refused=message,
        limit=notices.LONGEST_BECAUSE, key=new_key(),
    )  # fmt: skip


@pages.get("/cases/<ref>/notices")
@permit("admin", "auditor")
def preview(ref: str) -> str:
    """Who would be told what of a case by its definition, if it happened today. For whoever oversees it. Reads only."""
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        found = snapshot.load(rt, db, ref, actor, rt.clock())
    if not found.oversees:
        raise NotAllowed(Message("error.not_allowed"))
    definition = found.workflow.definition
    told = [
        (when(definition, spec), [(copy, labels.role_label(definition, copy.role), named(copy.person))
                                  for copy in notice_wordings.copies(found, [spec])])
        for spec in definition.notices
    ]  # fmt: skip
    return render_template("portal/notice_preview.html", found=found, told=told)


def when(definition: WorkflowDefinition, spec: NoticeSpec) -> Message:
    """The occasion of a notice, in words."""
    if spec.enters is not None:
        return Message("book.notices.when.enters", what=labels.state_label(definition, spec.enters))
    if spec.transition is not None:
        return Message("book.notices.when.transition", what=labels.transition_label(definition, spec.transition))
    key = spec.task or spec.remind or ""
    task = labels.any_task(definition, key)
    name = labels.task_label(definition, task) if task else labels.readable(key)
    return Message(f"book.notices.when.{'task' if spec.task else 'remind'}", what=name)
