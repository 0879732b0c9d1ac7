"""See a draft's form as a role in a state, at phone width too, with made-up answers or those of a real case."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from engine.web import designing, looking
from engine.web.actor import permit

pages = Blueprint("admin_design_look", __name__, url_prefix="/admin/designs")


@pages.get("/<ref>/forms/<form>/look")
@permit("admin")
def show(ref: str, form: str) -> str:
    """The form as the address asks for it."""
    bench = designing.open_bench(ref)
    return render_template(
        "backoffice/designs/forms/look.html",
        bench=bench,
        base=f"{bench.root}/forms/{form}",
        look=looking.look(bench, form, request.args),
        phone=request.args.get("width") == "phone",
    )
