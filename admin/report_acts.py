"""What somebody does with a report: take it as a file, keep it under a name, have it made every week or month.

Thin: one verb each. What is kept is what the reader chose himself: a cycle that he left at the usual one stays usual.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, flash, redirect, request

from admin.reports import ROOT
from admin.sent import Answer, done
from engine import report_files, report_schedules, reports, saved_lists
from engine.core.errors import InvalidSubmission
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import language, t, translate, zone

pages = Blueprint("admin_report_acts", __name__, url_prefix="/admin/reports")


@pages.post("/<report>/file")
@permit("admin")
def file(report: str) -> Answer:
    """Ask for the report as it is narrowed now; go on to the job."""
    ref = report_files.ask(
        runtime(), report, _asked(), actor=require_actor(), format=request.form.get("format", ""),
        language=language(), zone=zone(),
    )  # fmt: skip
    return done(f"/admin/jobs/{ref}", t("exports.asked"))


@pages.post("/<report>/saved")
@permit("admin", "auditor")
def save(report: str) -> Answer:
    """Keep it as it is narrowed now under a name."""
    reports.entry(runtime(), report)
    name, query = request.form.get("name", ""), urlencode(_asked())
    try:
        saved_lists.keep(runtime(), actor=require_actor(), section=section(report), name=name, query=query, usual=False)
    except InvalidSubmission as wrong:
        return _wrong(report, wrong)
    return done(_back(report), t("reports.saved.kept", name=" ".join(name.split())))


@pages.post("/saved/<ref>/forget")
@permit("admin", "auditor")
def forget(ref: str) -> Answer:
    """Forget it."""
    saved_lists.forget(runtime(), ref, actor=require_actor())
    return done(ROOT, t("reports.saved.forgotten"))


@pages.post("/<report>/schedules")
@permit("admin")
def schedule(report: str) -> Answer:
    """Have it made every week or month."""
    form, name = request.form, request.form.get("name", "")
    try:
        report_schedules.keep(
            runtime(), report, urlencode(_asked()), actor=require_actor(), name=name, every=form.get("every", ""),
            format=form.get("format", ""), to=form.getlist("to"), language=language(), zone=zone(),
        )  # fmt: skip
    except InvalidSubmission as wrong:
        return _wrong(report, wrong)
    return done(_back(report), t("reports.schedule.kept", name=" ".join(name.split())))


@pages.post("/schedules/<ref>/end")
@permit("admin")
def end(ref: str) -> Answer:
    """Have it made no more."""
    report_schedules.end(runtime(), ref, actor=require_actor())
    return done(ROOT, t("reports.schedule.ended"))


@pages.post("/schedules/<ref>/leave")
@permit("admin")
def leave(ref: str) -> Answer:
    """Get it no more from whoever has it made."""
    report_schedules.leave(runtime(), ref, actor=require_actor())
    return done(ROOT, t("reports.schedule.left"))


def section(report: str) -> str:
    """Under which a person's saved reports of one kind stand."""
    return f"report:{report}"


def _asked() -> Mapping[str, str]:
    return dict(parse_qsl(request.form.get("query", "")))


def _back(report: str) -> str:
    query = urlencode(_asked())
    return f"{ROOT}{report}?{query}" if query else f"{ROOT}{report}"


def _wrong(report: str, wrong: InvalidSubmission) -> Answer:
    flash(translate(wrong.errors["name"]), "bad")
    return redirect(_back(report), 303)
