"""What the API says of itself without a key: its document, and a plain page that leads there."""

from __future__ import annotations

import json
from functools import lru_cache

from flask import Response, render_template

from api import openapi
from engine.core import apikeys
from engine.web import problems
from engine.web.context import runtime
from engine.web.errors import STATUS


@lru_cache(maxsize=1)
def _written(version: str) -> bytes:
    return json.dumps(openapi.document(version), ensure_ascii=False, indent=1).encode()


def document() -> Response:
    """The OpenAPI document."""
    return Response(_written(runtime().version), mimetype="application/json")


def page() -> str:
    """Where the document is, what scopes there are, and which kinds of problems."""
    kinds = sorted((problems.slug(kind), status) for kind, status in STATUS.items())
    return render_template("api/start.html", scopes=apikeys.SCOPES, kinds=kinds)
