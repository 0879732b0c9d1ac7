"""What the form of an entry asks while somebody writes it: questions come and go, formulas are worked out.

For static/js/asking.js, with the fragments of a form that is kept (filling.py). Nothing is kept, nothing judged.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from engine import entry_rights
from engine.core.times import to_date
from engine.web import reading
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.forms import decode
from engine.web.language import today
from portal import entry_sheets

if TYPE_CHECKING:
    from engine.core.register import Register

pages = Blueprint("entry_shown", __name__)


@pages.post("/registers/<key>/shown")
@permit("signed_in")
def of_new(key: str) -> str:
    """What a new entry asks now."""
    actor, day = require_actor(), reading.day(request.form.get("day", "")) or today()
    with runtime().db.read() as db:
        found = entry_rights.published(runtime(), db, key)
        about = entry_rights.subject(db, found.register, request.form.get("person") or actor.ref, day)
        entry_rights.require(db, found.register, about, day, "add", actor)
    return _fragments(found.digest, found.register, day)


@pages.post("/registers/entries/<ref>/shown")
@permit("signed_in")
def of_correction(ref: str) -> str:
    """What the correction of an entry asks now."""
    row, register, _ = entry_sheets.to_correct(ref)
    return _fragments(row.definition_digest, register, to_date(row.day))


def _fragments(digest: str, register: Register, day: date) -> str:
    now = entry_sheets.laid_out(register, decode(digest, register.form, request.form), day, {})
    moved = now.shown != request.form.get("shown", "")
    return render_template("portal/section_fragments.html", sheet=now, moved=moved, whole=False)
