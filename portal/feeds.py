"""The calendar of my deadlines: its secret address, and what a calendar program reads there."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from engine import feeds
from engine.core import calendar, icalendar
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.core.times import to_datetime
from engine.web import notice_letters
from engine.web.actor import permit, require_actor
from engine.web.context import runtime, site
from engine.web.language import t

pages = Blueprint("feeds", __name__)
LONGEST = 200  # characters of a secret that anybody asks with


@pages.post("/notices/calendar")
@permit("signed_in")
def make() -> Response:
    """A new address, shown once."""
    token = feeds.make(runtime(), actor=require_actor())
    where = runtime().access.public_url or request.host_url.rstrip("/")
    page = render_template("portal/calendar_feed.html", address=f"{where}/calendar/{token}.ics")
    return Response(page, mimetype="text/html", headers={"Cache-Control": "no-store"})


@pages.post("/notices/calendar/end")
@permit("signed_in")
def end() -> Answer:
    """Take it away."""
    feeds.drop(runtime(), actor=require_actor())
    flash(t("notices.calendar.ended"), "good")
    return redirect("/notices/choices", 303)


@pages.get("/calendar/<token>.ics")
@permit("public")
def show(token: str) -> Answer:
    """The days on which the tasks of its owner end, in his language. Asked by programs, which say what they have."""
    rt, words = runtime(), site().words
    with rt.db.read() as db:
        owner = feeds.owner(db, token) if len(token) <= LONGEST else None
        if owner is None:
            raise NotFound(Message("notices.calendar.not_found"))
        tasks = notice_letters.own_tasks(rt, db, owner.id)
    days = [
        icalendar.Day(
            f"{row.ref}@siklus",
            calendar.last_day(due, notice_letters.zone_of(row)),
            words.say(Message("notices.calendar.task", task=label), owner.language),
            to_datetime(row.opened_at),
        )
        for row, label, due in tasks
        if due is not None
    ]
    name = words.say(Message("notices.calendar.name"), owner.language)
    answer = Response(icalendar.write(name, owner.language, days), mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    answer.add_etag()
    return answer.make_conditional(request)
