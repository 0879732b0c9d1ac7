"""Where a request may be sent back to: only to pages of our own (ASVS 5.0, 3.7.2). Builds no links to pages."""

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from engine.web.context import HOME
from engine.web.reading import host


def safe_path(candidate: str | None, otherwise: str = HOME) -> str:
    """`candidate` when it is the path (and query) of a page of ours that can be opened, else `otherwise`."""
    return candidate if candidate and _is_page(candidate) else otherwise


def here() -> str:
    """The path to come back to: this page, or the page whose form was sent."""
    return request.full_path.removesuffix("?") if request.method == "GET" else back()


def back() -> str:
    """The path of the page that led here, when the browser says so and it is ours."""
    referrer = request.referrer or ""
    if host(referrer) != request.host:
        return HOME
    came = urlsplit(referrer)
    return safe_path(came.path + (f"?{came.query}" if came.query else ""))


def _is_page(candidate: str) -> bool:
    if not candidate.startswith("/") or candidate.startswith("//") or "\\" in candidate:
        return False
    if not candidate.isprintable():
        return False
    parts = urlsplit(candidate)
    try:
        endpoint, _ = current_app.url_map.bind("").match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return not parts.netloc and endpoint != "static"
