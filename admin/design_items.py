"""The choices, criteria and levels of a question, and the sums of a table, as they are edited beside the canvas."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request

from admin import design_answers
from admin.sent import Answer
from engine.core.building import items, places
from engine.core.errors import BadRequest, NotFound
from engine.core.messages import Message
from engine.web import designing
from engine.web.actor import permit
from engine.web.language import language

pages = Blueprint("admin_design_items", __name__, url_prefix="/admin/designs")
WORD = re.compile(r"(label|help)-(\d{1,4})-(id|en)")
LONGEST = 2_000


@pages.post("/<ref>/forms/<form>/items")
@permit("admin")
def change(ref: str, form: str) -> Answer:
    """Save the words of a list, and do what its button asks for: up, down, out, add."""
    bench, at = designing.open_bench(ref), request.form.get("at", "")
    if places.element(bench.document, at) is None or not at.startswith(f"forms.{form}."):
        raise NotFound(Message("design.forms.not_found"))
    name = request.form.get("name", "")
    made = items.totals(bench.document, at, _sums()) if name == "totals" else _listed(bench.document, at, name)
    if made is None:
        return redirect(design_answers.next_page(ref), 303)
    return design_answers.done(ref, made.edits)


def _sums() -> dict[str, str]:
    """Column → what its sum must be, as typed."""
    return {key.removeprefix("sum-"): text for key, text in request.form.items() if key.startswith("sum-")}


def _listed(document: Mapping[str, Any], at: str, name: str) -> Any:
    was = _seen()
    found = items.items_of({name: was}, name)
    words = _words()
    found = items.reworded(found, words["label"], words["help"], whole=name == "levels")
    word, _, index = request.form.get("do", "").partition(":")
    if word == "add" and (fresh := request.form.get("fresh", "").strip()[:LONGEST]):
        found = items.added(found, fresh, counted=items.is_counted(name, found), language=language())
    elif word in ("up", "down", "out") and index.isdecimal():
        found = items.stepped(found, word, int(index[:4]))
    return items.put(document, at, name, found, was)


def _seen() -> Any:
    """The list as the page showed it: what somebody else changed meanwhile conflicts, and is not overwritten."""
    try:
        return json.loads(request.form.get("was", "null"))
    except (ValueError, RecursionError) as error:
        raise BadRequest(Message("edits.unreadable")) from error


def _words() -> dict[str, dict[int, dict[str, str]]]:
    found: dict[str, dict[int, dict[str, str]]] = {"label": {}, "help": {}}
    for name, text in request.form.items():
        if part := WORD.fullmatch(name):
            found[part[1]].setdefault(int(part[2]), {})[part[3]] = text.strip()[:LONGEST]
    return found
