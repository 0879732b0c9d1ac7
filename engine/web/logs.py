"""One line for each thing worth knowing, with the request's number. No value that somebody wrote, ever.

Of a form that people answer without signing in there is no line for each request: its time would tell whoever saw them
there which answer is theirs. Those are counted, and told once their hour is over. What failed here has its line.

Fields given as `extra={…}` become fields of the line; the text is a fixed phrase. JSON escapes line breaks, so one line
stays one line (ASVS 5.0, 16.4.1).
"""

import base64
import json
import logging
import re
import secrets
import sys
import time
from datetime import UTC, datetime

from flask import Flask, g, has_request_context, request
from werkzeug.wrappers import Response

from engine.web.context import runtime, site
from engine.web.tally import Tally

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
QUIET = ("static", "news.stream", "health.healthz", "health.readyz", "metrics.metrics")
SPEAKERS = ("siklus", "waitress", "gunicorn.error")
FAILED = 500  # and above: what an operator looks into
JSON, TEXT = "json", "text"
GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")  # a number that a proxy may give to a request
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
        return self.written(line)

    def written(self, line: dict[str, object]) -> str:
        """The line as text."""
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(JsonLines):
    """The same for people who read along: `time level text name=value …`; a value is written as in JSON."""

    def written(self, line: dict[str, object]) -> str:
        facts = {name: value for name, value in line.items() if name not in ("at", "level", "logger", "text")}
        tail = "".join(f" {name}={json.dumps(value, ensure_ascii=False, default=str)}" for name, value in facts.items())
        text = " ".join(str(line["text"]).split())
        return f"{line['at']} {line['level']} {line['logger']}: {text}{tail}"


def log_to_stderr(style: str = JSON, level: int = logging.INFO) -> None:
    """Send what our loggers and the server's say to standard error, as lines of a style. Call once, at the start."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextLines() if style == TEXT else JsonLines())
    for name in SPEAKERS:
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        # That a browser went away in the middle of an answer is worth no line: each open page does when it is left.
        logger.setLevel(max(level, logging.WARNING) if name == "waitress" else level)
        logger.propagate = False


def add_request_log(app: Flask) -> None:
    """Number each request and log it when it is answered."""
    tally = Tally()
    app.before_request(_begin)
    app.after_request(lambda answer: _end(answer, tally))


def _begin() -> None:
    g.request_id = _given() or _number()
    g.began = time.perf_counter()


def _end(answer: Response, tally: Tally) -> Response:
    if request.endpoint in QUIET:
        return answer
    answer.headers["X-Request-Id"] = g.get("request_id", "")
    hour = runtime().clock().astimezone(UTC).strftime("%Y-%m-%dT%H:00Z")
    for over, (method, route, status), count in tally.before(hour):
        counted = {"hour": over, "method": method, "route": route, "status": status, "count": count}
        log.info("requests of an hour", extra=counted)
    route = str(request.url_rule) if request.url_rule else None
    if g.get("unseen") and answer.status_code < FAILED:
        tally.add(hour, (request.method, route, answer.status_code))
        return answer
    signed_in = g.get("signed_in")
    facts = {
        "method": request.method,
        "route": route,
        "status": answer.status_code,
        "ms": round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        "actor": signed_in.actor.ref if signed_in else None,
        "address": None if g.get("unseen") else request.remote_addr,  # of a public form nobody learns who reads it
        "refused": g.get("refused"),
    }
    log.info("request", extra={name: fact for name, fact in facts.items() if fact is not None})
    return answer


def _given() -> str | None:
    """The number that a proxy gave, where proxies are believed; anybody else could write another's into our log."""
    given = request.headers.get("X-Request-Id", "") if site().settings.proxy_hops else ""
    return given if GIVEN.fullmatch(given) else None


def _number() -> str:
    """A number that a person can read out on the telephone: XXXX-XXXX in base 32."""
    text = base64.b32encode(secrets.token_bytes(5)).decode()
    return f"{text[:4]}-{text[4:]}"
