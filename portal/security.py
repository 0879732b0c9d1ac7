"""My account, security: one's second factors, what replaces them, and the way to password and sessions.

Whatever is changed here asks once more who it is (`confirmed`). Showing a factor at signing in: second_factor.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine.access import OFF
from engine.core.errors import EngineError, InvalidSubmission, NotFound, Refused
from engine.core.messages import Message
from engine.factors import authenticator, codes, held, passkeys
from engine.signin import ENROLMENT
from engine.web.actor import SignedIn, confirmed, current, enter, give, own_token, permit, require_actor
from engine.web.context import HOME, SECURITY, runtime, site
from engine.web.errors import status_of
from engine.web.language import t, translate
from portal.origin import origin

if TYPE_CHECKING:
    from engine.factors.authenticator import Enrolled

pages = Blueprint("security", __name__, url_prefix=SECURITY)


@pages.get("")
@permit("signed_in")
def overview(error: str = "") -> str:
    """All that guards one's account."""
    rt, me, at = runtime(), _me(), origin()
    has = held.held(rt, me.actor.person_id or 0)
    about = {"actor": me.actor, "site_name": site().settings.name}
    options = passkeys.registration(rt, origin=at, **about) if at and _offered() else ""
    must = ENROLMENT in me.missing
    return render_template("portal/security.html", has=has, options=options, must=must, offered=_offered(), error=error)


@pages.get("/authenticator")
@permit("signed_in")
def offer() -> str:
    """The QR code of a fresh secret."""
    _require_offered()
    return _offer_page()


@pages.post("/authenticator")
@permit("signed_in")
@confirmed("factor")
def give_authenticator() -> Any:
    """Take the app into use, once it has made a right code."""
    _require_offered()
    typed = {"token": request.form.get("offer", ""), "typed": request.form.get("code", "")}
    try:
        enrolled = authenticator.give(runtime(), actor=require_actor(), session=own_token(), **typed)
    except InvalidSubmission as wrong:
        return _offer_page(typed["token"], translate(wrong.errors["code"])), status_of(wrong)
    return _enrolled(enrolled, t("factors.authenticator.given"))


def _offer_page(token: str = "", error: str = "") -> str:
    found = authenticator.offer(runtime(), actor=require_actor(), issuer=site().settings.name, token=token)
    return render_template("portal/authenticator.html", offer=found, error=error, must=ENROLMENT in _me().missing)


@pages.route("/authenticator/remove", methods=["GET", "POST"])
@permit("signed_in")
@confirmed("factor")
def remove_authenticator() -> Any:
    """Take the app out of use."""
    has = held.held(runtime(), require_actor().person_id or 0)
    if has.authenticator_since is None:
        raise NotFound(Message("factors.none_such"))
    if request.method == "GET":
        return _removal_page(has, t("factors.authenticator.title"), f"{SECURITY}/authenticator/remove")
    return _removed(held.remove_authenticator(runtime(), actor=require_actor()))


@pages.post("")
@permit("signed_in")
@confirmed("factor")
def register() -> Any:
    """Take the key that the browser has just made into use."""
    _require_offered()
    me, at = _me(), origin()
    sent = {"answer": request.form.get("made", ""), "name": request.form.get("name", "")}
    try:
        if at is None:
            raise Refused(Message("factors.passkey_elsewhere"))
        about = {"actor": me.actor, "token": own_token(), "origin": at}
        enrolled = passkeys.register(runtime(), **about, **sent)
    except InvalidSubmission as wrong:
        return _refused(wrong, wrong.errors[""])
    except Refused as refused:
        return _refused(refused, refused.message)
    return _enrolled(enrolled, t("factors.passkeys.given"))


@pages.route("/passkeys/<ref>/remove", methods=["GET", "POST"])
@permit("signed_in")
@confirmed("factor")
def remove_passkey(ref: str) -> Any:
    """Take one of one's own keys out of use."""
    has = held.held(runtime(), require_actor().person_id or 0)
    found = next((key for key in has.passkeys if key.ref == ref), None)
    if found is None:
        raise NotFound(Message("factors.none_such"))
    if request.method == "GET":
        name = found.name or t("factors.passkeys.unnamed")
        return _removal_page(has, t("factors.passkeys.one", name=name), f"{SECURITY}/passkeys/{ref}/remove")
    return _removed(held.remove_passkey(runtime(), actor=require_actor(), passkey_ref=ref))


@pages.route("/recovery-codes", methods=["GET", "POST"])
@permit("signed_in")
@confirmed("factor")
def recovery_codes() -> Any:
    """Make new recovery codes, and show them this once."""
    has = held.held(runtime(), require_actor().person_id or 0)
    if not has.any:
        return redirect(SECURITY, 303)
    if request.method == "GET":
        return render_template("portal/recovery_codes.html", has=has)
    return _codes_page(codes.remake(runtime(), actor=require_actor()), SECURITY)


def _removal_page(has: held.Held, what: str, action: str) -> str:
    is_last = (has.authenticator_since is not None) + len(has.passkeys) == 1
    return render_template("portal/remove_factor.html", what=what, action=action, is_last=is_last)


def _removed(is_left: bool) -> Response:
    flash(t("factors.removed" if is_left else "factors.removed_last"), "good" if is_left else "warn")
    return redirect(SECURITY, 303)


def _enrolled(enrolled: Enrolled, words: str) -> Any:
    """The recovery codes where this was the first factor, else back; this browser goes on in a new session."""
    was_asked = ENROLMENT in _me().missing
    enter(enrolled.session.token)
    flash(words, "good")
    if enrolled.codes:
        answer = _answer(_codes_page(enrolled.codes, HOME if was_asked else SECURITY))
    else:
        answer = redirect(SECURITY, 303)
    give(answer, enrolled.session.token)
    return answer


def _answer(page: str) -> Response:
    return Response(page, mimetype="text/html")


def _codes_page(shown: tuple[str, ...], following: str) -> str:
    return render_template("portal/recovery_codes_shown.html", codes=shown, following=following)


def _refused(error: EngineError, message: Message) -> tuple[str, int]:
    return overview(translate(message)), status_of(error)


def _me() -> SignedIn:
    require_actor()
    found = current()
    if found is None:
        raise LookupError("somebody acts who is not signed in")
    return found


def _offered() -> bool:
    return runtime().access.second_factor != OFF


def _require_offered() -> None:
    if not _offered():
        raise NotFound(Message("error.http.404"))
