"""Reading a version: what it changes against another one, and its procedure book on a page and as PDF. Reads only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from admin import words
from engine import comparisons, procedures
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.store.queries import definition_cases, definitions
from engine.web import booklet
from engine.web.actor import permit
from engine.web.context import runtime

if TYPE_CHECKING:
    from engine.procedures import Edition

pages = Blueprint("admin_definition_reading", __name__, url_prefix="/admin/definitions")


@pages.get("/<ref>/compare")
@permit("admin", "auditor")
def compare(ref: str) -> str:
    """What a version changes, as sentences and side by side."""
    rt = runtime()
    with rt.db.read() as db:
        row = _version(db, ref)
        comparison = comparisons.of_version(rt, db, row, request.args.get("with", ""))
        name = words.text(json.loads(definition_cases.body(db, ref) or "{}").get("name"))
    found = comparison.found if comparison else ()
    return render_template(
        "backoffice/definitions/compare.html",
        row=row,
        name=name,
        comparison=comparison,
        groups=booklet.groups(found),
        counts=booklet.counts(found),
        unfolded=request.args.get("open") == "all",
    )


@pages.get("/<ref>/book")
@permit("admin", "auditor")
def book(ref: str) -> str:
    """The whole procedure in plain words."""
    row, edition = _edition(ref)
    return render_template(
        "backoffice/definitions/book.html",
        row=row,
        edition=edition,
        edition_title=booklet.title(edition),
        in_force=procedures.in_force(edition),
    )


@pages.get("/<ref>/book.pdf")
@permit("admin", "auditor")
def book_file(ref: str) -> Response:
    """The same on paper."""
    row, edition = _edition(ref)
    # The host is one of those we answer to: security.py has refused every other one.
    return booklet.pdf(edition, f"{request.host_url}admin/definitions/{ref}/book", f"{row.key}-{row.number}")


def _edition(ref: str) -> tuple[Any, Edition]:
    rt = runtime()
    with rt.db.read() as db:
        row = _version(db, ref)
        return row, procedures.of_digest(rt, db, row.digest)


def _version(db: Connection, ref: str) -> Any:
    row = definitions.version(db, ref)
    if row is None:
        raise NotFound(Message("definition.not_found"))
    return row
