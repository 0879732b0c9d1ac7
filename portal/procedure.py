"""How the evaluation works: the procedure book of the version that a case runs on, for all who may see the case.

What it says is the same for everybody: who fills, decides and reads what and when is no secret from those it concerns.
No answer and no name of a person stands in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from engine import procedures, snapshot
from engine.web import booklet
from engine.web.actor import permit, require_actor
from engine.web.context import runtime

if TYPE_CHECKING:
    from engine.procedures import Edition

pages = Blueprint("procedure", __name__)


@pages.get("/cases/<ref>/book")
@permit("signed_in")
def show(ref: str) -> str:
    """The book on a page."""
    edition = _edition(ref)[0]
    return render_template(
        "portal/procedure.html",
        ref=ref,
        edition=edition,
        edition_title=booklet.title(edition),
        in_force=procedures.in_force(edition),
    )


@pages.get("/cases/<ref>/book.pdf")
@permit("signed_in")
def file(ref: str) -> Response:
    """The same on paper."""
    edition, key = _edition(ref)
    return booklet.pdf(edition, f"{request.host_url}cases/{ref}/book", f"{key}-{edition.number}")


def _edition(ref: str) -> tuple[Edition, str]:
    """NotFound for strangers, as on the page of the case."""
    rt = runtime()
    with rt.db.read() as db:
        found = snapshot.load(rt, db, ref, require_actor(), rt.clock())
        key = found.workflow.definition.key
        return procedures.of_digest(rt, db, found.digest), key
