"""A form that was sent after its session had ended: the text comes back after signing in, to the same account alone.

Nothing is stored: the answer is a page for signing in that carries what was sent, signed and bound to the account whose
page it was. Whoever signs in as somebody else gets nothing of it. A page whose CSRF secret is of an earlier session of
the same person shows what was typed once more, to be saved.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from engine.core.errors import EngineError, NotAllowed, NotFound, NotSignedIn, Refused, StaleCase
from engine.web import device, sealing
from engine.web.actor import current, enter, require_actor
from engine.web.context import HOME, runtime
from engine.web.errors import CSRFError, is_fragment, refuse, refuse_token, status_of
from engine.web.forms import decode
from engine.web.language import t
from engine.web.raw_answers import act_on_rows
from portal import drafts, filling
from portal.desk import open_desk
from portal.ways import other_ways

USE = "resume"
LIFETIME = timedelta(hours=12)
ASIDE = ("csrf_token", "_owner", "key", "password")  # of no use after signing in


def interrupted(error: NotSignedIn | CSRFError) -> Any:
    """Answer a form of a task that came without a session, or with the secret of another."""
    owner = request.form.get("_owner") if request.method == "POST" else None
    if is_fragment() or not owner:
        return refuse_token(error) if isinstance(error, CSRFError) else refuse(error)
    found = current()
    if found is not None and device.belongs(owner, found.actor.ref):
        return _once_more()
    return _sign_in(owner, show=found is None), 401


def _once_more() -> Any:
    """The form with what was typed, unsaved: the page came from an earlier session of the same person."""
    ref = (request.view_args or {}).get("ref", "")
    desk = open_desk(runtime(), ref, require_actor())
    if (elsewhere := desk.elsewhere()) is not None:
        return elsewhere
    raw = act_on_rows(decode(desk.found.digest, desk.form, request.form), request.form.get("do", ""))
    return filling.page(desk.knowing(runtime(), raw), raw, unsaved=drafts.sent(request.form)), 400


def _sign_in(owner: str, *, show: bool) -> str:
    """The page for signing in with what was sent; `show`: also in sight, when nobody else has signed in here."""
    pairs = [(name, value) for name, value in request.form.items(multi=True) if name not in ASIDE]
    ref = (request.view_args or {}).get("ref", "")
    carried = sealing.seal(USE, {"owner": owner, "task": ref, "pairs": pairs, "show": show})
    return page(carried, HOME, "", {})


def page(carried: str, following: str, name: str, errors: dict[str, str], **more: Any) -> str:
    """The page for signing in, with or without something that comes back afterwards."""
    found = sealing.unseal(USE, carried, LIFETIME) if carried else None
    return render_template(
        "portal/sign_in.html",
        following=following,
        name=name,
        errors=errors,
        carried=carried if found else "",
        written=texts(found["pairs"]) if found and found["show"] else [],
        lost=bool(carried) and not found,
        ways=other_ways(),
        **more,
    )


def texts(pairs: list[list[str]]) -> list[str]:
    """What was written, without the names that say nothing to people."""
    return [value for name, value in pairs if name not in (*drafts.ASIDE, "shown", "do") and value.strip()]


def resume(carried: str, token: str, following: str) -> Response:
    """Save what a page carried over its session's end, for whoever signed in with this token if it is his.

    The session's cookie is for the caller to set.
    """
    found = sealing.unseal(USE, carried, LIFETIME) if carried else None
    if found is None:
        return redirect(following, 303)
    who = enter(token)
    if who is None or not device.belongs(found["owner"], who.actor.ref):
        flash(t("keeping.not_yours"), "warn")
        return redirect(HOME, 303)
    try:
        return _saved(found["task"], MultiDict(map(tuple, found["pairs"])))
    except (NotFound, NotAllowed, Refused) as refused:
        return _shown(refused, found["pairs"])


def _saved(ref: str, form: MultiDict[str, str]) -> Response:
    desk, said = open_desk(runtime(), ref, require_actor()), drafts.sent(form)
    if desk.row.form is None:
        return redirect(HOME, 303)
    raw = act_on_rows(decode(desk.found.digest, desk.form, form), form.get("do", ""))
    try:
        saving = drafts.keep(desk, raw, said)
    except StaleCase as stale:
        return make_response(filling.gone(desk, raw), status_of(stale))
    if saving.merged.open:
        return make_response(filling.choose(saving, raw, said), 409)
    flash(" ".join(filter(None, [t("keeping.resumed"), filling.joined_words(saving)])), "good")
    return redirect(f"/tasks/{ref}", 303)


def _shown(refused: EngineError, pairs: list[list[str]]) -> Response:
    """Not his to fill any more: his words, to be copied."""
    kept = [(str(place), text) for place, text in enumerate(texts(pairs), 1)]
    status = status_of(refused)
    return make_response(
        render_template("errors/page.html", status=status, message=refused.message, details=[], kept=kept), status
    )
