"""Errors as the JSON API tells them: problem details (RFC 9457), in the language that was asked for.

One place for all of it; which error has which status is the table of errors.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask import g, request
from werkzeug.wrappers import Response

from engine.core import errors
from engine.core.errors import EngineError
from engine.core.messages import Message
from engine.web.context import API
from engine.web.language import language, translate

TYPE = "application/problem+json"
TYPES = "/api/v1/#"  # where the kinds of problems are told of
CHALLENGE = 'Bearer realm="Siklus"'
MIDDLE = re.compile(r"(?<=[a-z])(?=[A-Z])")


def are_asked() -> bool:
    """Whether this request is one of the JSON API."""
    return request.path.startswith(API)


def slug(kind: type[EngineError]) -> str:
    """The name of a kind of problem: NotFound → not-found."""
    return MIDDLE.sub("-", kind.__name__).lower()


def of_error(status: int, error: EngineError) -> Response:
    """What an error of ours says, with what is wrong where (`errors`) and why a step is refused (`reasons`)."""
    more: dict[str, Any] = {}
    if isinstance(error, errors.InvalidSubmission):
        more["errors"] = list(_pointed(error.errors))
    if isinstance(error, errors.Refused) and error.refusals:
        more["reasons"] = [translate(each) for each in error.refusals]
    return answer(status, error.message, TYPES + slug(type(error)), more)


def answer(status: int, message: Message, kind: str = "about:blank", more: Mapping[str, Any] | None = None) -> Response:
    """A problem: its kind, its title (of the status), its detail (of this very request), and the request's number."""
    said = {
        "type": kind,
        "title": translate(Message(f"api.title.{status}" if status in KNOWN else "api.title.other")),
        "status": status,
        "detail": translate(message),
        "instance": f"urn:siklus:request:{g.get('request_id', '')}",
        **(more or {}),
    }
    found = Response(json.dumps(said, ensure_ascii=False), status, mimetype=TYPE)
    found.headers["Content-Language"] = language()
    if status == 401:
        found.headers["WWW-Authenticate"] = CHALLENGE
    return found


def _pointed(wrong: Mapping[str, Message]) -> Iterator[dict[str, str]]:
    """Each fault with the place of the body (RFC 6901) or the parameter that it is about."""
    for path, message in wrong.items():
        if path.startswith("?"):
            yield {"parameter": path[1:], "detail": translate(message)}
        else:
            parts = [*g.get("answers_at", ()), *(path.split(".") if path else ())]
            yield {"pointer": "#" + "".join(f"/{_escaped(part)}" for part in parts), "detail": translate(message)}


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


KNOWN = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)
