"""The JSON API: what programs may read and do with a key. `register(app, rt)`.

It reads queries and writes through the same verbs as the pages. Which routes there are stands in routes.py, how a
request becomes an answer in answering.py; the document that describes them (openapi.py) is made from both.
"""

from __future__ import annotations

from flask import Blueprint, Flask

from api import answering, routes, start
from engine import api_limits
from engine.runtime import Runtime
from engine.web.actor import permit
from engine.web.security import takes

__all__ = ["register"]


def register(app: Flask, rt: Runtime) -> None:
    """Put the API on the application. No cookie opens it, so that nothing has to be proven against forged forms."""
    pages = Blueprint("api_v1", __name__, url_prefix=routes.ROOT)
    shares = api_limits.Shares()
    for route in routes.ROUTES:
        view = takes(route.largest)(permit("api_key")(answering.view(route, shares)))
        pages.add_url_rule(route.path, f"{route.method.lower()}_{route.name}", view, methods=[route.method])
    pages.add_url_rule("/", "start", permit("public")(lambda: start.page()))
    pages.add_url_rule("/openapi.json", "openapi", permit("public")(lambda: start.document()))
    app.extensions["csrf"].exempt(pages)
    app.register_blueprint(pages)
