"""One JSON line for each thing worth knowing, with the request's number. No value that somebody wrote, ever.

Fields given as `extra={…}` become fields of the line; the text is a fixed phrase. JSON escapes line breaks, so one line
stays one line (ASVS 5.0, 16.4.1).
"""

import base64
import json
import logging
import secrets
import sys
import time
from datetime import UTC, datetime

from flask import Flask, g, has_request_context, request
from werkzeug.wrappers import Response

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
QUIET = ("static", "health.healthz", "health.readyz")
SPEAKERS = ("siklus", "waitress")
log = logging.getLogger("siklus.request")


class JsonLines(logging.Formatter):
    """A record as one line of JSON: time (UTC), level, logger, text, request number, and the `extra` fields."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "text": record.getMessage(),
        }
        if has_request_context() and "request_id" in g:
            line["request"] = g.request_id
        line.update({name: value for name, value in vars(record).items() if name not in STANDARD})
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False, default=str)


def log_as_json(level: int = logging.INFO) -> None:
    """Send what our loggers and the server's say to standard error, as JSON lines. Call once, at the start."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in SPEAKERS:
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(level)
        logger.propagate = False


def add_request_log(app: Flask) -> None:
    """Number each request and log it when it is answered."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.request_id = _number()
    g.began = time.perf_counter()


def _end(answer: Response) -> Response:
    if request.endpoint in QUIET:
        return answer
    signed_in = g.get("signed_in")
    facts = {
        "method": request.method,
        "route": str(request.url_rule) if request.url_rule else None,
        "status": answer.status_code,
        "ms": round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        "actor": signed_in.actor.ref if signed_in else None,
        "address": request.remote_addr,
        "refused": g.get("refused"),
    }
    log.info("request", extra={name: fact for name, fact in facts.items() if fact is not None})
    answer.headers["X-Request-Id"] = g.get("request_id", "")
    return answer


def _number() -> str:
    """A number that a person can read out on the telephone: XXXX-XXXX in base 32."""
    text = base64.b32encode(secrets.token_bytes(5)).decode()
    return f"{text[:4]}-{text[4:]}"
