"""Searching for people and units while a form is filled in: what a combobox asks, and the same as a step of a page.

Only whoever may fill the task now finds anybody, only in its fields, only whom they may name; and not too fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, render_template, request
from werkzeug.wrappers import Response

from engine import named
from engine.core import machine
from engine.core.case import Named
from engine.core.errors import BadRequest, NotFound
from engine.core.messages import Message
from engine.web import reading
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.forms import Control, Search, Sheet
from engine.web.pace import Pace
from portal.desk import Desk, open_desk

if TYPE_CHECKING:
    from engine.core.filling.questions import Question

pages = Blueprint("pickers", __name__)
EXTENSION = "siklus.searches"
KINDS = ("person", "unit")
SEARCHES, WINDOW = 40, timedelta(seconds=20)  # somebody who types fast asks twice a second
LONGEST = 100


@pages.get("/tasks/<ref>/matches")
@permit("signed_in")
def matches(ref: str) -> Response:
    """The options that a combobox shows for what was typed: at most 20."""
    desk = open_desk(runtime(), ref, require_actor())
    found = _find(desk, request.args.get("field", ""), request.args.get("q", ""))
    body = render_template("portal/matches.html", hits=found).strip()
    return Response(body, mimetype="text/html")


def searched(desk: Desk) -> Search | None:
    """What the address of a form page asks to be found: `?find=<name of the field>&q=<text>`."""
    name, text = request.args.get("find", ""), request.args.get("q", "")[:LONGEST]
    return look_for(desk, name, text) if name else None


def look_for(desk: Desk, name: str, text: str) -> Search:
    """A search as a form page shows it; a text that is too short is told beside the field."""
    try:
        return Search(name, text, tuple(_find(desk, name, text)))
    except BadRequest as refused:
        return Search(name, text, refused=refused.message)


def acted(raw: Mapping[str, Any], act: str) -> dict[str, Any]:
    """Raw answers after a button of a picker: `clear:boss`, `clear:targets-0-boss`. What is none changes nothing."""
    word, _, name = act.partition(":")
    key, row, column = _parts(name)
    if word != "clear" or key not in raw:
        return dict(raw)
    if not column:
        return {**raw, key: ""}
    rows = raw[key]
    place = reading.whole(row)
    if not isinstance(rows, list) or place is None or place >= len(rows):
        return dict(raw)
    return {**raw, key: [{**each, column: ""} if at == place else each for at, each in enumerate(rows)]}


def wanted(act: str) -> tuple[str, str] | None:
    """The field and text that a posted form asks to search: by its button, or by Enter in the box (then `do=save`)."""
    word, _, name = act.partition(":")
    if word == "search":
        return name, request.form.get(f"{name}-find", "")[:LONGEST]
    typed = {key: text.strip() for key, text in request.form.items() if key.endswith("-find") and text.strip()}
    fresh = [key for key, text in typed.items() if text != request.form.get(f"{key.removesuffix('-find')}-found", "")]
    return (fresh[0].removesuffix("-find"), typed[fresh[0]][:LONGEST]) if word == "save" and len(fresh) == 1 else None


def asked(desk: Desk) -> Search | None:
    """What a living page asks to be found by a button, should picker.js not have come."""
    act = request.form.get("do", "")
    return look_for(desk, *found) if act.startswith("search:") and (found := wanted(act)) else None


def pressed(sheet: Sheet) -> Control | None:
    """The control whose own button a living page pressed: it is drawn anew."""
    word, _, name = request.form.get("do", "").partition(":")
    return sheet.control(name) if word in ("search", "clear") else None


def address(ref: str, name: str, text: str) -> str:
    """The form page that shows what was found."""
    return f"/tasks/{ref}?{urlencode({'find': name, 'q': text})}#p-{name}"


def _find(desk: Desk, name: str, text: str) -> list[Named]:
    if desk.task is None or desk.row.form is None:
        raise NotFound(Message("submission.no_such_task"))
    machine.fillable(desk.found.workflow, desk.found.view, desk.row.key, desk.actor)
    question = _question(desk, name)
    rt = runtime()
    pace: Pace = current_app.extensions.setdefault(EXTENSION, Pace(SEARCHES, WINDOW))
    pace.spend(desk.actor.ref, rt.clock(), Message("picker.too_many"))
    kind: Any = question.type
    with rt.db.read() as db:
        return named.search(db, desk.found, kind.name, text, reach=kind.within, role=getattr(kind, "role", None))


def _question(desk: Desk, name: str) -> Question:
    """The field, or the column of a table, that a control's name means."""
    key, _, column = _parts(name)
    found = desk.form.questions[key] if key in desk.form.questions.taken else None
    if found is not None and column:
        columns = getattr(found.type, "columns", None)
        found = columns[column] if columns is not None and column in columns.taken else None
    if found is None or found.type.name not in KINDS:
        raise NotFound(Message("picker.field_unknown"))
    return found


def _parts(name: str) -> tuple[str, str, str]:
    """`boss` → key alone; `targets-0-boss` → key, row, column."""
    key, _, rest = name.partition("-")
    row, _, column = rest.partition("-")
    return key, row, column
