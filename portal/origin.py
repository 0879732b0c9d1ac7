"""Our address as browsers know it: what passkeys are bound to, and where a sign-in provider sends people back to."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from engine.web.context import runtime, site

LOCAL = "localhost"  # the one name for which browsers take http as safe


def origin() -> str | None:
    """The address under which this page was asked for, when passkeys may be used there; else None.

    That of SIKLUS_PUBLIC_URL; without it, on one's own machine, `localhost` (never 127.0.0.1: a passkey needs a name).
    """
    public = runtime().access.public_url
    if public is not None:
        return public if urlsplit(public).netloc == request.host else None
    own = not site().settings.https and request.host.partition(":")[0] == LOCAL
    return f"http://{request.host}" if own else None
