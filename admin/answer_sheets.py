"""The answers of a cycle as a workbook, form by form. A POST, since each export is written into the trail."""

from __future__ import annotations

from flask import Blueprint, Response, request

from engine import exports
from engine.sheets import writing
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.downloads import workbook
from engine.web.language import language, t, zone

pages = Blueprint("admin_answer_sheets", __name__, url_prefix="/admin/cycles")


@pages.post("/<ref>/answers.xlsx")
@permit("admin", "auditor")
def download(ref: str) -> Response:
    """The last answers to the chosen form, of every case in the reader's scope."""
    form = request.form.get("form", "")
    words = writing.Words(
        answers=t("sheet.answers"),
        row=t("sheet.row"),
        guide=t("sheet.guide"),
        who=tuple(t(f"export.column.{each}") for each in ("name", "nip", "unit", "sent_on", "number")),
        guidance=(t("export.guidance"),),
        language=language(),
    )
    body = exports.answers_of_cycle(runtime(), ref, form, actor=require_actor(), zone=zone(), words=words)
    return workbook(body, f"{form}-{ref[:8]}.xlsx")
