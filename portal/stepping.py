"""The door before acts that weigh much: asks once more who it is, and then lets the very same request through.

The page carries what was sent as hidden fields and sends it to the same address again, with the password: nothing is
stored, and nothing is done twice. Views say of themselves that they ask (`engine.web.actor.confirmed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask, after_this_request, current_app, render_template, request
from werkzeug.wrappers import Response

from engine import stepup
from engine.core.errors import InvalidSubmission, TooManyTries
from engine.core.messages import Message
from engine.factors import passkeys
from engine.web.actor import SignedIn, asks_for, cookie_name, current, enter, give, own_token
from engine.web.context import now, runtime
from engine.web.errors import NOT_CARRIED, status_of
from engine.web.language import translate
from engine.web.security import SAFE
from portal.origin import origin

if TYPE_CHECKING:
    from engine.sessions import NewSession

PASSWORD, CODE, KEY = "confirm_password", "confirm_code", "credential"
FIELDS = {"password": PASSWORD, "code": CODE, "key": ""}
FORBIDDEN = 403


def add_stepping(app: Flask) -> None:
    """Ask before each view that declares it; after the door that asks for its permission."""
    app.before_request(_ask)


def _ask() -> Any:
    what = asks_for(current_app.view_functions.get(request.endpoint or ""))
    me = current()
    if not what or me is None or request.method in SAFE or stepup.is_recent(me.confirmed_at, now()):
        return None
    if PASSWORD not in request.form and not request.form.get(KEY):
        return _page(what, me, {}), FORBIDDEN
    try:
        opened = _confirmed(me)
    except InvalidSubmission as wrong:
        named = {FIELDS[field]: message for field, message in wrong.errors.items()}
        return _page(what, me, named), status_of(wrong)
    except TooManyTries as slow:
        return _page(what, me, {"": slow.message}), status_of(slow), {"Retry-After": str(slow.seconds)}
    return _let_through(opened)


def _confirmed(me: SignedIn) -> NewSession:
    token = request.cookies.get(cookie_name(), "")
    at = origin()
    if at is not None and request.form.get(KEY):
        given = {"session": me.session, "answer": request.form[KEY], "origin": at}
        return stepup.confirm_by_key(runtime(), actor=me.actor, token=token, **given)
    typed = {"password": request.form.get(PASSWORD, ""), "code": request.form.get(CODE, "")}
    return stepup.confirm(runtime(), actor=me.actor, token=token, address=request.remote_addr or "", **typed)


def _let_through(opened: NewSession) -> None:
    """Go on to the view in the new session; the browser gets it with the view's answer."""
    enter(opened.token)

    @after_this_request
    def hand_over(answer: Response) -> Response:
        give(answer, own_token())  # the view may have raised the session once more
        return answer


def _page(what: str, me: SignedIn, errors: Mapping[str, Message]) -> str:
    proofs, at = stepup.proofs(runtime(), me.actor), origin()
    options = ""
    if proofs.passkey and at is not None:
        options = passkeys.request(runtime(), origin=at, actor=me.actor, session=me.session)
    kept = [(name, value) for name, value in request.form.items(multi=True) if not NOT_CARRIED.fullmatch(name)]
    worded = {name: translate(message) for name, message in errors.items()}
    return render_template(
        "portal/confirm.html",
        what=what,
        me=me,
        proofs=proofs,
        options=options,
        kept=kept,
        errors=worded,
        provider=_provider(),
    )


def _provider() -> str:
    found = runtime().access.provider
    return found.name if found else ""
