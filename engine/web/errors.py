"""From an error to an answer: one table of statuses, one page, one incident number. No error is made here.

An error inside a form that was sent shows what was written, so that no text is lost; passwords are never shown back.
"""

import logging
import re
import traceback
from collections.abc import Iterator
from urllib.parse import urlencode

from flask import Flask, g, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError
from werkzeug.wrappers import Response

from engine.core import errors
from engine.core.errors import EngineError
from engine.core.messages import Message
from engine.web import problems
from engine.web.actor import current
from engine.web.context import SIGN_IN, site
from engine.web.paths import here

STATUS: dict[type[EngineError], int] = {
    EngineError: 500,
    errors.InvalidDefinition: 422,
    errors.InvalidSubmission: 422,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Refused: 422,
    errors.StaleCase: 409,
    errors.InvalidEdit: 422,
    errors.EditConflict: 409,
    errors.KeyReused: 422,
    errors.BadRequest: 400,
    errors.FileRefused: 422,
    errors.SignInRefused: 422,
    errors.UnknownKey: 422,
    errors.TooManyTries: 429,
    errors.TamperedLedger: 500,
    errors.Unavailable: 503,
    errors.InvalidExpression: 422,
    errors.ExpressionFailed: 422,
}
DENIED = (errors.NotAllowed, errors.NotFound)
RETRY_SECONDS = 5
# Whole names of our own controls: an answer whose key only sounds like one (`code`, `token`) is somebody's work.
NOT_WRITTEN = re.compile(
    r"(?:[\w-]+[_-])?(?:password|sandi)|csrf_token|check_code|seen|key|do|shown|next|language|transition|_\w+",
    re.IGNORECASE,
)
# Of a form that is sent once more, after he has shown that it is he.
NOT_CARRIED = re.compile(
    r"(?:[\w-]+[_-])?(?:password|sandi)|csrf_token|credential|confirm_code|_username", re.IGNORECASE
)
KEPT_FIELDS = 300
log = logging.getLogger("siklus.errors")


def status_of(error: EngineError) -> int:
    """The HTTP status of an error: its own row, else that of the nearest class above it."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def add_errors(app: Flask) -> None:
    """Answer every error by the table; what nobody expected becomes a page with a number and a line in the log."""
    app.register_error_handler(EngineError, refuse)
    app.register_error_handler(CSRFError, refuse_token)
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(InternalServerError, _crash)


def refuse(error: EngineError) -> Response:
    """Answer an error of ours: its status, its page; to whoever only wants to read, the way to sign in."""
    status = status_of(error)
    g.refused = error.message.key
    by_key = problems.are_asked()
    if isinstance(error, errors.NotSignedIn) and request.method == "GET" and not is_fragment() and not by_key:
        return redirect(f"{SIGN_IN}?{urlencode(dict(next=here()))}", 303)
    if isinstance(error, DENIED) or (by_key and isinstance(error, errors.NotSignedIn)):
        _record(error)
    if status >= 500:
        log.error("error", extra={"error": type(error).__name__, "message_key": error.message.key})
    answer = problems.of_error(status, error) if by_key else _page(status, error.message, list(_details(error)))
    if isinstance(error, errors.TooManyTries):
        answer.headers["Retry-After"] = str(error.seconds)
    elif status == 503:
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def answered(page: str, error: EngineError) -> Response:
    """A page that was drawn again with what is wrong, under the status of the error."""
    answer = Response(page, status_of(error), mimetype="text/html")
    if isinstance(error, errors.TooManyTries):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def refuse_token(error: CSRFError) -> Response:
    """Answer a form whose secret is not that of this session."""
    g.refused = "error.stale_form"
    return _page(400, Message("error.stale_form"), [])


def _unknown_host(error: SecurityError) -> Response:
    # No page: its links would be built from the host that we do not trust.
    return Response("400", 400, mimetype="text/plain")


def _http(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error  # a redirect of the router
    known = error.code in (400, 403, 404, 405, 408, 413, 414, 415)
    answer = _page(error.code, Message(f"error.http.{error.code}" if known else "error.http.other"), [])
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def _crash(error: InternalServerError) -> Response:
    g.setdefault("signed_in", None)  # the page is drawn without asking the database again
    cause = error.original_exception or error
    frames = [f"{f.filename.rpartition('/')[2]}:{f.lineno} {f.name}" for f in traceback.extract_tb(cause.__traceback__)]
    # Kind and place, not the text of the exception: it may hold what somebody wrote (ASVS 5.0, 16.2.5).
    log.error("crash", extra={"error": type(cause).__name__, "frames": frames[-12:]})
    try:
        return _page(500, Message("error.http.500"), [])
    except Exception:
        return Response(f"500 · {g.get('request_id', '')}", 500, mimetype="text/plain")


def is_fragment() -> bool:
    """Whether kit.js asks: it wants a status and fragments, never a redirect to a page."""
    return "X-Fragment" in request.headers


def _page(status: int, message: Message, details: list[Message]) -> Response:
    if problems.are_asked():
        return problems.answer(status, message)
    kept = [] if request.method == "GET" or g.get("foreign") else list(_written())
    body = render_template(
        "errors/page.html", status=status, message=message, details=details, kept=kept, incident=g.get("request_id")
    )
    return Response(body, status, mimetype="text/html")


def _details(error: EngineError) -> Iterator[Message]:
    if isinstance(error, errors.Refused):
        yield from error.refusals
    elif isinstance(error, errors.InvalidDefinition):
        yield from (problem.message for problem in error.problems)
    elif isinstance(error, errors.InvalidSubmission):
        yield from error.errors.values()


def _written() -> Iterator[tuple[str, str]]:
    try:
        fields = list(request.form.items(multi=True))
    except HTTPException:  # the body itself was the error: too large, too many parts
        return
    for name, value in fields[:KEPT_FIELDS]:
        if value.strip() and not NOT_WRITTEN.fullmatch(name):
            yield name, value


def _record(error: EngineError) -> None:
    signed_in = current()
    actor = signed_in.actor if signed_in else None
    act = f"{request.method} {request.endpoint}"
    try:
        site().wiring.record_denial(actor, act, request.path, error.message, request.remote_addr)
    except EngineError as lost:
        log.error("denial was not recorded", extra={"error": type(lost).__name__, "message_key": lost.message.key})
