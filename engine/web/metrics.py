"""/metrics for Prometheus, opened by a token: requests of this process (or of all of a gunicorn), and the figures of
the installation. The only module with prometheus_client (extra `server`); docs/adr/0008 says why.

No label tells of a person: routes are patterns, and what is no route or method of ours is `other`.
"""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Callable, Iterator, Mapping

from flask import Blueprint, Flask, abort, g, request
from werkzeug.wrappers import Response

from engine.core.errors import BadRequest, EngineError
from engine.core.messages import Message
from engine.figures import Figures
from engine.web.actor import permit

try:
    import prometheus_client as prometheus
    from prometheus_client import core, multiprocess
except ModuleNotFoundError:  # an installation without the extra has no /metrics
    prometheus = None

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # a folder through which the processes of a gunicorn share what they count
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
JOBS = ("queued", "running", "failed")


def add_metrics(app: Flask, token: str, version: str, figures: Callable[[], Figures]) -> None:
    """Count requests from now on, and show it all to whoever has the token. Raises BadRequest without the library."""
    if prometheus is None:
        raise BadRequest(Message("safety.no_metrics"))
    own = prometheus.CollectorRegistry()
    requests = prometheus.Counter(
        "siklus_requests", "Requests answered", ("method", "route", "status"), registry=own
    )  # fmt: skip
    seconds = prometheus.Histogram(
        "siklus_request_seconds", "Time to answer", ("route",), buckets=SECONDS, registry=own
    )  # fmt: skip
    app.after_request(lambda answer: _count(answer, requests, seconds))
    shown = own
    if SHARED in os.environ:
        shown = prometheus.CollectorRegistry()
        multiprocess.MultiProcessCollector(shown)
    shown.register(_Installation(version, figures))
    app.register_blueprint(_pages(token, shown))


def _count(answer: Response, requests: prometheus.Counter, seconds: prometheus.Histogram) -> Response:
    if request.endpoint in ("health.healthz", "health.readyz", "metrics.metrics"):
        return answer
    route = str(request.url_rule) if request.url_rule else "other"
    method = request.method if request.method in METHODS else "other"
    requests.labels(method, route, str(answer.status_code)).inc()
    seconds.labels(route).observe(time.perf_counter() - g.get("began", time.perf_counter()))
    return answer


class _Installation:
    """Asks for the figures whenever Prometheus does."""

    def __init__(self, version: str, figures: Callable[[], Figures]) -> None:
        self._version, self._figures = version, figures

    def describe(self) -> list[core.Metric]:
        return []  # else the library would ask the database when it is registered

    def collect(self) -> Iterator[core.Metric]:
        yield _gauges("siklus_build_info", "The version that serves", "version", {self._version: 1})
        try:
            found = self._figures()
        except EngineError:
            yield _gauge("siklus_database_up", "Whether the database was reached", 0)
            return
        yield _gauge("siklus_database_up", "Whether the database was reached", 1)
        yield _gauge("siklus_outbox_waiting", "Rows of work that wait", found.waiting)
        yield _gauge("siklus_outbox_dead", "Rows of work that have given up", found.dead)
        yield _gauge("siklus_outbox_oldest_seconds", "For how long the first in line has been due", found.waits)
        yield _gauges("siklus_jobs", "Jobs", "state", {state: found.jobs.get(state, 0) for state in JOBS})
        yield _gauge("siklus_sessions", "Sessions that have not ended", found.sessions)
        yield _gauge("siklus_connections_in_use", "Connections of this process to the database", found.connections)
        last = "When a daily work was last asked for, Unix time"
        yield _gauges("siklus_daily_last_timestamp_seconds", last, "daily", found.dailies)


def _gauge(name: str, said: str, value: float) -> core.Metric:
    return core.GaugeMetricFamily(name, said, value=value)


def _gauges(name: str, said: str, label: str, values: Mapping[str, float]) -> core.Metric:
    family = core.GaugeMetricFamily(name, said, labels=(label,))
    for each, value in sorted(values.items()):
        family.add_metric((each,), value)
    return family


def _pages(token: str, shown: prometheus.CollectorRegistry) -> Blueprint:
    pages = Blueprint("metrics", __name__)
    wanted = f"Bearer {token}".encode()

    @pages.get("/metrics")
    @permit("public")
    def metrics() -> Response:
        """All figures, for whoever has the token; for others there is no such page."""
        given = request.headers.get("Authorization", "").encode()
        if not hmac.compare_digest(given, wanted):
            abort(404)
        return Response(prometheus.generate_latest(shown), content_type=prometheus.CONTENT_TYPE_LATEST)

    return pages
