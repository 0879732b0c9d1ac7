"""Questions and choices in bulk, for the form builder: the library of questions, and pasting choices by lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request

from admin.sent import Answer
from engine import designs
from engine.core.building import bulk, copying, items, making, places
from engine.core.designing import spots
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.web import building, designing, lending
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import language

pages = Blueprint("admin_design_library", __name__, url_prefix="/admin/designs")
SHIPPED = "siklus_field_samples"  # the setting that holds the file of samples, one of each type
LONGEST = 200
LONGEST_TEXT = 60_000


@pages.get("/<ref>/forms/<form>/library")
@permit("admin")
def library(ref: str, form: str) -> str:
    """Questions by words and type, to take a copy of; `at`: behind what it comes."""
    bench, _ = _form(ref, form)
    words, kind = request.args.get("q", "").strip()[:LONGEST], request.args.get("kind", "")
    hits, count = lending.found(lending.shelves(bench, form, _samples()), words, kind)
    return render_template(
        "backoffice/designs/forms/library.html",
        bench=bench,
        base=f"{bench.root}/forms/{form}",
        at=request.args.get("at", ""),
        words=words,
        kind=kind,
        kinds=building.types(),
        hits=hits,
        count=count,
    )


@pages.post("/<ref>/forms/<form>/library")
@permit("admin")
def take(ref: str, form: str) -> Answer:
    """Put a copy of a question of the library into the form."""
    bench, written = _form(ref, form)
    listed = lending.shelves(bench, form, _samples())
    hit = lending.taken(listed, request.form.get("shelf", ""), request.form.get("from", ""))
    copy = copying.taken_over(hit.written, "", written)
    made = making.put_in(bench.document, form, copy, making.name_of(hit.written), request.form.get("at", ""))
    designs.edit(runtime(), ref, made.edits, actor=require_actor())
    return redirect(f"{bench.root}/forms/{form}?at={made.at}", 303)


@pages.route("/<ref>/forms/<form>/choices", methods=["GET", "POST"])
@permit("admin")
def choices(ref: str, form: str) -> Answer:
    """Paste choices by lines: look at what they would add, then add them."""
    bench, _ = _form(ref, form)
    at, name = request.values.get("at", ""), request.values.get("name", "")
    asked = places.element(bench.document, at)
    if asked is None or name not in items.LISTS or not at.startswith(f"forms.{form}."):
        raise NotFound(Message("design.forms.not_found"))
    text = request.form.get("lines", "")[:LONGEST_TEXT]
    present = items.items_of(asked, name)
    pasted = (
        bulk.pasted(text, present, counted=items.is_counted(name, present), language=language())
        if request.method == "POST"
        else None
    )
    if pasted is not None and pasted.items and request.form.get("do") == "put":
        made = making.choices(bench.document, at, name, pasted.items)
        if made is not None:
            designs.edit(runtime(), ref, made.edits, actor=require_actor())
            return redirect(f"{bench.root}/forms/{form}?at={at}", 303)
    return render_template(
        "backoffice/designs/forms/choices.html",
        bench=bench,
        base=f"{bench.root}/forms/{form}",
        at=at,
        name=name,
        title=spots.title_of(asked),
        text=text,
        present=len(present),
        pasted=pasted,
    )


def _form(ref: str, form: str) -> tuple[Any, Any]:
    """The design, and one of its forms as it is written."""
    bench = designing.open_bench(ref)
    written = places.form_of(bench.document, f"forms.{form}")
    if written is None:
        raise NotFound(Message("design.forms.not_found"))
    return bench, written


def _samples() -> Path:
    return Path(current_app.config[SHIPPED])
