"""Answering the page of the second factor, and signing in by a passkey alone. Thin: one verb, then `let_in`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from engine.core.errors import EngineError, NotSignedIn, SignInRefused, TooManyTries
from engine.core.messages import Message
from engine.factors import passkeys, showing
from engine.web.actor import SignedIn, cookie_name, current, half_signed_in, permit
from engine.web.context import HOME, SECOND_FACTOR, SIGN_IN, runtime
from engine.web.errors import status_of
from engine.web.language import t, translate
from engine.web.paths import safe_path
from portal import factor_page
from portal.entering import let_in
from portal.origin import origin

if TYPE_CHECKING:
    from engine.sessions import NewSession

pages = Blueprint("second_factor", __name__)


@pages.get(SECOND_FACTOR)
@permit("public")
def ask() -> str | Response:
    """The page; whoever has nothing to show here goes where he belongs."""
    following = safe_path(request.args.get("next"))
    if half_signed_in() is not None:
        return factor_page.page(following)
    return redirect(following if current() is not None else SIGN_IN, 303)


@pages.post(SECOND_FACTOR)
@permit("half_signed_in")
def show_code() -> Any:
    """A code of the app, or a recovery code."""
    me, typed = _half(), request.form.get("code", "")
    if not typed.strip():
        return _again(Message("factors.code_empty")), 422
    try:
        shown = showing.show_code(runtime(), actor=me.actor, session=_token(), typed=typed)
    except (SignInRefused, TooManyTries) as refused:
        return _refused(_again(refused.message), refused)
    answer = _in(shown.session)
    if shown.by_recovery:
        flash(t("factors.recovery_used"), "warn")  # after all that was kept of the browser before is forgotten
    return answer


@pages.post(f"{SECOND_FACTOR}/passkey")
@permit("half_signed_in")
def show_passkey() -> Any:
    """What the browser's key has signed."""
    me, at = _half(), _origin()
    try:
        answer = {"answer": request.form.get("credential", ""), "origin": at}
        opened = passkeys.show(runtime(), actor=me.actor, session=me.session, token=_token(), **answer)
    except SignInRefused as refused:
        return _refused(_again(refused.message), refused)
    return _in(opened)


@pages.post(f"{SIGN_IN}/passkey")
@permit("public")
def sign_in() -> Any:
    """Open a session by a passkey, without name and password."""
    agent, answer = request.user_agent.string, request.form.get("credential", "")
    try:
        opened = passkeys.sign_in(runtime(), answer=answer, origin=_origin(), agent=agent)
    except SignInRefused as refused:
        flash(translate(refused.message), "bad")
        return redirect(SIGN_IN, 303)
    return _in(opened)


def _half() -> SignedIn:
    found = half_signed_in()
    if found is None:
        raise NotSignedIn(Message("error.not_signed_in"))
    return found


def _token() -> str:
    return request.cookies.get(cookie_name()) or ""


def _origin() -> str:
    found = origin()
    if found is None:
        raise SignInRefused(Message("factors.passkey_elsewhere"))
    return found


def _again(message: Message) -> str:
    return factor_page.page(safe_path(request.form.get("next")), request.form.get("carried", ""), translate(message))


def _in(opened: NewSession) -> Response:
    return let_in(opened, safe_path(request.form.get("next"), HOME), request.form.get("carried", ""))


def _refused(page: str, error: EngineError) -> Any:
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, TooManyTries) else {}
    return page, status_of(error), headers
