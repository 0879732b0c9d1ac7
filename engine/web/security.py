"""What every answer carries and every unsafe request must prove. No view, no rights: who may what is in actor.py.

Headers follow ASVS 5.0, chapter 3; the policy has no nonce and no `unsafe-*`, so pages hold no inline script or style.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, g, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from engine.core.errors import BadRequest
from engine.core.messages import Message
from engine.web.actor import KEYED, current, declared
from engine.web.context import Settings
from engine.web.reading import host, refuse_nul

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # not no-referrer: browsers then send `Origin: null` with our own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
A_YEAR = 365 * 24 * 3600
SAFE = ("GET", "HEAD", "OPTIONS")
LARGER = "largest_body"
View = TypeVar("View", bound=Callable[..., object])
FIELDS = 5_000  # parts of one form: a table of 200 rows with 20 columns fits


def configure(app: Flask, settings: Settings, secret: bytes) -> None:
    """Set cookies, limits and hosts knowingly, and put the checks before every view."""
    prefix = "__Host-" if settings.https else ""
    app.config.update(
        SECRET_KEY=secret,
        SESSION_COOKIE_NAME=f"{prefix}siklus_form",  # holds the CSRF secret only; who is signed in is not in it
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        TRUSTED_HOSTS=list(settings.hosts),
        MAX_CONTENT_LENGTH=settings.max_body,
        MAX_FORM_MEMORY_SIZE=settings.max_body,
        MAX_FORM_PARTS=FIELDS,
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open all day; the token lives as long as its cookie
        WTF_CSRF_SSL_STRICT=False,  # wants a Referer, which offices strip; _origin below asks more, of more requests
    )
    app.before_request(_origin)
    app.before_request(_measure)
    app.before_request(refuse_nul)
    CSRFProtect(app)
    app.after_request(_headers)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)


def form_token() -> str:
    """The CSRF token that forms of this session carry."""
    return str(generate_csrf())


def takes(octets: int) -> Callable[[View], View]:
    """Declare that a view takes a larger body than others, from those signed in; of the JSON API: how large."""

    def mark(view: View) -> View:
        setattr(view, LARGER, octets)
        return view

    return mark


def _measure() -> None:
    """Let the body be larger where the view says so: before anything reads it."""
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, LARGER, 0)
    if most and (declared(view) == KEYED or current() is not None):  # a key is judged before its body is read
        request.max_content_length = most


def _origin() -> None:
    """Refuse an unsafe request that another site sent; browsers say so in headers that pages cannot set."""
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    foreign = site not in ("same-origin", "none") if site else origin is not None and not _ours(origin)
    if foreign:
        g.foreign = True
        raise BadRequest(Message("error.foreign_origin"))


def _ours(origin: str) -> bool:
    # Hosts only: behind a proxy that ends TLS the scheme that we see is not the browser's.
    return host(origin) == request.host


def _headers(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if request.is_secure:
        answer.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
    if "Cache-Control" not in answer.headers:
        answer.headers["Cache-Control"] = "no-store"
    return answer
