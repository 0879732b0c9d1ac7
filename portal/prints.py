"""What can be printed, as PDF; and the open page on which somebody who holds a print checks it. Thin: one verb each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from engine import papers, print_checks, prints
from engine.core.case import Actor
from engine.core.errors import NotFound
from engine.core.messages import Message, Text
from engine.core.printing import wording
from engine.web import labels
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.downloads import saved_as
from engine.web.language import language, translate

if TYPE_CHECKING:
    from engine.print_checks import Checked, Known
    from engine.snapshot import Snapshot

pages = Blueprint("prints", __name__)
LONGEST = 300  # characters of one typed figure


class Printable(NamedTuple):
    """Something that the reader may print; `key` asks for it."""

    title: Text | Message
    key: str


@dataclass(frozen=True, slots=True)
class CheckPage:
    """The page that checks a print. `known` is None for a reference under which nothing was printed."""

    known: Known | None
    checked: Checked | None = None
    typed: str = ""
    read: tuple[str, ...] = field(default=())

    @property
    def tone(self) -> str:
        verdict = self.checked.verdict if self.checked else "right_code"
        return {"genuine": "good", "same_file": "good", "right_code": "plain"}.get(verdict, "bad")


def printable(found: Snapshot, actor: Actor) -> Iterator[Printable]:
    """The prints of a case that the actor may have now, the whole case last."""
    for spec in papers.offered(found, actor):
        yield Printable(labels.label(spec), spec.key)
    yield Printable(Message("print.case"), papers.CASE)


@pages.post("/cases/<ref>/prints")
@permit("signed_in")
def case(ref: str) -> Response:
    """A print of a case. A POST, as the one below: each print is written into the trail."""
    key = request.form.get("key", "")
    made = prints.print_case(runtime(), ref, key, actor=require_actor(), voice=_voice(), place=_place())
    return _file(made)


@pages.post("/submissions/<ref>/prints")
@permit("signed_in")
def submission(ref: str) -> Response:
    """A form that was sent."""
    made = prints.print_submission(runtime(), ref, actor=require_actor(), voice=_voice(), place=_place())
    return _file(made)


@pages.get("/prints/<ref>")
@permit("public")
def look(ref: str) -> tuple[str, int]:
    """Whether such a print was made, and how to compare one's own."""
    return _page(ref)


@pages.post("/prints/<ref>")
@permit("public")
def check(ref: str) -> tuple[str, int]:
    """Compare what somebody reads on his paper with what was printed."""
    known = _known(ref)
    if known is None:
        return _page(ref)
    typed = request.form.get("check_code", "")
    read = tuple(request.form.get(f"figure-{at}", "")[:LONGEST] for at in range(len(known.labels)))
    checked = print_checks.check(runtime(), ref, typed, read, request.remote_addr or "")
    return _page(ref, checked, typed[:LONGEST], read)


@pages.post("/prints/<ref>/file")
@permit("public")
def check_file(ref: str) -> tuple[str, int]:
    """Compare a file with the one that was made."""
    given = request.files.get("file")
    if _known(ref) is None or given is None:
        return _page(ref)
    return _page(ref, print_checks.check_file(runtime(), ref, given.stream.read()))


def _page(ref: str, checked: Checked | None = None, typed: str = "", read: tuple[str, ...] = ()) -> tuple[str, int]:
    known = _known(ref)
    page = CheckPage(known, checked, typed, read)
    return render_template("portal/print_check.html", page=page, ref=ref), 200 if known else 404


def _known(ref: str) -> Known | None:
    try:
        return print_checks.look(runtime(), ref)
    except NotFound:
        return None  # not a denial: anybody may ask


def _voice() -> wording.Voice:
    into = language()
    return wording.Voice(into, lambda message: translate(message, into))


def _place() -> prints.Place:
    # The host is one of those we answer to: security.py has refused every other one.
    return prints.Place(f"{request.host_url}prints/")


def _file(made: prints.Printed) -> Response:
    return saved_as(Response(made.pdf, mimetype="application/pdf"), made.name)
