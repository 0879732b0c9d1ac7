"""What is drawn on the canvas of a design: a stroke becomes edits and is done like any other form of the designer.

Thin: what a stroke means is core/designing/strokes.py, how it is answered design_answers.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, request

from admin.design_answers import done
from admin.sent import Answer
from engine import designs
from engine.core.designing import draft, spots, strokes
from engine.core.errors import BadRequest, NotFound
from engine.core.messages import LANGUAGES, Message, Text
from engine.store.queries import designs as queries
from engine.web import canvas
from engine.web.actor import permit
from engine.web.context import runtime
from engine.web.language import language, translate

pages = Blueprint("admin_design_strokes", __name__, url_prefix="/admin/designs")
LONGEST = 200
DEFAULTS = ("new_state", "new_move", "new_task")


@pages.post("/<ref>/strokes")
@permit("admin")
def stroke(ref: str) -> Answer:
    """Do a stroke (`do`) at an element (`at`); what it makes or changes is open then."""
    drawn = _draft(ref)
    meant = STROKES.get(request.form.get("do", ""))
    if meant is None:
        raise BadRequest(Message("error.http.400"))
    made = meant(drawn, request.form.get("at", ""))
    return done(ref, made.edits, made.path)


def _draft(ref: str) -> draft.Draft:
    with runtime().db.read() as db:
        row = queries.by_ref(db, ref)
    if row is None:
        raise NotFound(Message("designs.not_found"))
    return designs.draft_of(row)


def _add(drawn: draft.Draft, path: str) -> strokes.Stroke:
    return strokes.add_state(drawn.document, _text("canvas.new_state"), _cell())


def _append(drawn: draft.Draft, path: str) -> strokes.Stroke:
    return strokes.append(drawn.document, _state(path), *map(_text, _keys(DEFAULTS)), _cell())


def _connect(drawn: draft.Draft, path: str) -> strokes.Stroke:
    words = map(_text, _keys(DEFAULTS[1:]))
    return strokes.connect(drawn.document, _state(path), request.form.get("to", ""), *words)


def _copy(drawn: draft.Draft, path: str) -> strokes.Stroke:
    spot = spots.find(drawn.document, path)
    return strokes.copy(drawn.document, path, _text("design.copy_of", name=spots.title_of(spot.node() if spot else {})))


def _rename(drawn: draft.Draft, path: str) -> strokes.Stroke:
    words = " ".join(request.form.get("label", "").split())[:LONGEST]
    if not words:
        raise BadRequest(Message("design.label_needed"))
    unnamed = frozenset(translate(Message(key), spoken) for key in _keys(DEFAULTS) for spoken in LANGUAGES)
    return strokes.rename(drawn.document, path, words, language(), unnamed)


def _move(drawn: draft.Draft, path: str) -> strokes.Stroke:
    cell = _cell()
    if cell is None:
        raise BadRequest(Message("error.http.400"))
    return strokes.move(drawn, _state(path), cell, canvas.standing(drawn))


def _tidy(drawn: draft.Draft, path: str) -> strokes.Stroke:
    return strokes.Stroke(strokes.tidy(drawn).edits, path)


STROKES: Mapping[str, Callable[[draft.Draft, str], strokes.Stroke]] = {
    "add": _add,
    "append": _append,
    "connect": _connect,
    "copy": _copy,
    "rename": _rename,
    "move": _move,
    "tidy": _tidy,
}


def _state(path: str) -> str:
    return path.removeprefix("states.")


def _cell() -> draft.Point | None:
    """The cell that was pointed at, as `column,row`."""
    column, _, row = request.form.get("cell", "").partition(",")
    if not row:
        return None
    try:
        return int(column), int(row)
    except ValueError as error:
        raise BadRequest(Message("error.http.400")) from error


def _keys(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"canvas.{name}" for name in names)


def _text(key: str, **params: Text) -> Text:
    """A text of ours in both languages, as something that its author may change."""
    return Text(*(translate(Message(key, **params), spoken) for spoken in ("id", "en")))
