"""What a program does with a case: save a draft, send a form, fire a transition. One verb each, the same as the pages.

Sending and firing need an Idempotency-Key: the same one again has one effect, and the same answer.
"""

from __future__ import annotations

from typing import Annotated, Any

from flask import g
from pydantic import Field

from api.caller import Caller
from api.cases import opened
from api.shapes import Asked, Shape
from engine import cases, snapshot

Seen = Annotated[int, Field(ge=0, le=2**53 - 1)]


class Receipt(Shape):
    """Where the case stands after an act, and the event that holds it."""

    case: str
    state: str
    version: int
    event: str


class Saved(Shape):
    """The version of a draft, for the next `seen`."""

    version: int


class Answers(Asked):
    """The answers of a form by field, as the pages take them; `seen`: the version of the task that was read."""

    seen: Seen
    answers: dict[str, Any]


class Move(Asked):
    """A transition, and why; `seen`: the version of the case that was read."""

    transition: Annotated[str, Field(max_length=100)]
    seen: Seen
    reason: Annotated[str, Field(max_length=4000)] | None = None


def save_draft(caller: Caller, ref: str, body: Answers) -> Saved:
    """Keep what is being written for a task, unjudged."""
    _require_within(caller, task=ref)
    return Saved(version=cases.save_draft(caller.rt, ref, body.answers, actor=caller.actor, seen=body.seen))


def submit(caller: Caller, ref: str, body: Answers) -> Receipt:
    """Send a form: its answers are judged, kept for ever, and finish the task."""
    _require_within(caller, task=ref)
    g.answers_at = ("answers",)
    done = cases.submit(caller.rt, ref, body.answers, actor=caller.actor, seen=body.seen, key=caller.once)
    return Receipt(**done.as_document())


def fire(caller: Caller, ref: str, body: Move) -> Receipt:
    """Move a case along a transition."""
    _require_within(caller, case=ref)
    given = {"actor": caller.actor, "seen": body.seen, "key": caller.once, "reason": body.reason}
    return Receipt(**cases.fire(caller.rt, ref, body.transition, **given).as_document())


def _require_within(caller: Caller, *, case: str = "", task: str = "") -> None:
    """NotFound for a case outside the unit of the key. A case changes its unit by an event alone: asked just before."""
    rt, about = caller.rt, (caller.actor, caller.rt.clock())
    with rt.db.read() as db:
        found = snapshot.load_by_task(rt, db, task, *about) if task else snapshot.load(rt, db, case, *about)
    opened(found, caller)
