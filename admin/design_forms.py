"""The form builder of a design: the list of its forms, one form on its canvas, and what the buttons of both do.

Thin: what is shown is engine/web/building.py, what a button does is engine/core/building/, one verb takes all edits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request

from admin import design_answers
from admin.sent import Answer
from engine import designs
from engine.core.building import making, places, shifting, starters
from engine.core.designing import acts
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.web import building, design_kinds, designing
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import language, t, today

if TYPE_CHECKING:
    from engine.core.building.making import Made

pages = Blueprint("admin_design_forms", __name__, url_prefix="/admin/designs")
MOST_WORDS = 300


@pages.get("/<ref>/forms/")
@permit("admin")
def listed(ref: str) -> Answer:
    """The forms of a design; `at` selects one. Of a kind that has exactly one form, that form."""
    bench = designing.open_bench(ref)
    at = request.args.get("at", "")
    rows = tuple(building.rows(bench))
    if bench.kind in design_kinds.ONE_FORM and len(rows) == 1:
        return redirect(f"{bench.root}/forms/{rows[0].key}", 303)
    panel = bench.panel(at) if at in {row.path for row in rows} else None
    return render_template("backoffice/designs/forms/list.html", bench=bench, rows=rows, at=at, panel=panel)


@pages.post("/<ref>/forms/")
@permit("admin")
def act(ref: str) -> Answer:
    """Add, copy or move a form; a new one opens on its canvas."""
    bench = designing.open_bench(ref)
    word = request.form.get("do", "")
    made = _of_list(bench.document, word, request.form.get("at", ""))
    if made is None:
        return redirect(design_answers.next_page(ref), 303)
    if word != "add":
        return design_answers.done(ref, made.edits, made.at)
    designs.edit(runtime(), ref, made.edits, actor=require_actor())
    return redirect(f"{bench.root}/forms/{made.at.partition('.')[2]}", 303)


@pages.get("/<ref>/forms/<form>")
@permit("admin")
def show(ref: str, form: str) -> str:
    """One form on its canvas; `at` selects an element, `width=phone` narrows it."""
    bench = designing.open_bench(ref)
    view = building.view(bench, form, request.args, language(), today())
    return render_template("backoffice/designs/forms/form.html", bench=bench, view=view)


@pages.post("/<ref>/forms/<form>/do")
@permit("admin")
def do(ref: str, form: str) -> Answer:
    """What a button of the builder does; comes back with what it made selected."""
    bench = designing.open_bench(ref)
    if places.form_of(bench.document, f"forms.{form}") is None:
        raise NotFound(Message("design.forms.not_found"))
    at = request.form.get("at", "")
    word = "add" if request.form.get("kind") and request.form.get("do") != "type" else request.form.get("do", "")
    made = _MAKES.get(word, _nothing)(bench.document, form, at)
    if made is None:
        return redirect(design_answers.next_page(ref), 303)
    return design_answers.done(ref, made.edits, made.at)


def _words() -> str:
    return request.form.get("words", "").strip()[:MOST_WORDS]


def _add(document: Mapping[str, Any], form: str, at: str) -> Made | None:
    catalog = runtime().catalog
    names = catalog.names("field")
    kind = request.form.get("kind") or starters.guessed(_words(), names)
    if kind not in names:
        return None
    if request.form.get("into") == building.COLUMNS:
        return making.column(document, at, kind, _words(), language())
    return making.question(document, form, kind, _words(), at, language())


def _section(document: Mapping[str, Any], form: str, at: str) -> Made:
    return making.section(document, form, _words(), at, language())


def _copy(document: Mapping[str, Any], form: str, at: str) -> Made | None:
    return making.again(document, at)


def _up(document: Mapping[str, Any], form: str, at: str) -> Made | None:
    return _told(shifting.shifted(document, at, up=True), "design.forms.is_first")


def _down(document: Mapping[str, Any], form: str, at: str) -> Made | None:
    return _told(shifting.shifted(document, at, up=False), "design.forms.is_last")


def _told(made: Made | None, words: str) -> Made | None:
    if made is None:
        flash(t(words), "info")
    return made


def _move(document: Mapping[str, Any], form: str, at: str) -> Made | None:
    return shifting.moved(document, at, request.form.get("to", ""), request.form.get("before", ""))


def _type(document: Mapping[str, Any], form: str, at: str) -> Made | None:
    entry = runtime().catalog.get("field", request.form.get("kind", ""))
    return making.changed_type(document, at, entry) if entry is not None else None


def _check(document: Mapping[str, Any], form: str, at: str) -> Made:
    return making.check(document, form, _words(), language())


def _prefill(document: Mapping[str, Any], form: str, at: str) -> Made | None:
    field, _, source = request.form.get("pair", "").partition("=")
    return making.first_answer(form, field, source) if field and source else None


def _nothing(document: Mapping[str, Any], form: str, at: str) -> None:
    return None


_MAKES: Mapping[str, Callable[[Mapping[str, Any], str, str], Made | None]] = {
    "add": _add,
    "section": _section,
    "copy": _copy,
    "up": _up,
    "down": _down,
    "move": _move,
    "type": _type,
    "check": _check,
    "prefill": _prefill,
}


def _of_list(document: Mapping[str, Any], word: str, at: str) -> Made | None:
    if word == "add":
        return making.form(document, _words(), language()) if _words() else None
    if places.form_of(document, at) is None or at.count(".") != 1:
        return None
    if word == "copy":
        return making.again(document, at)
    return _moved_form(document, at, up=word == "up") if word in ("up", "down") else None


def _moved_form(document: Mapping[str, Any], at: str, *, up: bool) -> Made | None:
    keys = [form["key"] for form in building.draft_forms(document)]
    place = keys.index(at.partition(".")[2]) + (-1 if up else 1)
    if not 0 <= place < len(keys):
        return None
    before = keys[place] if up else (keys[place + 1] if place + 1 < len(keys) else None)
    return making.Made((acts.Move(at, "forms", before),), at)
