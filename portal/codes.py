"""Setting one's own password with a code, and asking for one by e-mail. Thin: decode, one verb, redirect or render.

No answer tells whether a name is known: engine.activation sees to that.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine import activation
from engine.core.errors import InvalidSubmission, SignInRefused, TooManyTries
from engine.core.messages import Message
from engine.web.actor import permit
from engine.web.context import ACTIVATE, FORGOTTEN, HOME, runtime
from engine.web.errors import answered
from engine.web.language import t, translate
from engine.web.posting import letters
from portal.entering import let_in

pages = Blueprint("codes", __name__)
WHOLE = ""  # an error of the form, not of one field
# A page that hands back what was sent leaves these names out (engine.web.errors).
CODE, NEW, AGAIN = "check_code", "new_password", "again_password"


@pages.get(ACTIVATE)
@permit("public")
def activate_form() -> str:
    """The form for a code and a new password."""
    return _activate_page("", {})


@pages.post(ACTIVATE)
@permit("public")
def activate() -> Response | tuple[str, int]:
    """Set the password and sign in."""
    name, code, new = (request.form.get(field, "") for field in ("name", CODE, NEW))
    wrong = _empty({"name": (name, "accounts.sign_in.name_empty"), CODE: (code, "accounts.activate.code_empty")})
    wrong |= _empty({NEW: (new, "accounts.password.empty")})
    if new and new != request.form.get(AGAIN, ""):
        wrong[AGAIN] = Message("accounts.password.different")
    if wrong:
        return _activate_page(name, wrong), 422
    try:
        opened = activation.activate(
            runtime(), name=name, code=code, new=new, address=_address(), agent=request.user_agent.string
        )
    except InvalidSubmission as refused:
        return answered(_activate_page(name, {NEW: refused.errors["new"]}, code), refused)
    except (SignInRefused, TooManyTries) as refused:
        return answered(_activate_page(name, {WHOLE: refused.message}), refused)
    answer = let_in(opened, HOME)
    flash(t("accounts.activate.done"), "good")
    return answer


@pages.get(FORGOTTEN)
@permit("public")
def forgotten_form() -> str:
    """The form for asking; who to ask where no mail is sent."""
    return _forgotten_page("", {})


@pages.post(FORGOTTEN)
@permit("public")
def forgotten() -> Response | tuple[str, int]:
    """Ask for a code; the answer is the same whoever it is."""
    name = request.form.get("name", "")
    wrong = _empty({"name": (name, "accounts.sign_in.name_empty")})
    if wrong or runtime().mail is None:
        return _forgotten_page(name, wrong), 422
    try:
        activation.ask(runtime(), name=name, letters=letters(), address=_address())
    except TooManyTries as refused:
        return answered(_forgotten_page(name, {WHOLE: refused.message}), refused)
    flash(t("accounts.forgotten.sent"), "good")
    return redirect(ACTIVATE, 303)


def _activate_page(name: str, errors: Mapping[str, Message], code: str = "") -> str:
    return render_template("portal/activate.html", name=name, code=code, errors=_worded(errors))


def _forgotten_page(name: str, errors: Mapping[str, Message]) -> str:
    mails = runtime().mail is not None
    return render_template("portal/forgotten.html", name=name, mails=mails, errors=_worded(errors))


def _empty(values: Mapping[str, tuple[str, str]]) -> dict[str, Message]:
    return {field: Message(key) for field, (value, key) in values.items() if not value.strip()}


def _worded(errors: Mapping[str, Message]) -> dict[str, str]:
    return {field: translate(message) for field, message in errors.items()}


def _address() -> str:
    return request.remote_addr or ""
