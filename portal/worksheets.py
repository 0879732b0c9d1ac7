"""Forms filled in by spreadsheet: download all forms alike, upload, see every change, keep them as drafts.

What is uploaded is compared and shown; nothing is kept before the person agrees, and then only as drafts.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine import cases
from engine.core import machine
from engine.core.case import Actor
from engine.core.errors import BadRequest, EngineError, NotFound
from engine.core.filling import forms, grid
from engine.core.filling import returned as returning
from engine.core.messages import Message, Text
from engine.sheets import reading, writing
from engine.store.queries import worksheets as queries
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.downloads import workbook
from engine.web.language import language, t
from portal.desk import Desk, open_desk

pages = Blueprint("worksheets", __name__)
MOST = 300  # forms in one workbook: some three statements each
LARGEST_PREVIEW = 20_000_000  # bytes of answers between the preview and the saving


class Sheaf(NamedTuple):
    """Forms alike, each of its own case; the first is the one that was asked for. `who` is (name, NIP) of each."""

    desks: tuple[Desk, ...]
    who: dict[str, tuple[str, str]]
    is_cut: bool

    @property
    def first(self) -> Desk:
        return self.desks[0]

    @property
    def title(self) -> Text:
        return self.first.title


class Reviewed(NamedTuple):
    """What came back for one form. `moved_on`: its draft is another than the one the workbook was made from."""

    desk: Desk
    name: str
    changes: tuple[returning.Change, ...]
    raw: dict[str, Any]
    moved_on: bool

    @property
    def taken(self) -> int:
        return sum(each.problem is None for each in self.changes)


@pages.get("/tasks/<ref>/worksheet")
@permit("signed_in")
def show(ref: str) -> str:
    """Where the workbook is downloaded and uploaded."""
    return render_template("portal/worksheet.html", sheaf=_sheaf(ref), limit=MOST, error=None)


@pages.get("/tasks/<ref>/worksheet.xlsx")
@permit("signed_in")
def download(ref: str) -> Response:
    """The workbook of all forms alike."""
    sheaf = _sheaf(ref)
    lines = [_line(desk, sheaf.who[desk.ref]) for desk in sheaf.desks]
    hidden = frozenset.intersection(*(desk.sight.hidden for desk in sheaf.desks))
    shown = [each for each in grid.columns(sheaf.first.form) if each.path.partition(".")[0] not in hidden]
    body = writing.write(shown, lines, _words())
    name = f"{sheaf.first.form.key}-{sheaf.first.found.cycle_ref[:8].lower()}.xlsx"
    return workbook(body, name)


@pages.post("/tasks/<ref>/worksheet")
@permit("signed_in")
def review(ref: str) -> str | tuple[str, int]:
    """Compare what was uploaded with what is saved, and show every cell that differs."""
    sheaf = _sheaf(ref)
    uploaded = request.files.get("file")
    try:
        if uploaded is None or not uploaded.filename:
            raise BadRequest(Message("sheet.nothing_chosen"))
        paths = [column.path for column in grid.columns(sheaf.first.form)]
        back = reading.read(uploaded.stream.read(reading.LARGEST + 1), paths)
    except BadRequest as refused:
        return render_template("portal/worksheet.html", sheaf=sheaf, limit=MOST, error=refused.message), 422
    reviewed = tuple(_reviewed(sheaf, back))
    kept = {each.desk.ref: [each.desk.seen, each.raw] for each in reviewed if each.taken}
    return render_template(
        "portal/worksheet_review.html",
        sheaf=sheaf,
        reviewed=reviewed,
        unknown=len(back.keys() - {desk.ref for desk in sheaf.desks}),
        packed=_pack(kept),
    )


@pages.post("/tasks/<ref>/worksheet/drafts")
@permit("signed_in")
def save(ref: str) -> Response:
    """Keep the changes that were agreed to, each form as its draft."""
    rt, actor = runtime(), require_actor()
    _first(ref, actor)
    kept = _unpack(request.form.get("packed", ""))
    names = {row.ref: row.name or "" for row in _alike(ref, actor)}
    chosen = [each for each in request.form.getlist("include") if each in kept and each in names]
    lost = [names[each] for each in chosen if not _saved(rt, each, kept[each], actor)]
    if len(chosen) > len(lost):
        flash(t("sheet.saved", count=len(chosen) - len(lost)), "good")
    if lost:
        flash(t("sheet.not_saved", names=", ".join(lost)), "warn")
    return redirect(f"/tasks/{ref}/worksheet" if lost or not chosen else "/", 303)


def _sheaf(ref: str) -> Sheaf:
    """The form of a task and all alike that its holder may fill in now; NotFound, NotAllowed for others."""
    rt, actor = runtime(), require_actor()
    first, rows = _first(ref, actor), _alike(ref, actor)
    others = (open_desk(rt, row.ref, actor) for row in rows[:MOST] if row.ref != ref)
    desks = (first, *(desk for desk in others if _may_fill(desk, actor)))
    who = {row.ref: (row.name or "", row.nip or "") for row in rows}
    who.setdefault(ref, (first.found.subject_name, ""))
    return Sheaf(desks, who, len(rows) > MOST)


def _first(ref: str, actor: Actor) -> Desk:
    """The form that was asked for; raises unless the actor may fill it in now."""
    desk = open_desk(runtime(), ref, actor)
    if desk.row.form is None:
        raise NotFound(Message("submission.no_such_task"))
    machine.fillable(desk.found.workflow, desk.found.view, desk.row.key, actor)
    return desk


def _alike(ref: str, actor: Actor) -> list[Any]:
    with runtime().db.read() as db:
        return queries.alike(db, actor.person_id or 0, ref, MOST + 1)


def _may_fill(desk: Desk, actor: Actor) -> bool:
    return forms.access(desk.found.workflow, desk.found.view, actor).get(desk.form.key) == "edit"


def _named(sheaf: Sheaf) -> Iterator[tuple[Desk, str]]:
    yield from ((desk, sheaf.who[desk.ref][0]) for desk in sheaf.desks)


def _line(desk: Desk, who: tuple[str, str]) -> writing.Line:
    view = desk.view(desk.kept())
    fixed = {each.path for each in grid.leaves(view) if not each.editable}
    return writing.Line(desk.ref, desk.seen, who, grid.cells(view, language()), frozenset(fixed))


def _reviewed(sheaf: Sheaf, back: dict[str, reading.Returning]) -> Iterator[Reviewed]:
    for desk, name in _named(sheaf):
        if desk.ref in back:
            returned = returning.Returned(desk.view(desk.kept()), forms.facts(desk.found.view), language())
            returned.take(back[desk.ref].filled)
            if returned.changes:
                moved_on = back[desk.ref].seen != desk.seen
                yield Reviewed(desk, name, tuple(returned.changes), returned.raw, moved_on)


def _saved(rt: Any, ref: str, kept: list[Any], actor: Actor) -> bool:
    """Whether the draft was saved; not where it has changed, or the task ended, since the preview."""
    seen, raw = kept
    try:
        cases.save_draft(rt, ref, raw, actor=actor, seen=seen)
    except EngineError:
        return False
    return True


def _words() -> writing.Words:
    return writing.Words(
        answers=t("sheet.answers"),
        row=t("sheet.row"),
        guide=t("sheet.guide"),
        who=(t("sheet.name"), t("sheet.nip")),
        guidance=tuple(t(f"sheet.guidance.{each}") for each in ("one", "two", "three", "four")),
        language=language(),
    )


def _pack(kept: dict[str, list[Any]]) -> str:
    return base64.b64encode(zlib.compress(json.dumps(kept).encode(), 6)).decode()


def _unpack(packed: str) -> dict[str, list[Any]]:
    """What the preview handed on: refs of tasks with the version seen and the answers. All of it is checked again."""
    try:
        unpacking = zlib.decompressobj()
        body = unpacking.decompress(base64.b64decode(packed, validate=True), LARGEST_PREVIEW)
        found = json.loads(body) if not unpacking.unconsumed_tail else None
    except (binascii.Error, zlib.error, ValueError, RecursionError) as broken:
        raise BadRequest(Message("sheet.lost")) from broken
    if not isinstance(found, dict) or not all(_is_kept(each) for each in found.values()):
        raise BadRequest(Message("sheet.lost"))
    return found


def _is_kept(one: Any) -> bool:
    return isinstance(one, list) and len(one) == 2 and type(one[0]) is int and isinstance(one[1], dict)
