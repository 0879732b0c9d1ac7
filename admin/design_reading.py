"""Reading a design: what it changes against a version, and its procedure book on a page and as PDF. Reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from engine import comparisons, procedures
from engine.core.times import to_datetime
from engine.web import booklet, designing
from engine.web.actor import permit
from engine.web.context import runtime

if TYPE_CHECKING:
    from engine.procedures import Edition
    from engine.web.designing import Bench

pages = Blueprint("admin_design_reading", __name__, url_prefix="/admin/designs")


@pages.get("/<ref>/compare")
@permit("admin")
def compare(ref: str) -> str:
    """What the draft changes, as sentences and side by side."""
    rt, bench = runtime(), designing.open_bench(ref)
    with rt.db.read() as db:
        comparison = comparisons.of_design(
            rt, db, bench.row, bench.document, request.args.get("with", ""), bench.codelists
        )
    found = comparison.found if comparison else ()
    return render_template(
        "backoffice/designs/compare.html",
        bench=bench,
        comparison=comparison,
        groups=booklet.groups(found),
        counts=booklet.counts(found),
        unfolded=request.args.get("open") == "all",
    )


@pages.get("/<ref>/book")
@permit("admin")
def book(ref: str) -> str:
    """The procedure of the draft in plain words, as far as it goes."""
    bench = designing.open_bench(ref)
    return render_template("backoffice/designs/book.html", bench=bench, edition=_edition(bench))


@pages.get("/<ref>/book.pdf")
@permit("admin")
def book_file(ref: str) -> Response:
    """The same on paper."""
    bench = designing.open_bench(ref)
    return booklet.pdf(_edition(bench), f"{request.host_url}admin/designs/{ref}/book", str(bench.row.key))


def _edition(bench: Bench) -> Edition:
    rt = runtime()
    with rt.db.read() as db:
        return procedures.of_draft(rt, db, bench.document, to_datetime(bench.row.changed_at), bench.codelists)
