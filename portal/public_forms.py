"""A public form behind its link: shown, sent, thanked for. No session is looked at, no cookie is set, nobody is named.

Nothing here asks who reads, so that nothing can tell it; refusals are said on the page and recorded nowhere. What keeps
robots off is engine.public_tickets and engine.public_entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, g, redirect, render_template, request
from werkzeug.wrappers import Response

from engine import entry_rights, public_entries, public_tickets
from engine.core import codes
from engine.core.errors import EngineError, InvalidSubmission, NotFound, Refused, TooManyTries
from engine.core.filling import fieldtype, formviews
from engine.core.messages import LANGUAGES, Message
from engine.store.queries import public as queries
from engine.web.actor import permit
from engine.web.context import runtime
from engine.web.errors import status_of
from engine.web.forms import decode, sheet
from engine.web.language import language

if TYPE_CHECKING:
    from engine.public_entries import Opened

pages = Blueprint("public_forms", __name__)
# No field of a form begins so: a key begins with a letter.
TICKET, PROOF, TRAP = "_ticket", "_proof", "_website"
LARGEST = 64 * 1024  # bytes of an answer
AGAIN = ("public.lapsed", "public.no_person", "public.too_many")  # what a new ticket mends


def add_public_forms(app: Flask) -> None:
    """A form of nobody's has no session that another site could ride on: its ticket is its secret."""
    app.extensions["csrf"].exempt(pages)


@pages.before_request
def _nobody() -> None:
    """Whoever reads stays unknown, also to the log; the language is that of the address."""
    g.signed_in, g.unseen = None, True
    request.max_content_length = LARGEST
    asked = request.args.get("lang", "")
    g.language = asked if asked in LANGUAGES else next(iter(LANGUAGES))


@pages.after_request
def _unlisted(answer: Response) -> Response:
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@pages.get("/s/<code>")
@permit("public")
def show(code: str) -> str | tuple[str, int]:
    """The form of a link."""
    try:
        return _form_page(code, {})
    except EngineError as refused:
        return _said(refused)


@pages.post("/s/<code>")
@permit("public")
def send(code: str) -> Response | str | tuple[str, int]:
    """Send it; what was typed stays where something is wrong."""
    rt, plain, raw = runtime(), codes.plain_code(code), dict[str, Any]()
    shown = public_tickets.Shown(*(request.form.get(name, "") for name in (TICKET, PROOF, TRAP)))
    try:
        with rt.db.read() as db:
            there = public_entries.opened(rt, db, plain, rt.clock())
        raw = decode(there.found.digest, there.found.register.form, request.form)
        sender = public_entries.Sender(request.remote_addr or "", request.user_agent.string)
        public_entries.answer(rt, plain, raw, shown=shown, sender=sender)
    except InvalidSubmission as invalid:
        return _form_page(code, raw, invalid.errors, shown), status_of(invalid)
    except EngineError as refused:
        return _refused(code, raw, shown, refused)
    return redirect(f"/s/{plain}/thanks?lang={language()}", 303)


@pages.get("/s/<code>/thanks")
@permit("public")
def thanks(code: str) -> str | tuple[str, int]:
    """What is said once an answer has arrived."""
    rt = runtime()
    try:
        with rt.db.read() as db:
            link = queries.link_by_code(db, codes.plain_code(code))
            if link is None:
                raise NotFound(Message("public.no_link"))
            definition = entry_rights.published(rt, db, link.register).register.definition
    except EngineError as refused:
        return _said(refused)
    return render_template("public/thanks.html", definition=definition)


def _refused(code: str, raw: Mapping[str, Any], shown: public_tickets.Shown, refused: EngineError) -> Any:
    """The form once more with the reason; a page of its own where there is no form any more, or nothing to send."""
    key = refused.message.key
    if isinstance(refused, NotFound) or (isinstance(refused, Refused) and key not in AGAIN):
        return _said(refused)
    try:
        page = _form_page(code, raw, {"": refused.message}, None if key in AGAIN else shown)
    except EngineError as other:
        return _said(other)
    answer = Response(page, status_of(refused), mimetype="text/html")
    if isinstance(refused, TooManyTries):
        answer.headers["Retry-After"] = str(refused.seconds)
    return answer


def _said(refused: EngineError) -> tuple[str, int]:
    g.refused = refused.message.key
    return render_template("public/said.html", message=refused.message), status_of(refused)


def _form_page(
    code: str,
    raw: Mapping[str, Any],
    errors: Mapping[str, Message] | None = None,
    shown: public_tickets.Shown | None = None,
) -> str:
    """The form with a fresh ticket, or with the one that came back and is still good."""
    rt, at = runtime(), runtime().clock()
    with rt.db.read() as db:
        there = public_entries.opened(rt, db, codes.plain_code(code), at)
        held = public_tickets.read(rt, shown.ticket) if shown else None
        ticket = held or public_entries.ticket(rt, db, there, at)
    return render_template(
        "public/form.html", there=there, definition=there.found.register.definition, ticket=ticket,
        proof=shown.proof if shown and held else "", sheet=_sheet(there, raw, errors or {}), errors=errors or {},
        names=(TICKET, PROOF, TRAP), slowly=int(public_tickets.SLOWLY.total_seconds()),
    )  # fmt: skip


def _sheet(there: Opened, raw: Mapping[str, Any], errors: Mapping[str, Message]) -> Any:
    facts = fieldtype.FormFacts(there.today, there.today, there.today)
    known = {path: found for path, found in errors.items() if path not in ("", "day")}
    view = formviews.to_fill(
        there.found.register.form, raw, facts, known, as_typed=True, sight=public_entries.seen(there.found.register)
    )
    return sheet(view, language())
