"""What every answer carries, and what an unsafe request must prove."""

import pytest

from engine.web.context import Settings
from engine.web.security import HEADERS, POLICY
from tests.web.site import make_site

EVERYWHERE = ["/look", "/nowhere", "/staff", "/undeclared", "/fail/stale", "/fail/down", "/healthz", "/readyz"]


@pytest.mark.parametrize("path", [*EVERYWHERE, "/static/x/css/app.css", "/static/x/none"])
@pytest.mark.parametrize("token", [None, "alice-token"])
def test_every_answer_carries_the_headers_errors_and_files_too(as_, path, token):
    answer = as_(token).get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "Server" not in answer.headers


@pytest.mark.parametrize("path", EVERYWHERE)
def test_no_page_is_kept_by_a_browser_or_proxy(as_, path):
    assert as_("alice-token").get(path).headers["Cache-Control"] == "no-store"


def test_a_crash_carries_the_headers_too(site, client):
    site.testing = False
    answer = client.get("/fail/crash")
    assert answer.status_code == 500 and answer.headers["Content-Security-Policy"] == POLICY


def test_a_form_without_a_token_is_refused_and_its_text_shown_back(client):
    answer = client.post("/echo", data={"plan": "Rencana saya", "password": "hush"})
    assert answer.status_code == 400
    assert "Rencana saya" in answer.text and "hush" not in answer.text and "terlalu lama" in answer.text


def test_a_token_of_another_browser_is_refused(as_, token_of):
    stolen = token_of(as_())
    assert as_().post("/echo", data={"csrf_token": stolen}).status_code == 400


def test_a_form_with_its_token_is_taken(client, token_of):
    assert client.post("/echo", data={"csrf_token": token_of(client)}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "https://localhost"}, 200),  # TLS ends at a proxy
        ({"Origin": "http://evil.example"}, 400),
        ({"Origin": "http://localhost:81"}, 400),
        ({"Origin": "null"}, 400),
        ({}, 200),
    ],
)
def test_an_unsafe_request_of_another_site_is_refused_even_with_a_token(client, token_of, headers, status):
    answer = client.post("/echo", data={"csrf_token": token_of(client), "plan": "Rencana"}, headers=headers)
    assert answer.status_code == status
    assert "Rencana" not in answer.text, "a foreign form is not reflected"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example"])
def test_a_forged_host_gets_no_page(site, host):
    answer = site.test_client().get("/look", headers={"Host": host})
    assert (answer.status_code, answer.text) == (400, "400")
    assert answer.headers["Content-Security-Policy"] == POLICY


def test_forwarded_headers_are_not_believed_unless_proxies_are_declared():
    forged = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.9", "Host": "localhost"}
    plain = make_site().test_client().get("/look", headers=forged)
    behind = make_site(Settings(proxy_hops=1, strict_words=True)).test_client().get("/look", headers=forged)
    assert "Strict-Transport-Security" not in plain.headers
    assert behind.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_the_form_cookie_is_secure_under_https():
    client = make_site(Settings(https=True, strict_words=True)).test_client()
    cookies = client.get("/look", base_url="https://localhost").headers.getlist("Set-Cookie")
    assert any(c.startswith("__Host-siklus_form=") and "Secure" in c and "HttpOnly" in c for c in cookies)


def test_a_body_that_is_too_large_or_has_too_many_parts_is_refused(client, token_of):
    token = token_of(client)
    assert client.post("/echo", data={"csrf_token": token, "x": "a" * 3_000_000}).status_code == 413
    parts = (
        "".join(f'--b\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\n\r\n' for n in range(5_100)) + "--b--\r\n"
    )
    kind = "multipart/form-data; boundary=b"
    assert client.post("/echo", data=parts, headers={"X-CSRFToken": token}, content_type=kind).status_code == 413


def test_a_long_form_is_taken(client, token_of):
    rows = {f"targets-{row}-{column}": "x" * 200 for row in range(200) for column in range(20)}  # 850 kB
    answer = client.post("/echo", data={"csrf_token": token_of(client), **rows})
    assert answer.status_code == 200 and len(answer.json["fields"]) == 4001


def test_debug_mode_is_refused_at_start(monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(RuntimeError, match="FLASK_DEBUG"):
        make_site()
