"""From a request to an answer: who asks, how often, what for; his query and body as models; the model that answers.

Refusals are errors of ours, and problem details where they end (engine/web/problems.py). Every number that is not an
integer stays the text that it was: nothing here ever is a float.
"""

from __future__ import annotations

import hashlib
import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import request
from werkzeug.wrappers import Response

from api import reading
from api.caller import Caller
from engine.core.errors import BadRequest, NotAllowed
from engine.core.messages import Message
from engine.web.actor import current
from engine.web.context import runtime

if TYPE_CHECKING:
    from api.routes import Route
    from engine import api_limits
    from engine.api_keys import Keyed

JSON = "application/json"
QUERY, BODY = "query", "body"
LONGEST_KEY = 90  # of an Idempotency-Key: ours stands before it


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function of a route reads and answers: pydantic models; None where it reads or answers nothing."""

    query: Any
    body: Any
    answer: Any


def signature(function: Callable[..., Any]) -> Signature:
    """Read off a function what it reads and answers."""
    hints = typing.get_type_hints(inspect.unwrap(function))
    answer = hints.get("return")
    return Signature(hints.get(QUERY), hints.get(BODY), None if answer is type(None) else answer)


def view(route: Route, shares: api_limits.Shares) -> Callable[..., Response]:
    """The view of a route; `shares` count how often each key asks."""

    def answer(**places: str) -> Response:
        keyed: Any = current()
        standing = shares.spend(runtime(), keyed)
        if route.scope is not None and route.scope not in keyed.scopes:
            raise NotAllowed(Message("api_keys.not_for_this", scope=route.scope))
        function = route.answers()
        caller = Caller(runtime(), keyed, _once(keyed) if route.once else "")
        said = function(caller, **places, **_read(function))
        found = Response(status=204) if said is None else _written(said, route.status)
        found.headers["RateLimit-Limit"] = str(standing.limit)
        found.headers["RateLimit-Remaining"] = str(standing.left)
        found.headers["RateLimit-Reset"] = str(standing.reset)
        return found

    return answer


def _once(keyed: Keyed) -> str:
    """The key of an act (draft-ietf-httpapi-idempotency-key-header): of this API key, whoever else it may know."""
    found = request.headers.get("Idempotency-Key", "").strip('"')
    if not 8 <= len(found) <= LONGEST_KEY or not (found.isascii() and found.isprintable()):
        raise BadRequest(Message("api.once", least=8, most=LONGEST_KEY))
    return f"api:{keyed.key[:16]}:{found}"


def _read(function: Callable[..., Any]) -> Mapping[str, Any]:
    wanted, found = signature(function), {}
    if wanted.query is not None:
        found[QUERY] = reading.query(wanted.query, request.args)
    elif request.args:
        raise BadRequest(Message("api.no_parameters"))
    if wanted.body is not None:
        found[BODY] = reading.body(wanted.body, request)
    return found


def _written(said: Any, status: int) -> Response:
    """A model as JSON, with the address of the next page, and a tag by which it is not sent twice."""
    body = said.model_dump_json().encode()
    found = Response(body, status, mimetype=JSON)
    following = getattr(said, "next", None)
    if following:
        args = urlencode({**request.args.to_dict(), "after": following})
        found.headers["Link"] = f'<{request.path}?{args}>; rel="next"'
    if request.method == "GET":
        found.headers["Cache-Control"] = "private, no-cache"
        found.set_etag(hashlib.sha256(body).hexdigest()[:32])
        found.make_conditional(request)
    return found
