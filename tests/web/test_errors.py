"""Every error of the product has its status, its page and its traces."""

import json
import logging
import re

import pytest

from engine.core import errors
from engine.core.messages import Message
from engine.web.errors import STATUS, status_of
from engine.web.logs import JsonLines
from tests.web.site import make_site


def _below(kind):
    for each in kind.__subclasses__():
        if each.__module__.startswith("engine."):
            yield each
            yield from _below(each)


KINDS = [errors.EngineError, *_below(errors.EngineError)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_class_has_its_own_row_in_the_table(kind):
    assert kind in STATUS and 400 <= STATUS[kind] < 600


def test_a_class_without_a_row_takes_that_of_the_class_above_it():
    class Later(errors.StaleCase): ...

    assert status_of(Later(Message("x"))) == 409


@pytest.mark.parametrize(
    ("name", "status", "heading"),
    [
        ("stale", 409, "Sudah diubah orang lain"),
        ("refused", 422, "Belum dapat diproses"),
        ("denied", 403, "Anda tidak berwenang"),
        ("missing", 404, "Tidak ditemukan"),
        ("slow", 429, "Terlalu banyak percobaan"),
        ("down", 503, "Sistem sedang tidak siap"),
    ],
)
def test_an_error_becomes_its_status_and_a_page_with_a_number(client, name, status, heading):
    answer = client.get(f"/fail/{name}")
    assert answer.status_code == status
    assert f"<h1>{heading}</h1>" in answer.text and answer.headers["X-Request-Id"] in answer.text


def test_all_refusals_are_listed(client):
    page = client.get("/fail/refused").text
    assert "<li>Hari ini</li>" in page and "<li>Besok</li>" in page


def test_what_was_written_is_shown_again_and_secrets_and_controls_are_not(client):
    page = client.get("/look").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    written = {"post_code": "83111", "token": "ketokohan", "targets-0-barcode": "899", "rows-1-password_policy": "teks"}
    controls = {"password": "p-1", "old_password": "p-2", "kata_sandi": "p-3", "key": "k-1", "_owner": "o-1"}
    answer = client.post("/fail/stale", data={"csrf_token": token, **written, **controls})
    assert answer.status_code == 409
    assert all(f">{value}</textarea>" in answer.text for value in written.values())
    assert not any(value in answer.text for value in controls.values())


def test_who_should_wait_is_told_how_long(client):
    assert client.get("/fail/slow").headers["Retry-After"] == "90"
    assert client.get("/fail/down").headers["Retry-After"] == "5"


@pytest.mark.parametrize(("path", "method", "status"), [("/nowhere", "get", 404), ("/echo", "get", 405)])
def test_errors_of_the_router_have_the_same_page(client, path, method, status):
    answer = getattr(client, method)(path)
    assert answer.status_code == status and "Nomor kejadian" in answer.text


def test_a_wrong_method_says_which_are_right(client):
    assert "POST" in client.get("/echo").headers["Allow"]


def test_a_crash_shows_a_number_and_neither_trace_nor_value(site, client, caplog):
    site.testing = False
    with caplog.at_level(logging.ERROR, "siklus"):
        answer = client.get("/fail/crash")
    assert answer.status_code == 500 and answer.headers["X-Request-Id"] in answer.text
    assert "secret value" not in answer.text and "Traceback" not in answer.text and "ZeroDivision" not in answer.text
    record = next(r for r in caplog.records if r.name == "siklus.errors")
    line = JsonLines().format(record)
    assert json.loads(line)["error"] == "ZeroDivisionError" and "secret value" not in line
    assert any("site.py" in frame for frame in record.frames)


def test_a_crash_of_the_error_page_itself_still_answers(client, site, monkeypatch):
    site.testing = False
    monkeypatch.setitem(site.jinja_env.globals, "asset", None)
    answer = client.get("/fail/crash")
    assert answer.status_code == 500 and answer.text.startswith("500 · ")


def test_a_denial_is_recorded_with_who_tried_what_on_which_thing(as_, denials):
    as_("carol-token").get("/office")
    as_("carol-token").get("/fail/missing")
    as_("carol-token").get("/fail/stale")
    as_(None).get("/fail/denied")
    assert denials.seen == [
        ("ref-carol", "GET pages.office", "/office", "error.not_allowed", "127.0.0.1"),
        ("ref-carol", "GET pages.fail", "/fail/missing", "error.http.404", "127.0.0.1"),
        (None, "GET pages.fail", "/fail/denied", "error.not_allowed", "127.0.0.1"),
    ]


def test_a_denial_that_cannot_be_recorded_is_still_a_denial(caplog):
    def full(*args):
        raise errors.Unavailable(Message("error.http.500"))

    client = make_site(record_denial=full).test_client()
    client.set_cookie("siklus", "carol-token")
    assert client.get("/office").status_code == 403
    assert "denial was not recorded" in caplog.text


def test_a_session_that_cannot_be_asked_for_is_a_503_and_not_a_crash():
    def down(token, now):
        raise errors.Unavailable(Message("error.http.500"))

    client = make_site(whoami=down).test_client()
    client.set_cookie("siklus", "carol-token")
    assert client.get("/staff").status_code == 503
