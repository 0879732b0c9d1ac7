"""What somebody does with a job: cancel it, try it again, fetch its file. Thin: one verb each."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response

from admin.jobs import standing
from admin.sent import Answer, Sent, done
from engine import jobs, mending
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.store.queries import jobs as queries
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t

pages = Blueprint("admin_job_acts", __name__, url_prefix="/admin/jobs")


@pages.route("/<ref>/cancel", methods=["GET", "POST"])
@permit("admin")
def cancel(ref: str) -> Answer:
    """Look at how far it is, then end it."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    if sent.posted and sent.does(lambda: jobs.cancel(rt, ref, actor=actor)):
        return done(f"/admin/jobs/{ref}", t("jobs.cancelled_now"))
    with rt.db.read() as db:
        row = queries.seen(db, actor, ref)
    if row is None:
        raise NotFound(Message("jobs.not_found"))
    return sent.page("backoffice/jobs/cancel.html", job=standing(row, {}, actor))


@pages.post("/<ref>/again")
@permit("admin")
def again(ref: str) -> Answer:
    """Go on from where it failed."""
    jobs.try_again(runtime(), ref, actor=require_actor())
    return done(f"/admin/jobs/{ref}", t("jobs.queued_again"))


@pages.get("/<ref>/file")
@permit("admin")
def file(ref: str) -> Response:
    """What the job made, as a download."""
    made, body = jobs.file(runtime(), ref, actor=require_actor())
    named = f"attachment; filename*=UTF-8''{quote(made.name)}"
    headers = {"Content-Disposition": named, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(body, mimetype=made.type, headers=headers)


@pages.post("/works/again")
@permit("admin")
def works_again() -> Answer:
    """Give works of the system that have given up all their attempts again."""
    count = mending.revive(runtime(), actor=require_actor())
    return done("/admin/jobs/", t("jobs.works_again", count=count))
