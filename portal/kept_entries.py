"""Entries that a device kept while the network was down: what its pages need for that, and where it sends them.

Thin: decode, the one verb that adds an entry, an answer for a script. How a device keeps them: static/js/entries.js.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, flash, jsonify, make_response, render_template, request
from werkzeug.wrappers import Response

from engine import entry_rights, registers
from engine.core.errors import EngineError, InvalidSubmission, KeyReused
from engine.core.filling import fieldtype, formviews, sight
from engine.core.messages import Message
from engine.web import device, labels, reading
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.errors import status_of
from engine.web.forms import decode, sheet
from engine.web.language import language, t, today, translate

if TYPE_CHECKING:
    from engine.core.register import Register

pages = Blueprint("kept_entries", __name__)
REFUSED, TOO_MANY = 422, 429
WORKER = "js/worker.js"


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the pages of registers tell a device: whose entries it keeps, the key to them, the version of our files."""

    owner: str
    key: str
    version: str


def keeping() -> Keeping | None:
    """The same for whoever is signed in; None where this device keeps nothing."""
    ref = require_actor().ref
    return Keeping(device.tag(ref), device.key(ref), _version()) if device.keeps() else None


def _version() -> str:
    """What the addresses of our files begin with; another one after each change of a file."""
    address: str = current_app.jinja_env.globals["asset"](WORKER)
    return address.split("/")[2]


@pages.get("/registers/worker.js")
@permit("public")
def worker() -> Response:
    """The service worker of the pages below /registers/: looked for anew each time, so that a new version comes in."""
    answer: Response = make_response(current_app.view_functions["static"](of=_version(), name=WORKER))
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@pages.get("/registers/<key>/offline")
@permit("signed_in")
def sheet_of(key: str) -> str:
    """The form of a register as a device keeps it for the time without a network.

    It is the same for everybody who may add an entry about himself: no name, no ref, no token, no message stands in it.
    """
    actor, day = require_actor(), today()
    with runtime().db.read() as db:
        register = entry_rights.published(runtime(), db, key).register
        about = entry_rights.subject(db, register, actor.ref, day)
        entry_rights.require(db, register, about, day, "add", actor)
    facts = fieldtype.FormFacts(day, day, day)
    view = formviews.to_fill(register.form, {}, facts, {}, as_typed=True, sight=sight.WHOLE)
    return render_template("portal/entry_offline.html", register=register, sheet=sheet(view, language()))


@pages.post("/registers/<key>/entries")
@permit("signed_in")
def take(key: str) -> tuple[Any, int]:
    """Add an entry for a script: 201, or 422 with reasons for people. An entry of another account is left alone (409).

    The same verb with the same key as the page, so that an entry sent by both comes to be once.
    """
    actor = require_actor()
    if not device.belongs(request.form.get("_owner"), actor.ref):
        return jsonify(other=True), 409
    about, day = request.form.get("person") or actor.ref, reading.day(request.form.get("day", ""))
    register: Register | None = None
    try:
        with runtime().db.read() as db:
            found = entry_rights.published(runtime(), db, key)
        register = found.register
        if day is None:
            raise InvalidSubmission({"day": Message("register.bad_day")})
        raw = decode(found.digest, register.form, request.form)
        given = {"key": request.form.get("key", ""), "cites": request.form.get("cites", "")[:200]}
        added = registers.add_entry(runtime(), key, about, day, raw, actor=actor, **given)
    except InvalidSubmission as invalid:
        return jsonify(reasons=list(_reasons(register, invalid))), REFUSED
    except EngineError as refused:
        status = status_of(refused)
        return jsonify(
            reasons=[translate(message_of(refused))]
        ), status if status == TOO_MANY or status >= 500 else REFUSED
    if request.form.get("_page"):
        flash(t("register.added", day=day), "good")
    return jsonify(ref=added.ref), 201


def message_of(refused: EngineError) -> Message:
    """Why an entry is refused; of one that was mended after it had arrived, what to do with either."""
    return Message("offline.arrived") if isinstance(refused, KeyReused) else refused.message


def _reasons(register: Register | None, invalid: InvalidSubmission) -> Iterator[str]:
    """What is wrong, each with the question that it is about."""
    questions = {each.key: each for each in register.form.questions} if register is not None else {}
    for path, message in invalid.errors.items():
        question = questions.get(path.partition(".")[0])
        said = translate(message)
        yield f"{translate(labels.label(question.spec))}: {said}" if question is not None else said
