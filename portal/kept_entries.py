"""Entries that a device kept while the network was down: what its pages need for that, and where it sends them.

Thin: decode, the one verb that adds an entry, an answer for a script. How a device keeps them: static/js/entries.js.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, jsonify, request

from engine import entry_rights, registers
from engine.core.errors import EngineError, InvalidSubmission
from engine.core.messages import Message
from engine.web import device, labels, reading
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.errors import status_of
from engine.web.forms import decode
from engine.web.language import t, translate

if TYPE_CHECKING:
    from engine.core.register import Register

pages = Blueprint("kept_entries", __name__)
REFUSED, TOO_MANY = 422, 429


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the pages of registers tell a device: whose entries it keeps, and the key that opens them."""

    owner: str
    key: str


def keeping() -> Keeping | None:
    """The same for whoever is signed in; None where this device keeps nothing."""
    ref = require_actor().ref
    return Keeping(device.tag(ref), device.key(ref)) if device.keeps() else None


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
        added = registers.add_entry(runtime(), key, about, day, raw, actor=actor, key=request.form.get("key", ""))
    except InvalidSubmission as invalid:
        return jsonify(reasons=list(_reasons(register, invalid))), REFUSED
    except EngineError as refused:
        status = status_of(refused)
        return jsonify(reasons=[translate(refused.message)]), status if status == TOO_MANY or status >= 500 else REFUSED
    if request.form.get("_page"):
        flash(t("register.added", day=day), "good")
    return jsonify(ref=added.ref), 201


def _reasons(register: Register | None, invalid: InvalidSubmission) -> Iterator[str]:
    """What is wrong, each with the question that it is about."""
    questions = {each.key: each for each in register.form.questions} if register is not None else {}
    for path, message in invalid.errors.items():
        question = questions.get(path.partition(".")[0])
        said = translate(message)
        yield f"{translate(labels.label(question.spec))}: {said}" if question is not None else said
