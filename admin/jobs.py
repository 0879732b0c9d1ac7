"""Jobs: the list, one of them, and what has changed of those that still go. Reads only; acts stand in job_acts.py."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from flask import redirect, request
from flask_admin import expose
from sqlalchemy import ColumnElement, false
from werkzeug.wrappers import Response

from admin import words
from admin.listing import Filter, Order
from admin.views import SecureModelView
from engine import mending
from engine.core.case import Actor
from engine.core.messages import message_from_document
from engine.store import tables
from engine.store.queries import event_lists, jobs
from engine.web.actor import require_actor
from engine.web.language import t, translate

STATES = {"queued": "plain", "running": "info", "done": "good", "failed": "bad", "cancelled": "plain"}
LIVE = ("queued", "running")
MOST = 50  # jobs that one page asks after


class Standing(NamedTuple):
    """A job in words. path: the page that shows what came of it; file: the name of what can be downloaded."""

    ref: str
    title: str
    state: str
    tone: str
    who: str
    done: int
    total: int | None
    words: str
    reason: str
    path: str | None
    file: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def live(self) -> bool:
        return self.state in LIVE

    @property
    def waits_for_another_try(self) -> bool:
        return self.live and bool(self.reason)


class JobView(SecureModelView):
    """Pekerjaan."""

    permission: ClassVar[tuple[str, ...]] = ("admin",)
    column_list = ("title", "state", "who", "created_at", "ended_at", "reason")
    orders: Mapping[str, Order] = {
        "newest": Order(lambda: (tables.Job.id,), (int,), lambda row: (row.id,), descending=True),
        "oldest": Order(lambda: (tables.Job.id,), (int,), lambda row: (row.id,)),
    }
    filters = (
        Filter(
            "job_state",
            "select",
            lambda view, state: tables.Job.state == state,
            lambda view: [(state, t(f"jobs.state.{state}")) for state in STATES],
        ),
        Filter("mine", "check", lambda view, value: tables.Job.asked_by == require_actor().person_id),
    )
    list_template = "backoffice/jobs/list.html"
    searched = False

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        return jobs.in_scope(actor) if actor.has("admin") else false()

    def details(self, rows: Sequence[tables.Job]) -> Mapping[int, Standing]:
        asked = sorted({row.asked_by for row in rows if row.asked_by})
        names = {row.id: row.name for row in event_lists.people_of_streams(self.db, [], asked)} if asked else {}
        return {row.id: standing(row, names, require_actor()) for row in rows}

    def cell(self, row: tables.Job, name: str, more: Mapping[int, Standing]) -> str:
        if name in ("created_at", "ended_at"):
            return words.moment(getattr(row, name))
        return t(f"jobs.state.{row.state}") if name == "state" else str(getattr(more[row.id], name))

    @expose("/")
    def index_view(self) -> str:
        """The list, and how many works of the system have given up."""
        found = self.listing()
        given_up = mending.given_up(self.db, require_actor())
        more = self.details(found.page.rows)
        return self.render(self.list_template, listing=found, more=more, given_up=given_up)

    @expose("/now")
    def now_fragment(self) -> Response | str:
        """How the jobs that a page shows stand now, as fragments; the page asks again while one of them goes."""
        if "X-Fragment" not in request.headers:
            return redirect("/admin/jobs/", 303)
        refs = request.args.get("of", "").split(",")[:MOST]
        rows = self.get_query().filter(tables.Job.ref.in_(refs)).all()
        return self.render("backoffice/jobs/now.html", found=self.details(rows).values())

    @expose("/<ref>")
    def job_page(self, ref: str) -> str:
        row = self.get_one(ref)
        return self.render("backoffice/jobs/job.html", job=self.details([row])[row.id])


def standing(row: Any, names: Mapping[int, str], reader: Actor) -> Standing:
    """A job in the reader's words. Its file is shown to who asked, and the system's to whoever may see the job."""
    result = json.loads(row.result) if row.result else {}
    his = row.asked_by in (None, reader.person_id)
    return Standing(
        ref=row.ref,
        title=_said(row.title),
        state=row.state,
        tone=STATES[row.state],
        who=t("admin.system") if row.asked_by is None else names.get(row.asked_by, ""),
        done=row.done,
        total=row.total,
        words=_said(row.words),
        reason=_said(row.reason),
        path=result.get("path"),
        file=result.get("name") if his else None,
        created_at=datetime.fromisoformat(row.created_at),
        started_at=datetime.fromisoformat(row.started_at) if row.started_at else None,
        ended_at=datetime.fromisoformat(row.ended_at) if row.ended_at else None,
    )


def _said(document: str | None) -> str:
    return translate(message_from_document(json.loads(document))) if document else ""
