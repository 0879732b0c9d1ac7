"""/metrics: opened by a token alone, counts what is answered, and names nobody."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from engine.core.errors import Unavailable
from engine.core.messages import Message
from engine.figures import Figures
from engine.web.metrics import add_metrics
from tests.web.site import make_site

TOKEN = "a token of the tests, long enough"
FIGURES = Figures(3, 1, 12.5, {"queued": 2, "done": 9}, 4, {"midnight": 1772409600.0}, 1)


@pytest.fixture
def scraped():
    """scraped(figures): a client, and a function that answers what /metrics says: (name, labels) → value."""

    def of(figures=lambda: FIGURES):
        app = make_site()
        add_metrics(app, TOKEN, "0.1.0", figures)
        client = app.test_client()
        client.environ_base["HTTP_HOST"] = "localhost"

        def values():
            answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
            assert answer.status_code == 200 and answer.content_type.startswith("text/plain; version=")
            families = text_string_to_metric_families(answer.text)
            return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}

        return client, values

    return of


def test_requests_are_counted_by_route_and_status_with_their_times(scraped):
    client, values = scraped()
    client.get("/nowhere/198001012005012001")
    client.get("/fail/stale?nip=198001012005012001")
    client.get("/fail/stale")
    client.open("/fail/stale", method="PROPFIND")
    client.get("/healthz")
    found = values()
    stale = (("method", "GET"), ("route", "/fail/<name>"), ("status", "409"))
    assert found["siklus_requests_total", stale] == 2
    assert found["siklus_requests_total", (("method", "GET"), ("route", "other"), ("status", "404"))] == 1
    assert found["siklus_request_seconds_count", (("route", "/fail/<name>"),)] == 2
    assert not any("198001" in str(key) or "PROPFIND" in str(key) or "healthz" in str(key) for key in found)


def test_the_figures_of_the_installation_are_asked_for_each_time(scraped):
    _, values = scraped()
    found = values()
    assert found["siklus_outbox_waiting", ()] == 3 and found["siklus_outbox_dead", ()] == 1
    assert found["siklus_outbox_oldest_seconds", ()] == 12.5 and found["siklus_sessions", ()] == 4
    assert found["siklus_jobs", (("state", "queued"),)] == 2 and found["siklus_jobs", (("state", "failed"),)] == 0
    assert found["siklus_daily_last_timestamp_seconds", (("daily", "midnight"),)] == 1772409600.0
    assert found["siklus_build_info", (("version", "0.1.0"),)] == 1


def test_a_database_that_is_away_is_a_figure_too(scraped):
    def away():
        raise Unavailable(Message("store.busy"))

    _, values = scraped(away)
    found = values()
    assert found["siklus_database_up", ()] == 0 and ("siklus_sessions", ()) not in found


@pytest.mark.parametrize(
    "given", [None, "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN} ", "Bearer é"]
)
def test_without_the_token_there_is_no_such_page(given, scraped):
    client, _ = scraped()
    answer = client.get("/metrics", headers={"Authorization": given} if given else {})
    assert answer.status_code == 404 and "siklus_" not in answer.text


def test_without_the_setting_there_is_none(client):
    assert client.get("/metrics").status_code == 404
