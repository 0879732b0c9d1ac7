"""Whether the process lives and whether it can serve; no facts about people, no versions of libraries."""

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from engine.core.errors import EngineError
from engine.web.actor import permit
from engine.web.context import site

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@permit("public")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
@permit("public")
def readyz() -> tuple[Response, int]:
    """The database is reached and has the shape of this version; 503 with the first fact that is not so."""
    try:
        facts = dict(site().wiring.readiness())
    except EngineError as error:
        return jsonify(status="unavailable", reason=error.message.key), 503
    ready = not any(fact is False for fact in facts.values())
    return jsonify(status="ready" if ready else "not ready", **facts), 200 if ready else 503
