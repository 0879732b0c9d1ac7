"""One line per request, in JSON, with no value in it."""

import io
import json
import logging

import pytest

from engine.web.context import Settings
from engine.web.logs import TEXT, JsonLines, log_to_stderr
from engine.web.tally import Tally
from tests.web.site import make_site


@pytest.fixture
def lines():
    stream, logger = io.StringIO(), logging.getLogger("siklus")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    before = logger.level
    logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.setLevel(before)


def test_a_request_leaves_one_line_with_its_number_route_status_and_actor(as_, lines):
    answer = as_("carol-token").get("/fail/stale?secret=canary-1")
    (line,) = lines()
    assert line["request"] == answer.headers["X-Request-Id"]
    assert (line["route"], line["status"], line["actor"]) == ("/fail/<name>", 409, "ref-carol")
    assert line["refused"] == "error.stale_form" and line["at"].endswith("+00:00")


def test_no_line_holds_a_value_that_somebody_sent(as_, lines, token_of):
    client = as_("carol-token")
    client.post("/echo?q=canary-1", data={"csrf_token": token_of(client), "plan": "canary-2"})
    client.get("/nowhere/canary-3", headers={"User-Agent": "canary-4"})
    assert "canary" not in json.dumps(lines()) and len(lines()) == 3


def test_a_line_break_in_a_text_does_not_break_the_line():
    record = logging.makeLogRecord({"msg": "a\nb", "name": "x", "levelname": "INFO", "extra_fact": "c\r\nd"})
    line = JsonLines().format(record)
    assert "\n" not in line and json.loads(line)["extra_fact"] == "c\r\nd"


def test_health_checks_leave_no_lines(client, lines):
    client.get("/healthz")
    assert lines() == []


def test_what_nobody_may_be_tied_to_is_counted_and_told_once_its_hour_is_over():
    tally = Tally()
    sent, seen = ("POST", "/s/<code>", 303), ("GET", "/s/<code>", 200)
    for hour, what in (("T09", sent), ("T09", seen), ("T09", sent), ("T10", seen)):
        tally.add(hour, what)
    assert list(tally.before("T09")) == []
    assert list(tally.before("T10")) == [("T09", seen, 1), ("T09", sent, 2)]
    assert list(tally.before("T11")) == [("T10", seen, 1)] and list(tally.before("T12")) == []


def test_the_server_logs_to_standard_error_as_json(capsys):
    logger = logging.getLogger("siklus")
    before = logger.handlers[:], logger.level, logger.propagate
    try:
        log_to_stderr()
        logging.getLogger("siklus.words").error("missing")
    finally:
        logger.handlers[:], logger.level, logger.propagate = before
    assert json.loads(capsys.readouterr().err)["text"] == "missing"


def test_lines_for_people_say_the_same_on_one_line(capsys):
    logger = logging.getLogger("siklus")
    before = logger.handlers[:], logger.level, logger.propagate
    try:
        log_to_stderr(TEXT)
        logging.getLogger("siklus.request").info("request\nforged", extra={"status": 200, "route": "/a b\nc"})
    finally:
        logger.handlers[:], logger.level, logger.propagate = before
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith('info siklus.request: request forged status=200 route="/a b\\nc"')


GIVEN = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize(
    ("hops", "given", "believed"),
    [(1, GIVEN, True), (0, GIVEN, False), (1, "short", False), (1, 'x"} {"forged": 1', False), (1, "x" * 65, False)],
)
def test_the_number_of_a_request_is_the_proxy_s_where_a_proxy_is_believed(hops, given, believed, lines):
    client = make_site(settings=Settings(proxy_hops=hops)).test_client()
    answer = client.get("/nowhere", headers={"Host": "localhost", "X-Request-Id": given})
    (line,) = lines()
    assert line["request"] == answer.headers["X-Request-Id"]
    assert (line["request"] == given) is believed
