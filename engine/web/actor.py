"""Who acts in this request, and what each view lets whom do. Default deny: a view without a declaration answers 403.

    @pages.get("/team")
    @permit("signed_in")            # next to the function, below the route
    def team(): actor = require_actor() …

`@permit("public")`, `@permit("signed_in")`, or names of rights, any of which suffices: `@permit("admin", "auditor")`;
`@permit("half_signed_in")` is for the pages that ask for the second factor, of whoever has shown the first alone;
`@permit("api_key")` for the JSON API: a key in the header Authorization, and no cookie, says who acts.
A class whose methods are views (Flask-Admin) declares `permission = ("admin",)`; a method's own mark goes before it.
This is the first door only: every verb and query asks again, by row and unit.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, g, redirect, request, session
from werkzeug.wrappers import Response

from engine.core.case import Actor
from engine.core.errors import NotAllowed, NotSignedIn
from engine.core.messages import Message
from engine.signin import ENROLMENT, NEW_PASSWORD, SECOND_FACTOR
from engine.web.context import API, PASSWORD, SECURITY, SignedIn, now, site

MARK, CONFIRMED = "permission", "confirmed"
OPEN, HALF, KEYED = ("public",), ("half_signed_in",), ("api_key",)
# Where each missing step is taken: there, and below it, he may go.
STEPS = {NEW_PASSWORD: PASSWORD, ENROLMENT: SECURITY}
CSRF = "csrf_token"  # where Flask-WTF keeps its secret
View = TypeVar("View", bound=Callable[..., object])


def permit(*rights: str) -> Callable[[View], View]:
    """Declare who may open a view."""
    if not rights:
        raise ValueError("permit names at least one right; 'public' opens a view to everybody")

    def mark(view: View) -> View:
        setattr(view, MARK, rights)
        return view

    return mark


def confirmed(what: str) -> Callable[[View], View]:
    """Declare that what a view changes asks once more who it is (portal/stepping.py). `what`: accounts.confirm.acts."""

    def mark(view: View) -> View:
        setattr(view, CONFIRMED, what)
        return view

    return mark


def asks_for(view: Callable[..., object] | None) -> str:
    """What a view was declared `confirmed` for; "" for any other."""
    return str(getattr(view, CONFIRMED, ""))


def declared(view: Callable[..., object] | None) -> tuple[str, ...]:
    """What a view function declares; empty when nothing does."""
    return getattr(view, MARK, None) or getattr(getattr(view, "__self__", None), MARK, None) or ()


def current() -> SignedIn | None:
    """Who is signed in, asked once a request; None while his second factor is awaited."""
    found = _behind_the_cookie()
    return None if found and SECOND_FACTOR in found.missing else found


def half_signed_in() -> SignedIn | None:
    """Who has shown the first of his two factors in this browser, and not yet the second."""
    found = _behind_the_cookie()
    return found if found and SECOND_FACTOR in found.missing else None


def _behind_the_cookie() -> SignedIn | None:
    if "signed_in" not in g and request.path.startswith(API):
        g.signed_in = None  # no cookie opens the JSON API
    if "signed_in" not in g:
        g.signed_in = None  # an error inside whoami renders a page, which asks again
        token = request.cookies.get(cookie_name())
        asks_by_itself = {"quiet": True} if _is_quiet() else {}
        g.signed_in = site().wiring.whoami(token, now(), **asks_by_itself) if token else None
    return g.signed_in


def _is_quiet() -> bool:
    """Whether the page asks by itself, and nobody has come: that keeps no session alive."""
    return "X-Quiet" in request.headers or request.accept_mimetypes.best == "text/event-stream"


def require_actor() -> Actor:
    """The actor of this request; NotSignedIn when there is none."""
    found = current()
    if found is None:
        raise NotSignedIn(Message("error.not_signed_in"))
    return found.actor


def may(*rights: str) -> bool:
    """Whether the actor has one of these rights anywhere; for showing or hiding links, never instead of a check."""
    found = current()
    return found is not None and any(found.actor.has(right) for right in rights)


def enter(token: str) -> SignedIn | None:
    """Act in the rest of this request as whoever has just signed in with this token; None as in `current`."""
    g.token, g.signed_in = token, site().wiring.whoami(token, now())
    return current()


def own_token() -> str:
    """The token of the session in which this request acts: the browser's, or a newer one that `enter` was told of."""
    return str(g.get("token") or request.cookies.get(cookie_name(), ""))


def remember(answer: Response, token: str) -> None:
    """Give the browser the session's token (256 random bits, made by the verb); it ends with the browser."""
    session.pop(CSRF, None)  # a form secret that was known before signing in is worth nothing after
    give(answer, token)


def give(answer: Response, token: str) -> None:
    """Only the cookie, for an answer that holds forms: the caller dropped the form secret before it was drawn."""
    https = site().settings.https
    answer.set_cookie(cookie_name(), token, path="/", secure=https, httponly=True, samesite="Lax")


def forget(answer: Response) -> None:
    """Take the session's token from the browser."""
    session.pop(CSRF, None)
    https = site().settings.https
    answer.delete_cookie(cookie_name(), path="/", secure=https, httponly=True, samesite="Lax")


def cookie_name() -> str:
    """`__Host-` binds the cookie to this very host, which only https allows (RFC 6265bis, 4.1.3.2)."""
    return "__Host-siklus" if site().settings.https else "siklus"


def bearer() -> str:
    """The key that a request carries (RFC 6750, 2.1): in its header alone, never in its address."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise NotSignedIn(Message("api_keys.missing"))
    return text.strip()


def add_door(app: Flask) -> None:
    """Ask every request for its permission before its view runs."""
    app.before_request(_enter)
    app.jinja_env.globals.update(current=current, may=may)


def _enter() -> Response | None:
    if request.endpoint is None:
        return None
    rights = declared(current_app.view_functions[request.endpoint])
    if rights == OPEN or (rights == HALF and half_signed_in() is not None):
        return None
    if rights == KEYED:
        g.signed_in = None  # an error inside is answered as to a stranger
        g.signed_in = site().wiring.by_key(bearer(), request.remote_addr or "")
        return None
    actor = require_actor()
    if "signed_in" not in rights and not any(actor.has(right) for right in rights):
        raise NotAllowed(Message("error.not_allowed"))
    found = current()
    place = STEPS[found.missing[0]] if found and found.missing else ""
    if place and request.path != place and not request.path.startswith(f"{place}/"):
        return redirect(place, 303)
    return None
