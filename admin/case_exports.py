"""The list of cases as a workbook: asked for here, made by a job. Thin: one verb."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Blueprint, current_app, request

from admin import bulk_choice, listing, saved_lists
from admin.sent import Answer, done
from engine import case_exports
from engine.core.case import CANCELLED
from engine.store.queries import case_filters
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import language, t, zone

pages = Blueprint("admin_case_exports", __name__, url_prefix="/admin/cases")


@pages.post("/export")
@permit("admin")
def export() -> Answer:
    """Ask for the list as it is narrowed now, with the columns that it shows; go on to the job."""
    view = current_app.config[bulk_choice.CASES]
    args = dict(parse_qsl(request.form.get("query", "")))
    with view.session.reading():
        listing.judge(view, args)
        results = view.result_columns(args.get("cycle", ""))
    columns = ("subject", *(saved_lists.columns(args) if args.get("cols") else saved_lists.COLUMNS), "ref")
    titles: dict[str, str] = {}
    for name in columns:  # of one cycle each result has columns of its own
        titles |= results if name == "results" and results else {name: view.column_title(name)}
    words = case_exports.Words(
        sheet=t("admin.menu.cases"),
        titles=titles,
        cancelled=t(f"status.{CANCELLED}"),
        by_hand=t("admin.case.by_hand"),
        language=language(),
        zone=zone(),
    )
    asked = {name: value for name, value in args.items() if name == "q" or name in case_filters.CONDITIONS}
    ref = case_exports.ask(runtime(), actor=require_actor(), asked=asked, words=words)
    return done(f"/admin/jobs/{ref}", t("exports.asked"))
