"""Signing in through the provider: there, back, and out of it. Links, since our policy sends no form elsewhere.

What the browser keeps between there and back is a signed cookie of ten minutes, taken away at the first answer.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, flash, redirect, request
from werkzeug.wrappers import Response

from engine.core.errors import NotFound, SignInRefused, Unavailable
from engine.core.messages import Message
from engine.oidc import provider, signing_in
from engine.runtime import Runtime
from engine.web import sealing
from engine.web.actor import permit
from engine.web.context import HOME, SIGN_IN, runtime, site
from engine.web.language import language, t, translate
from engine.web.paths import safe_path
from portal.entering import let_in

if TYPE_CHECKING:
    from engine.oidc.provider import Provider

pages = Blueprint("provider", __name__)
PROVIDER = "siklus.provider"
THERE, BACK = f"{SIGN_IN}/provider", f"{SIGN_IN}/provider/callback"
USE = "visit"


def know(app: Any, rt: Runtime) -> None:
    """Keep what is known of the provider of this installation beside the application."""
    settings = rt.access.provider
    app.extensions[PROVIDER] = provider.Provider(settings) if settings else None


@pages.get(THERE)
@permit("public")
def go() -> Response:
    """To the provider; what was asked for comes back with the answer."""
    found, following = _provider(), safe_path(request.args.get("next"))
    about = {"back_to": _ours(BACK), "language": language()}
    try:
        address, visit = signing_in.begin(runtime(), found, again="again" in request.args, **about)
    except Unavailable as down:
        return _refused(down.message)
    answer = redirect(address, 303)
    kept = sealing.seal(USE, {**asdict(visit), "next": following})
    about = {"secure": site().settings.https, "httponly": True, "samesite": "Lax", "path": "/"}
    answer.set_cookie(_cookie(), kept, max_age=int(signing_in.LIFETIME.total_seconds()), **about)
    return answer


@pages.get(BACK)
@permit("public")
def come_back() -> Response:
    """From the provider: into a session, or back to the page for signing in with the reason."""
    found, rt = _provider(), runtime()
    kept = sealing.unseal(USE, request.cookies.get(_cookie(), ""), signing_in.LIFETIME)
    try:
        if kept is None:
            raise SignInRefused(Message("factors.provider.over", name=found.settings.name))
        visit = signing_in.Visit(kept["state"], kept["nonce"], kept["verifier"])
        about = {"back_to": _ours(BACK), "agent": request.user_agent.string}
        opened = signing_in.finish(rt, found, visit, request.args.to_dict(), **about)
    except (SignInRefused, Unavailable) as refused:
        return _without_visit(_refused(refused.message))
    return _without_visit(let_in(opened, safe_path(kept["next"], HOME)))


@pages.get("/sign-out/provider")
@permit("public")
def leave() -> Response:
    """End the session at the provider too, where it offers that; ours is ended by signing out."""
    found = _provider()
    try:
        address = signing_in.farewell(found, runtime().clock(), back_to=_ours(SIGN_IN))
    except Unavailable as down:
        return _refused(down.message)
    if address is None:
        flash(t("factors.provider.no_farewell", name=found.settings.name), "info")
    return redirect(address or SIGN_IN, 303)


def _refused(message: Message) -> Response:
    flash(translate(message), "bad")
    return redirect(SIGN_IN, 303)


def _without_visit(answer: Response) -> Response:
    about = {"secure": site().settings.https, "httponly": True, "samesite": "Lax", "path": "/"}
    answer.delete_cookie(_cookie(), **about)
    return answer


def _cookie() -> str:
    return f"{'__Host-' if site().settings.https else ''}siklus_visit"


def _ours(path: str) -> str:
    return f"{runtime().access.public_url}{path}"


def _provider() -> Provider:
    found = current_app.extensions.get(PROVIDER)
    if found is None:
        raise NotFound(Message("error.http.404"))
    return found
