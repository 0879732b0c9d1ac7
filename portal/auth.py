"""Signing in and out, one's own password, one's own sessions. Thin: decode, one verb, redirect or render.

No answer tells whether a name is known. What guards the passwords stands in engine.accounts.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, session
from werkzeug.wrappers import Response

from engine import accounts, demo, sessions
from engine.core.errors import InvalidSubmission, SignInRefused, TooManyTries
from engine.core.messages import Message
from engine.web import device
from engine.web.actor import cookie_name, current, forget, permit, remember, require_actor
from engine.web.context import HOME, PASSWORD, SESSIONS, SIGN_IN, runtime, site
from engine.web.errors import answered
from engine.web.language import language, t, translate
from engine.web.paths import safe_path
from engine.web.security import form_token
from portal import resuming
from portal.agents import describe
from portal.entering import end_this_session, let_in

pages = Blueprint("auth", __name__)
EMPTY = "accounts.password.empty"
WHOLE = ""  # an error of the form, not of one field
# What the verb calls them, and what the form does: a page that hands back what was sent leaves out `password`s.
PASSWORDS = {"old": "old_password", "new": "new_password", "again": "again_password"}


@pages.get(SIGN_IN)
@permit("public")
def sign_in_form() -> str | Response:
    """The form; whoever is signed in goes on to where he wanted."""
    following = safe_path(request.args.get("next"))
    if current() is not None:
        return redirect(following, 303)
    return _sign_in_page(following)


@pages.post(SIGN_IN)
@permit("public")
def sign_in() -> Response | tuple[str, int]:
    """Open a session in this browser, in place of the one that it may have had."""
    following = safe_path(request.form.get("next"))
    name, password = request.form.get("name", ""), request.form.get("password", "")
    carried = request.form.get("carried", "")
    missing = _missing({"name": (name.strip(), "accounts.sign_in.name_empty"), "password": (password, EMPTY)})
    if missing:
        return _sign_in_page(following, name, missing, carried), 422
    try:
        opened = accounts.sign_in(
            runtime(), name, password, address=request.remote_addr or "", agent=request.user_agent.string
        )
    except (SignInRefused, TooManyTries) as refused:
        return answered(_sign_in_page(following, name, {WHOLE: refused.message}, carried), refused)
    return let_in(opened, following, carried)


def _sign_in_page(
    following: str, name: str = "", errors: Mapping[str, Message] | None = None, carried: str = ""
) -> str:
    examples = demo.accounts(runtime()) if demo.is_loaded(runtime()) else ()
    return resuming.page(
        carried,
        following,
        name,
        _worded(errors),
        examples=[(who.name, who.sign_in, who.part_en if language() == "en" else who.part_id) for who in examples],
        example_password=demo.PASSWORD,
    )


@pages.post("/sign-out")
@permit("public")
def sign_out() -> Response:
    """End this browser's session, also one that has ended already."""
    end_this_session()
    flash(t("accounts.sign_in.again"), "good")
    answer = redirect(SIGN_IN, 303)
    forget(answer)
    return answer


@pages.get(PASSWORD)
@permit("signed_in")
def password_form() -> str:
    """The form for a new password."""
    return _password_page()


@pages.post(PASSWORD)
@permit("signed_in")
def change_password() -> Response | tuple[str, int]:
    """Change one's own password; this browser gets a new session, all others end."""
    old, new, again = (request.form.get(name, "") for name in PASSWORDS.values())
    missing = _missing({"old": (old, EMPTY), "new": (new, EMPTY)})
    if new and new != again:
        missing["again"] = Message("accounts.password.different")
    if missing:
        return _password_page(missing), 422
    try:
        token = request.cookies.get(cookie_name(), "")
        opened = accounts.change_password(runtime(), actor=require_actor(), old=old, new=new, token=token)
    except InvalidSubmission as refused:
        return answered(_password_page(refused.errors), refused)
    except TooManyTries as refused:
        return answered(_password_page({"old": refused.message}), refused)
    session.clear()
    flash(t("accounts.change.done"), "good")
    answer = redirect(HOME, 303)
    remember(answer, opened.token)
    return answer


def _password_page(errors: Mapping[str, Message] | None = None) -> str:
    named = {PASSWORDS[field]: message for field, message in (errors or {}).items()}
    return render_template("portal/password.html", errors=_worded(named), me=current())


@pages.get("/session")
@permit("signed_in")
def this_session() -> dict[str, str]:
    """Whose session this is, and the token of its forms: a page that outlived its session asks for both."""
    return {"owner": device.tag(require_actor().ref), "csrf": form_token()}


@pages.get("/signed-in")
@permit("signed_in")
def signed_in() -> str:
    """Where signing in beside an open form leads to: back to the form's tab."""
    return render_template("portal/signed_in.html")


@pages.get(SESSIONS)
@permit("signed_in")
def list_sessions() -> str:
    """The browsers that are signed in to one's account; whether this one may keep text that is not sent yet."""
    me = current()
    found = sessions.sessions(runtime(), actor=require_actor())
    rows = [(one, describe(one.agent), me is not None and one.ref == me.session) for one in found]
    return render_template(
        "portal/sessions.html",
        rows=rows,
        keeps=device.keeps(),
        may_keep=site().settings.keep_on_device,
        owner=device.tag(require_actor().ref),
    )


@pages.post(f"{SESSIONS}/device")
@permit("signed_in")
def switch_device() -> Response:
    """Let this browser keep text that is not sent yet, or not."""
    on = request.form.get("keep") == "on"
    flash(t("keeping.device.on" if on else "keeping.device.off"), "good")
    answer = redirect(SESSIONS, 303)
    device.switch(answer, on)
    return answer


@pages.post(f"{SESSIONS}/<ref>/end")
@permit("signed_in")
def end_session(ref: str) -> Response:
    """End one of one's own sessions."""
    sessions.revoke_session(runtime(), actor=require_actor(), session_ref=ref)
    flash(t("accounts.sessions.revoked"), "good")
    return redirect(SESSIONS, 303)


@pages.post(f"{SESSIONS}/end-others")
@permit("signed_in")
def end_other_sessions() -> Response:
    """End all of one's own sessions but this one."""
    sessions.revoke_all(runtime(), actor=require_actor(), but=request.cookies.get(cookie_name()))
    flash(t("accounts.sessions.revoked"), "good")
    return redirect(SESSIONS, 303)


def _missing(values: Mapping[str, tuple[str, str]]) -> dict[str, Message]:
    return {field: Message(key) for field, (value, key) in values.items() if not value}


def _worded(errors: Mapping[str, Message] | None) -> dict[str, str]:
    return {field: translate(message) for field, message in (errors or {}).items()}
